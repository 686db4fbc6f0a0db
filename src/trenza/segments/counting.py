"""`event`: did, how often, how much — and the instant when that runs out.

Events leave a window in the order in which they end, so the truth of every remainder is reckoned in one pass from the
newest back; the first remainder with another truth gives `until`.
"""

import math
from collections.abc import Callable
from decimal import Decimal
from itertools import islice, pairwise

from trenza.events import Occurrence
from trenza.kernel import Instant, JsonValue
from trenza.profiles import Facts
from trenza.segments.conditions import Aggregate, Comparison, EventCondition
from trenza.segments.model import FALSE, MOST_REASONS, Scope, Truth
from trenza.segments.paths import Check, compile_checks, compile_comparisons
from trenza.segments.sameness import Key, has_key
from trenza.segments.values import SUMS, Test, decimal_of, decoded, leaves
from trenza.segments.windows import compile_window

_MOST_COUNTED = 1_000_000_000
Count = Callable[[Facts, Scope, Key], Truth]
"""The truth of an event condition, counting only events with the given value at the path of `same`."""
Accept = Callable[[Occurrence, Key], bool]


def compile_event(condition: EventCondition) -> Count:
    """Compile an `event` condition."""
    accept = compile_accept(compile_checks(condition.where), condition.same)
    least = _only_at_least(condition)
    within = condition.window.within
    if least and within is not None and not within.calendar_days:
        return _at_least_lately(condition.name, least, within.milliseconds, accept)
    if least and within is None and condition.window.since is None:
        return _at_least_ever(condition.name, least, accept)
    return _Counting(condition, accept).run


def compile_accept(check: Check | None, same: str) -> Accept | None:
    """Whether an event counts: `where`, and the value of `same`."""
    parts = tuple(same.split(".")) if same else ()
    if check is None and not parts:
        return None
    if not parts and check is not None:
        accept_where = check
        return lambda occurrence, _: accept_where(decoded(occurrence.body))

    def accept(occurrence: Occurrence, key: Key) -> bool:
        message = decoded(occurrence.body)
        return has_key(message, parts, key) and (check is None or check(message))

    return accept


def _only_at_least(condition: EventCondition) -> int:
    """The least count, where that is all that is asked; else 0."""
    if condition.aggregates or condition.first or condition.last or len(condition.count) != 1:
        return 0
    comparison = condition.count[0]
    number = comparison.value
    return number if comparison.operation == "gte" and type(number) is int and number > 0 else 0


def _at_least_lately(name: str, least: int, span: int, accept: Accept | None) -> Count:
    def run(facts: Facts, scope: Scope, key: Key) -> Truth:
        events = facts.events.get(name)
        if not events:
            return FALSE
        start = scope.now - span
        found: list[str] = []
        for occurrence in reversed(events):
            at = occurrence.timestamp
            if at < start:
                break
            if accept is None or accept(occurrence, key):
                found.append(occurrence.message_id)
                if len(found) == least:
                    return Truth(True, at + span + 1, tuple(found[:MOST_REASONS]))  # noqa: FBT003 — see Truth
        return FALSE

    return run


def _at_least_ever(name: str, least: int, accept: Accept | None) -> Count:
    def run(facts: Facts, _: Scope, key: Key) -> Truth:
        found: list[str] = []
        for occurrence in reversed(facts.events.get(name, ())):
            if accept is None or accept(occurrence, key):
                found.append(occurrence.message_id)
                if len(found) == least:
                    return Truth(True, None, tuple(found[:MOST_REASONS]))  # noqa: FBT003 — see Truth
        return FALSE

    return run


class _Counting:
    """The general case: any count, aggregates, first and last."""

    def __init__(self, condition: EventCondition, accept: Accept | None) -> None:
        self._name = condition.name
        self._accept = accept
        self._inside = compile_window(condition.window)
        self._count = compile_comparisons(condition.count)
        self._figures = [_compile_figure(each) for each in condition.aggregates]
        self._first = compile_checks(condition.first)
        self._last = compile_checks(condition.last)
        self._enough = None if condition.aggregates or condition.first else _enough(condition.count)

    def run(self, facts: Facts, scope: Scope, key: Key) -> Truth:
        """The truth at `scope.now`."""
        events, ending = self._inside(facts, scope, facts.events.get(self._name, ()))
        accept = self._accept
        counting = (each for each in reversed(events) if accept is None or accept(each, key))
        counted = list(islice(counting, self._enough))
        because = tuple(each.message_id for each in counted[:MOST_REASONS])
        if ending is None:
            return Truth(self._verdicts(counted)[-1], None, because)
        verdicts = self._verdicts(counted)
        until = _first_change(verdicts, [ending(each.timestamp) for each in counted])
        return Truth(verdicts[-1], until, because)

    def _verdicts(self, counted: list[Occurrence]) -> list[bool]:
        """The truth of each remainder: of no event, of the newest, of the two newest and so on."""
        figures = [_Figure(*each) for each in self._figures]
        last = None if self._last is None or not counted else self._last(decoded(counted[0].body))
        verdicts = [self._judge(0, None, figures, last=last)]
        for number, occurrence in enumerate(counted, 1):
            for figure in figures:
                figure.add(occurrence)
            verdicts.append(self._judge(number, occurrence, figures, last=last))
        return verdicts

    def _judge(self, number: int, oldest: Occurrence | None, figures: "list[_Figure]", *, last: bool | None) -> bool:
        if not self._count(number, False):  # noqa: FBT003 — no element of a list
            return False
        if self._last is not None and (oldest is None or not last):
            return False
        if self._first is not None and (oldest is None or not self._first(decoded(oldest.body))):
            return False
        return all(figure.holds() for figure in figures)


class _Figure:
    """One aggregate, growing event by event. Only numbers count; without any it is missing and nothing holds."""

    def __init__(self, function: str, parts: tuple[str, ...], test: Test) -> None:
        self._parts = parts
        self._test = test
        self._function = function
        self._numbers = 0
        self._sum = Decimal(0)
        self._least: Decimal | None = None
        self._most: Decimal | None = None

    def add(self, occurrence: Occurrence) -> None:
        for value, _ in leaves(decoded(occurrence.body), self._parts):
            number = decimal_of(value)
            if number is not None:
                self._numbers += 1
                self._sum = SUMS.add(self._sum, number)
                self._least = number if self._least is None else min(self._least, number)
                self._most = number if self._most is None else max(self._most, number)

    def holds(self) -> bool:
        if not self._numbers:
            return False
        figures: dict[str, JsonValue] = {
            "sum": self._sum,
            "avg": SUMS.divide(self._sum, Decimal(self._numbers)),
            "min": self._least,
            "max": self._most,
        }
        return self._test(figures[self._function], False)  # noqa: FBT003 — no element of a list


def _enough(count: tuple[Comparison, ...]) -> int:
    """How many events, the newest first, tell all about a count: past the greatest number it names nothing changes."""
    greatest = 0
    for each in count:
        for number in each.value if isinstance(each.value, list) else [each.value]:
            greatest = max(greatest, math.ceil(number))
    return min(greatest, _MOST_COUNTED) + 2


def _compile_figure(aggregate: Aggregate) -> tuple[str, tuple[str, ...], Test]:
    """Figures are decimals, so what they are compared to is read as the decimals that were written."""
    bounds = [Comparison(each.operation, _decimals(each.value)) for each in aggregate.test.comparisons]
    return aggregate.function, tuple(aggregate.test.path.split(".")), compile_comparisons(bounds)


def _decimals(value: JsonValue) -> JsonValue:
    return [decimal_of(each) for each in value] if isinstance(value, list) else decimal_of(value)


def _first_change(verdicts: list[bool], endings: list[Instant]) -> Instant | None:
    """When the truth first differs from now's. `endings` are of the counted events, the newest first."""
    if any(one < other for one, other in pairwise(endings)):
        return min(endings) + 1  # a night in which the clock is put back: ask again at each end
    present = verdicts[-1]
    for place in range(len(endings) - 1, -1, -1):
        if (place == 0 or endings[place - 1] != endings[place]) and verdicts[place] != present:
            return endings[place] + 1
    return None
