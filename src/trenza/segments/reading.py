"""From a node to a condition, with every fault on the way."""

from collections.abc import Callable, Collection

import msgspec

from trenza.definitions import Node, Reading
from trenza.segments.comparisons import read_comparisons, read_tests
from trenza.segments.compiling import compile_condition, needs_of
from trenza.segments.conditions import (
    Aggregate,
    AllCondition,
    AnyCondition,
    BucketCondition,
    Comparison,
    Condition,
    ConsentCondition,
    EventCondition,
    NoneCondition,
    ReachableCondition,
    SegmentCondition,
    SequenceCondition,
    Step,
    StepCondition,
    TraitCondition,
    Window,
)
from trenza.segments.model import Predicate

NEVER = AnyCondition(items=())
NOT_YET = {
    "list": "uploaded lists",
    "lifecycle": "lifecycle stages",
    "funnel": "funnels",
    "rfm": "recency, frequency and money",
    "score": "scores",
    "value": "lifetime value",
    "near": "positions",
}
"""Forms whose facts come with a later version: said plainly, never silently false."""
AGGREGATES = ("sum", "avg", "min", "max")
STATUSES = ("granted", "denied", "unknown")
OUTCOMES = ("timeout", "event", "segment")
WINDOWS = ("within", "since", "between")
_BUCKETS = 10_000
_MOST_STEPS = 50


def read_predicate(node: Node, reading: Reading, *, steps: Collection[str] | None = None) -> Predicate:
    """Read a predicate; faults are noted in `reading`, and what is faulty holds of nobody.

    Args:
        node: where the predicate stands.
        reading: gathers the faults and knows the keys of segments.
        steps: names of the waits that `step` may ask for; None where there is no run.
    """
    condition = _Reader(reading, steps).condition(node)
    return predicate_of(condition, node)


def predicate_of(condition: Condition, node: Node | None = None) -> Predicate:
    """Compile a condition."""
    source = node.plain() if node is not None else msgspec.to_builtins(condition)
    return Predicate(source=source, needs=needs_of(condition), run=compile_condition(condition))


class _Reader:
    def __init__(self, reading: Reading, steps: Collection[str] | None) -> None:
        self._reading = reading
        self._steps = steps
        self._forms: dict[str, Callable[[Node], Condition]] = {
            "all": lambda node: AllCondition(self._items(node)),
            "any": lambda node: AnyCondition(self._items(node)),
            "none": lambda node: NoneCondition(self._items(node)),
            "event": self._event,
            "sequence": self._sequence,
            "trait": lambda node: TraitCondition(read_tests(node, self._reading, trait=True)),
            "segment": lambda node: SegmentCondition(self._reading.reference(node, "Segment")),
            "consent": self._consent,
            "reachable": lambda node: ReachableCondition(self._reading.name(node)),
            "bucket": self._bucket,
            "step": self._step,
        }

    def condition(self, node: Node) -> Condition:
        """One condition: a mapping with one field."""
        fields = self._reading.fields(node)
        if isinstance(node.value, dict) and len(fields) != 1:
            mend = "write `all: [...]` around several conditions" if fields else "write one, like `event: {name: …}`"
            self._reading.fault(node, f"a condition has one field, this has {len(fields)}", mend)
        read: list[Condition] = [self._form(node, name, each) for name, each in fields.items()]
        return read[0] if len(read) == 1 else NEVER

    def _form(self, node: Node, name: str, value: Node) -> Condition:
        if name in self._forms:
            return self._forms[name](value)
        if name in NOT_YET:
            why = f"`{name}` is not in this version yet: there are no {NOT_YET[name]} to ask"
            self._reading.fault_at_key(node, name, why, "leave the condition out until they are there")
        else:
            known = [*self._forms, *NOT_YET]
            self._reading.fault_at_key(node, name, f"unknown condition `{name}`", self._reading.suggest(name, known))
        return NEVER

    def _items(self, node: Node) -> tuple[Condition, ...]:
        return tuple([self.condition(each) for each in self._reading.items(node)])

    def _event(self, node: Node) -> Condition:
        optional = (*WINDOWS, "where", "count", *AGGREGATES, "first", "last", "same")
        fields = self._reading.mapping(node, ["name"], optional)
        aggregates = [
            Aggregate(function, test)  # type: ignore[arg-type]  # the literal of the loop
            for function in AGGREGATES
            if function in fields
            for test in read_tests(fields[function], self._reading, numbers=True)
        ]
        return EventCondition(
            name=self._reading.name(fields["name"]),
            window=self._window(node, fields),
            where=self._tests(fields.get("where")),
            count=self._count(fields.get("count")),
            aggregates=tuple(aggregates),
            first=self._tests(fields.get("first")),
            last=self._tests(fields.get("last")),
            same=self._path(fields.get("same")),
        )

    def _tests(self, node: Node | None) -> tuple:  # type: ignore[type-arg]
        return read_tests(node, self._reading) if node is not None else ()

    def _path(self, node: Node | None) -> str:
        return self._reading.name(node) if node is not None else ""

    def _count(self, node: Node | None) -> tuple[Comparison, ...]:
        if node is None:
            return (Comparison("gte", 1),)
        return read_comparisons(node, self._reading, numbers=True)[0]

    def _window(self, node: Node, fields: dict[str, Node]) -> Window:
        given = [name for name in WINDOWS if name in fields]
        for name in given[1:]:
            why = f"`{name}` stands beside `{given[0]}`"
            self._reading.fault_at_key(node, name, why, "keep one window")
        if "within" in fields:
            return Window(within=self._reading.duration(fields["within"]))
        if "since" in fields:
            return Window(since=self._reading.instant(fields["since"]))
        if "between" in fields:
            return self._between(fields["between"])
        return Window()

    def _between(self, node: Node) -> Window:
        ends = [self._reading.instant(each) for each in self._reading.items(node)]
        if isinstance(node.value, list) and len(ends) != 2:  # noqa: PLR2004 — two ends
            self._reading.fault(node, f"`between` has two instants, not {len(ends)}", "write `[from, to]`")
        if len(ends) != 2:  # noqa: PLR2004 — the same
            return Window()
        if ends[0] > ends[1]:
            self._reading.fault(node, "the window ends before it begins", "write the earlier instant first")
        return Window(since=ends[0], until=ends[1])

    def _sequence(self, node: Node) -> Condition:
        fields = self._reading.mapping(node, ["steps"], ["within", "span", "same"])
        listed = [] if fields["steps"].missing else self._reading.items(fields["steps"])
        if not listed and isinstance(fields["steps"].value, list):
            self._reading.fault(fields["steps"], "a sequence without steps", "name at least one event")
        if len(listed) > _MOST_STEPS:
            self._reading.fault(fields["steps"], f"more than {_MOST_STEPS} steps", "ask for fewer")
        return SequenceCondition(
            steps=tuple([self._sequence_step(each) for each in listed]),
            within=self._reading.duration(fields["within"]) if "within" in fields else None,
            span=self._reading.duration(fields["span"]) if "span" in fields else None,
            same=self._path(fields.get("same")),
        )

    def _sequence_step(self, node: Node) -> Step:
        if not isinstance(node.value, dict):
            return Step(self._reading.name(node))
        fields = self._reading.mapping(node, ["name"], ["where"])
        return Step(self._reading.name(fields["name"]), self._tests(fields.get("where")))

    def _consent(self, node: Node) -> Condition:
        fields = self._reading.mapping(node, ["purpose", "channel", "is"])
        return ConsentCondition(
            purpose=self._reading.name(fields["purpose"]),
            channel=self._reading.name(fields["channel"]),
            status=self._reading.choice(fields["is"], STATUSES),  # type: ignore[arg-type]  # one of them
        )

    def _bucket(self, node: Node) -> Condition:
        fields = self._reading.mapping(node, ["salt", "from", "to"])
        start = self._reading.whole(fields["from"], 0, _BUCKETS)
        end = self._reading.whole(fields["to"], 0, _BUCKETS)
        if start > end:
            self._reading.fault(node, "the bucket ends before it begins", "write `from` below `to`")
        return BucketCondition(self._reading.name(fields["salt"]), start, end)

    def _step(self, node: Node) -> Condition:
        if self._steps is None:
            self._reading.fault(
                node, "`step` asks for a wait, and there is no run here", "use it in a journey's branch"
            )
            return NEVER
        fields = self._reading.fields(node)
        if isinstance(node.value, dict) and len(fields) != 1:
            self._reading.fault(node, "`step` names one wait", "write `step: {name: timeout}`")
        for name, outcome in fields.items():
            if name not in self._steps:
                why = f"there is no wait with the name `{name}` before this"
                self._reading.fault_at_key(node, name, why, self._reading.suggest(name, self._steps))
            return StepCondition(name, self._reading.choice(outcome, OUTCOMES))
        return NEVER
