"""A slow, plain reading of the language, straight from the design's sentences: the oracle of the evaluator."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations, product
from typing import Any

from trenza.events import Occurrence
from trenza.profiles import Facts

SPANS = {"ms": 1, "s": 1000}


def holds(  # noqa: PLR0911 — one line for each form
    source: Any, facts: Facts, now: int, bound: dict[str, Any] | None = None
) -> bool:
    """Whether a predicate holds at an instant; `bound` are the settled values of `same`."""
    bound = bound or {}
    ((form, body),) = source.items()
    if form == "all":
        return _all(body, facts, now, bound)
    if form == "any":
        return any(holds(each, facts, now, bound) for each in body)
    if form == "none":
        return not any(holds(each, facts, now, bound) for each in body)
    if form == "event":
        return _told(body, [body["name"]], _event, facts, now, bound)
    if form == "sequence":
        return _told(body, [_step(body["steps"][0])["name"]], _sequence, facts, now, bound)
    if form == "trait":
        return all(_trait(path, ops, facts, now) for path, ops in body.items())
    if form == "segment":
        return str(body) in facts.segments
    if form == "consent":
        return bool(facts.consent(body["purpose"], body["channel"]) == body["is"])
    raise ValueError(form)


def _all(body: list[Any], facts: Facts, now: int, bound: dict[str, Any]) -> bool:
    tellers = [each for item in body for each in _tellers(item)]
    free = list(dict.fromkeys(each["same"] for each in tellers if "same" in each and each["same"] not in bound))
    if not free:
        return all(holds(each, facts, now, bound) for each in body)
    direct = [next(iter(each.values())) for each in body if next(iter(each)) in {"event", "sequence"}]
    wanted = [each for item in body if "none" not in item for each in _tellers(item)]
    first = [*direct, *wanted, *tellers][0]
    name = first["name"] if "name" in first else _step(first["steps"][0])["name"]
    return any(
        all(holds(each, facts, now, {**bound, **dict(zip(free, values, strict=True))}) for each in body)
        for values in product(*(_values(facts.events.get(name, []), path) for path in free))
    )


def _told(body: Any, names: list[str], test: Any, facts: Facts, now: int, bound: dict[str, Any]) -> bool:
    path = body.get("same")
    if path is None:
        return bool(test(body, facts, now, lambda _: True))
    if path in bound:
        return bool(test(body, facts, now, lambda each: _has(each, path, bound[path])))
    events = [each for name in names for each in facts.events.get(name, [])]
    return any(test(body, facts, now, lambda each, v=value: _has(each, path, v)) for value in _values(events, path))


def _tellers(source: Any) -> Iterator[Any]:
    ((form, body),) = source.items()
    if form in {"event", "sequence"}:
        yield body
    elif form in {"all", "any", "none"}:
        for each in body:
            yield from _tellers(each)


def _event(body: Any, facts: Facts, now: int, counts: Any) -> bool:
    found = [
        each
        for each in facts.events.get(body["name"], [])
        if _in_window(body, each.timestamp, now) and _where(body.get("where", {}), each) and counts(each)
    ]
    if not _number_ops(body.get("count", {"gte": 1}), Fraction(len(found))):
        return False
    for function in ("sum", "avg", "min", "max"):
        for path, ops in body.get(function, {}).items():
            numbers = [_fraction(value) for each in found for value in _leaves(each, path) if _is_number(value)]
            if not numbers or not _number_ops(ops, _figure(function, numbers)):
                return False
    for place, name in ((0, "first"), (-1, "last")):
        if name in body and not (found and _where(body[name], sorted(found)[place])):
            return False
    return True


def _figure(function: str, numbers: list[Fraction]) -> Fraction:
    if function == "avg":
        return sum(numbers, Fraction(0)) / len(numbers)
    if function == "sum":
        return sum(numbers, Fraction(0))
    return min(numbers) if function == "min" else max(numbers)


def _in_window(body: Any, at: int, now: int) -> bool:
    if "within" in body:
        return now - _span(body["within"]) <= at <= now
    if "since" in body:
        return int(body["since"]) <= at
    if "between" in body:
        return int(body["between"][0]) <= at <= int(body["between"][1])
    return True


def _sequence(body: Any, facts: Facts, now: int, counts: Any) -> bool:
    steps = [_step(each) for each in body["steps"]]
    names = {step["name"] for step in steps}
    events = [each for name in names for each in facts.events.get(name, []) if counts(each)]
    events = [each for each in events if "within" not in body or _in_window(body, each.timestamp, now)]
    for chosen in permutations(events, len(steps)):
        times = [each.timestamp for each in chosen]
        fits = all(
            each.name == step["name"] and _where(step.get("where", {}), each)
            for each, step in zip(chosen, steps, strict=True)
        )
        if fits and times == sorted(times) and ("span" not in body or times[-1] - times[0] <= _span(body["span"])):
            return True
    return False


def _step(step: Any) -> Any:
    return step if isinstance(step, dict) else {"name": step}


def _trait(path: str, ops: Any, facts: Facts, now: int) -> bool:
    name, *rest = path.split(".")
    held = ops.get("for")
    ops = {op: value for op, value in ops.items() if op != "for"}
    if held is None:
        return _ops(ops, facts.trait(name), rest)
    since = None
    for version in facts.traits.get(name, []):
        if not _ops(ops, version.value, rest):
            since = None
        elif since is None:
            since = version.at
    return since is not None and now - since >= _span(held)


def _where(tests: Any, occurrence: Occurrence) -> bool:
    return all(_ops(ops, occurrence.message(), path.split(".")) for path, ops in tests.items())


def _ops(ops: Any, value: Any, parts: list[str]) -> bool:
    ops = dict(ops)
    fold = ops.pop("fold", False)
    exists = ops.pop("exists", None)
    if exists is not None and _there(value, parts) != exists:
        return False
    return not ops or any(
        all(_op(op, wanted, each, element, fold) for op, wanted in ops.items())
        for each, element in _dig(value, parts)
        if each is not None
    )


def _op(op: str, wanted: Any, value: Any, element: bool, fold: bool) -> bool:
    if op in {"is", "in"}:
        return any(_equal(value, each, fold) for each in ([wanted] if op == "is" else wanted))
    if op in {"is_not", "not_in"}:
        return not any(_equal(value, each, fold) for each in ([wanted] if op == "is_not" else wanted))
    if op == "contains" and (element or not isinstance(wanted, str)):
        return _equal(value, wanted, fold)
    if op in {"contains", "starts_with", "ends_with"}:
        if not isinstance(value, str):
            return False
        text, part = (value.casefold(), wanted.casefold()) if fold else (value, wanted)
        return bool(
            {"contains": part in text, "starts_with": text.startswith(part), "ends_with": text.endswith(part)}[op]
        )
    return _is_number(value) and _number_ops({op: wanted}, _fraction(value))


def _number_ops(ops: Any, number: Fraction) -> bool:
    def one(op: str, wanted: Any) -> bool:
        if op in {"in", "not_in"}:
            return (number in [_fraction(each) for each in wanted]) == (op == "in")
        if op == "between":
            return _fraction(wanted[0]) <= number <= _fraction(wanted[1])
        other = _fraction(wanted)
        answers = {
            "is": number == other,
            "is_not": number != other,
            "gt": number > other,
            "gte": number >= other,
            "lt": number < other,
            "lte": number <= other,
        }
        return answers[op]

    return all(one(op, wanted) for op, wanted in ops.items())


def _equal(one: Any, other: Any, fold: bool) -> bool:
    if _is_number(one) and _is_number(other):
        return _fraction(one) == _fraction(other)
    if isinstance(one, str) and isinstance(other, str) and fold:
        return one.casefold() == other.casefold()
    return type(one) is type(other) and one == other


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fraction(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(repr(value))


def _span(text: str) -> int:
    return int(text.removesuffix("ms"))


def _has(occurrence: Occurrence, path: str, value: Any) -> bool:
    return any(_equal(each, value, False) for each in _leaves(occurrence, path))  # noqa: FBT003 — fold


def _values(events: list[Occurrence], path: str) -> list[Any]:
    found: list[Any] = []
    for each in events:
        for value in _leaves(each, path):
            if isinstance(value, str | int | float) and not any(_equal(value, other, False) for other in found):  # noqa: FBT003 — fold
                found.append(value)
    return found


def _leaves(occurrence: Occurrence, path: str) -> list[Any]:
    return [value for value, _ in _dig(occurrence.message(), path.split(".")) if value is not None]


def _dig(value: Any, parts: list[str]) -> Iterator[tuple[Any, bool]]:
    if not parts:
        if isinstance(value, list):
            yield from ((each, True) for each in value)
        else:
            yield value, False
    elif isinstance(value, dict):
        yield from _dig(value.get(parts[0]), parts[1:])
    elif isinstance(value, list):
        for each in value:
            yield from _dig(each, parts)


def _there(value: Any, parts: list[str]) -> bool:
    if not parts:
        return value is not None
    if isinstance(value, dict):
        return _there(value.get(parts[0]), parts[1:])
    return isinstance(value, list) and any(_there(each, parts) for each in value)
