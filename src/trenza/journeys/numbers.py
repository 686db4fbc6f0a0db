"""How many runs stand at each step of a journey, how many went past it, and what became of its messages.

Counted in the rows of runs and decisions by index, never run by run. Runs of older versions count by the names of their
steps; those that stand at a step which is no more are told apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from trenza.journeys import store
from trenza.journeys.model import END, Journey, Jump, Step, Stop
from trenza.journeys.reading_steps import ways_out
from trenza.storage import Transaction


class StepNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """One step."""

    step: str
    """Its name, as runs and records bear it."""
    standing: int = 0
    """Open runs that stand here now."""
    passed: int | None = None
    """Runs that went past it. None where the rows do not tell: inside an arm, and where a way leads back or out."""
    ended: Mapping[str, int] = {}
    """Runs that were over while they stood here, by ending: `exit`, `merged`, `removed`, `circle`."""
    verdicts: Mapping[str, int] = {}
    """Of a send: records by verdict (`sent`, `skipped`, `held_out`, `deferred`, …)."""


class JourneyNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """A journey as a whole and step by step."""

    entered: int
    """All runs there ever were."""
    open: int
    finishing: int
    """Open runs behind the last step, whose fallbacks are not settled."""
    endings: Mapping[str, int]
    """Runs that are over, by ending; `done` and `end` went the whole way."""
    steps: tuple[StepNumbers, ...]
    """In written order."""
    elsewhere: Mapping[str, int]
    """Open runs at steps that are no more, by step."""


def count_at_steps(tx: Transaction, journey: Journey) -> JourneyNumbers:
    """The numbers of a journey.

    Args:
        tx: a transaction for reading.
        journey: as it is in force.
    """
    rows = store.count_positions(tx, journey.key)
    verdicts = store.count_verdicts(tx, journey.key)
    standing = {position: count for (ending, position), count in rows.items() if not ending}
    ended: dict[str, dict[str, int]] = defaultdict(dict)
    endings: Counter[str] = Counter()
    at: Counter[str] = Counter()
    for (ending, position), count in rows.items():
        at[position] += count
        if ending:
            endings[ending] += count
            ended[position][ending] = count
    passed = _passed(journey, at)
    return JourneyNumbers(
        entered=sum(rows.values()),
        open=sum(standing.values()),
        finishing=standing.get(END, 0),
        endings=dict(endings),
        steps=tuple(
            StepNumbers(
                step=name,
                standing=standing.get(name, 0),
                passed=passed.get(name),
                ended=ended.get(name, {}),
                verdicts=verdicts.get(name, {}),
            )
            for name in journey.steps
        ),
        elsewhere={name: count for name, count in standing.items() if name and name not in journey.steps},
    )


def _passed(journey: Journey, at: Mapping[str, int]) -> dict[str, int]:
    """For each step that every run comes by: how many stand, or were over, behind it."""
    if any(isinstance(step, Jump) for step in journey.steps.values()):
        return {}
    spine = list(_spine(journey))
    inside = [_inside(journey, step, following) for step, following in zip(spine, [*spine[1:], None], strict=True)]
    found: dict[str, int] = {}
    behind = at.get(END, 0)
    for step, arms in reversed(list(zip(spine, inside, strict=True))):
        found[step.name] = behind
        behind += at.get(step.name, 0) + sum(at.get(name, 0) for name in arms)
    for step, arms in zip(spine, inside, strict=True):
        if any(isinstance(journey.steps[name], Stop) for name in arms):
            return {name: found[name] for name in _before(spine, step)}
    return found


def _before(spine: Iterable[Step], end: Step) -> Iterable[str]:
    for step in spine:
        if step is end:
            return
        yield step.name


def _spine(journey: Journey) -> Iterable[Step]:
    """The outermost steps, from first to last."""
    name = journey.first
    while name != END:
        step = journey.steps[name]
        yield step
        name = END if isinstance(step, Stop) else step.next


def _inside(journey: Journey, step: Step, following: Step | None) -> set[str]:
    """The steps in the arms of a step."""
    end = {END, following.name if following else END}
    found: set[str] = set()
    waiting = [name for name in ways_out(step) if name not in end]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(each for each in ways_out(journey.steps[name]) if each not in end)
    return found
