"""Reading the comparisons of values: `{path: {op: value, …, fold: true}}`."""

from collections.abc import Callable

from trenza.definitions import Duration, Node, Reading, describe
from trenza.kernel import JsonValue
from trenza.segments.conditions import Comparison, PathTest

OF_NUMBERS = ("is", "is_not", "in", "not_in", "gt", "gte", "lt", "lte", "between")
OF_VALUES = (*OF_NUMBERS, "contains", "starts_with", "ends_with", "exists", "before", "after")
OF_TRAITS = (*OF_VALUES, "within_last", "anniversary")
"""Those of `within_last` and `anniversary` change with the passing of time, so they ask a trait, never a past event."""
_MOST_VALUES = 10_000
_TEXTUAL = {"is", "is_not", "in", "not_in", "contains", "starts_with", "ends_with"}


def read_tests(node: Node, reading: Reading, *, trait: bool = False, numbers: bool = False) -> tuple[PathTest, ...]:
    """`{path: {op: value}}`, one or several paths."""
    fields = reading.fields(node)
    if not fields and isinstance(node.value, dict):
        reading.fault(node, "no path is named", "write `path: {op: value}`")
    return tuple([_read_test(node, path, each, reading, trait, numbers) for path, each in fields.items()])


def _read_test(parent: Node, path: str, node: Node, reading: Reading, trait: bool, numbers: bool) -> PathTest:
    if not path or not all(path.split(".")):
        reading.fault_at_key(parent, path, f"`{path}` is no path", "write names parted by points: `properties.total`")
    comparisons, fold, held = read_comparisons(node, reading, trait=trait, numbers=numbers)
    return PathTest(path=path, comparisons=comparisons, fold=fold, held=held)


def read_comparisons(
    node: Node, reading: Reading, *, trait: bool = False, numbers: bool = False
) -> tuple[tuple[Comparison, ...], bool, Duration | None]:
    """The operations of one value, whether case counts, and how long they must have held."""
    if not isinstance(node.value, dict):
        reading.fault(
            node, f"an operation is wanted here, not {describe(node)}", "write `{is: …}` or another operation"
        )
        return (), False, None
    operations = OF_NUMBERS if numbers else OF_TRAITS if trait else OF_VALUES
    beside = () if numbers else ("fold", "for") if trait else ("fold",)
    fields = reading.mapping(node, (), (*operations, *beside))
    used = [name for name in operations if name in fields]
    if not used and len(fields) == len(node.value):
        reading.fault(node, "no operation is given", f"write one of `{'`, `'.join(operations[:6])}` …")
    comparisons = tuple(
        Comparison(name, _read_value(name, fields[name], reading, numbers))  # type: ignore[arg-type]  # one of the literals
        for name in used
    )
    fold = reading.boolean(fields["fold"]) if "fold" in fields else False
    if fold and not _TEXTUAL & set(used):
        reading.fault(fields["fold"], "`fold` has no text to compare", "leave it out")
    held = reading.duration(fields["for"]) if "for" in fields else None
    if held is not None and {"within_last", "anniversary"} & set(used):
        reading.fault(fields["for"], "`for` cannot stand beside what time itself changes", "leave it out")
    return comparisons, fold, held


def _read_value(operation: str, node: Node, reading: Reading, numbers: bool) -> JsonValue:
    if numbers and operation in {"is", "is_not"}:
        return reading.number(node)
    if operation in {"in", "not_in"}:
        return _read_list(node, reading, numbers)
    return _READERS[operation](node, reading)


def _read_list(node: Node, reading: Reading, numbers: bool) -> list[JsonValue]:
    items = reading.items(node)
    if len(items) > _MOST_VALUES:
        reading.fault(node, f"more than {_MOST_VALUES:,} values", "make it a segment of its own")
        return []
    return [reading.number(each) if numbers else _read_scalar(each, reading) for each in items]


def _read_scalar(node: Node, reading: Reading) -> JsonValue:
    if node.value is None:
        reading.fault(node, "`null` is a missing value and equals nothing", "ask with `exists: false`")
    elif isinstance(node.value, dict | list):
        reading.fault(node, f"one value is wanted here, not {describe(node)}", "write a text, a number or a boolean")
    return node.value if not isinstance(node.value, dict | list) else None


def _read_pair(node: Node, reading: Reading) -> list[JsonValue]:
    ends = [reading.number(each) for each in reading.items(node)]
    if isinstance(node.value, list) and len(ends) != 2:  # noqa: PLR2004 — two ends
        reading.fault(node, f"`between` has two numbers, not {len(ends)}", "write `[least, most]`")
    if len(ends) != 2:  # noqa: PLR2004 — the same
        return [0, 0]
    if ends[0] > ends[1]:
        reading.fault(node, "the least is greater than the most", "write the lesser number first")
    return list(ends)


_READERS: dict[str, Callable[[Node, Reading], JsonValue]] = {
    "is": _read_scalar,
    "is_not": _read_scalar,
    "contains": _read_scalar,
    "gt": lambda node, reading: reading.number(node),
    "gte": lambda node, reading: reading.number(node),
    "lt": lambda node, reading: reading.number(node),
    "lte": lambda node, reading: reading.number(node),
    "between": _read_pair,
    "starts_with": lambda node, reading: reading.text(node),
    "ends_with": lambda node, reading: reading.text(node),
    "exists": lambda node, reading: reading.boolean(node),
    "before": lambda node, reading: reading.instant(node),
    "after": lambda node, reading: reading.instant(node),
    "within_last": lambda node, reading: reading.duration(node),
    "anniversary": lambda node, reading: reading.boolean(node),
}
