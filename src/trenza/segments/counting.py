"""`event`: did, how often, how much — and the instant when that runs out.

Events leave a window in the order in which they end, so the truth of every remainder is reckoned in one pass from the
newest back; the first remainder with another truth gives `until`.
"""

import math
from itertools import islice

from trenza.events import Occurrence
from trenza.kernel import Instant
from trenza.profiles import Facts
from trenza.segments.conditions import Comparison, EventCondition
from trenza.segments.figures import compile_figure
from trenza.segments.model import MOST_REASONS, Scope, Truth
from trenza.segments.paths import Check, compile_checks, compile_comparisons
from trenza.segments.sameness import Key, has_key
from trenza.segments.shapes import Accept, Count, compile_shape
from trenza.segments.values import message_of
from trenza.segments.windows import compile_window

_MOST_COUNTED = 1_000_000_000


def compile_event(condition: EventCondition) -> Count:
    """Compile an `event` condition."""
    accept = compile_accept(compile_checks(condition.where), condition.same)
    return compile_shape(condition, accept) or _Counting(condition, accept).run


def compile_accept(check: Check | None, same: str) -> Accept | None:
    """Whether an event counts: `where`, and the value of `same`."""
    parts = tuple(same.split(".")) if same else ()
    if check is None and not parts:
        return None
    if not parts and check is not None:
        accept_where = check
        return lambda occurrence, _: accept_where(message_of(occurrence))

    def accept(occurrence: Occurrence, key: Key) -> bool:
        message = message_of(occurrence)
        return has_key(message, parts, key) and (check is None or check(message))

    return accept


class _Counting:
    """The general case: any count, aggregates, first and last."""

    def __init__(self, condition: EventCondition, accept: Accept | None) -> None:
        self._name = condition.name
        self._accept = accept
        self._inside = compile_window(condition.window)
        self._count = compile_comparisons(condition.count)
        self._figures = [compile_figure(each) for each in condition.aggregates]
        self._first = compile_checks(condition.first)
        self._last = compile_checks(condition.last)
        self._enough = None if condition.aggregates or condition.first else _enough(condition.count)
        self._only_figure = _only_figure(condition)

    def run(self, facts: Facts, scope: Scope, key: Key = None) -> Truth:
        """The truth at `scope.now`."""
        events, ending = self._inside(facts, scope, facts.events.get(self._name, ()))
        accept = self._accept
        if accept is None:
            counted = [*events[: None if self._enough is None else -self._enough - 1 : -1]]
        else:
            counted = list(islice((each for each in reversed(events) if accept(each, key)), self._enough))
        because = tuple([each.message_id for each in counted[:MOST_REASONS]])
        verdicts = self._verdicts(counted)
        until = None if ending is None else _first_change(verdicts, [ending(each.timestamp) for each in counted])
        return Truth(verdicts[-1], until, because)

    def _verdicts(self, counted: list[Occurrence]) -> list[bool]:
        """The truth of each remainder: of no event, of the newest, of the two newest and so on."""
        figures = [figure(counted) for figure in self._figures]
        if self._only_figure:
            return [False, *figures[0]]
        last = None if self._last is None or not counted else self._last(message_of(counted[0]))
        verdicts = [not figures and self._judge(0, None, last=last)]
        for number, occurrence in enumerate(counted, 1):
            held = all(figure[number - 1] for figure in figures)
            verdicts.append(held and self._judge(number, occurrence, last=last))
        return verdicts

    def _judge(self, number: int, oldest: Occurrence | None, *, last: bool | None) -> bool:
        """Whether a remainder is as it is wanted, its figures aside."""
        if not self._count(number, False):  # noqa: FBT003 — no element of a list
            return False
        if self._last is not None and (oldest is None or not last):
            return False
        return self._first is None or (oldest is not None and self._first(message_of(oldest)))


def _only_figure(condition: EventCondition) -> bool:
    """Whether one figure says all: it is missing where there is no event, so the usual count says nothing more."""
    one = len(condition.aggregates) == 1 and not (condition.first or condition.last)
    return one and condition.count == (Comparison("gte", 1),)


def _enough(count: tuple[Comparison, ...]) -> int:
    """How many events, the newest first, tell all about a count: past the greatest number it names nothing changes."""
    greatest = 0
    for each in count:
        for number in each.value if isinstance(each.value, list) else [each.value]:
            greatest = max(greatest, math.ceil(number))
    return min(greatest, _MOST_COUNTED) + 2


def _first_change(verdicts: list[bool], endings: list[Instant]) -> Instant | None:
    """When the truth first differs from now's. `endings` are of the counted events, the newest first."""
    if endings != sorted(endings, reverse=True):
        return min(endings) + 1  # a night in which the clock is put back: ask again at each end
    present = verdicts[-1]
    for place in range(len(endings) - 1, -1, -1):
        if (place == 0 or endings[place - 1] != endings[place]) and verdicts[place] != present:
            return endings[place] + 1
    return None
