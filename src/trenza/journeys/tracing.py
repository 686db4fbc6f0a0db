"""The way that a run took, told from what it remembers: which steps, when, and which way where ways part."""

from collections.abc import Iterator, Mapping

import msgspec

from trenza.journeys.model import Branch, CreateTask, Draw, Journey, Step, Stop, Wait
from trenza.journeys.run import Run
from trenza.kernel import Instant

_MOST = 300
WHOLE = frozenset({"done", "end"})
"""Endings of runs that went the whole way."""


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A step that a run came by."""

    step: str
    here: bool = False
    """It stands here, or was over here."""
    way: str = ""
    """Where ways part: `when.1`, `else`, or the arm of a split."""
    arm: str = ""
    """What it drew."""
    waited: bool = False
    outcome: str = ""
    """Of a wait that has a name."""
    left_at: Instant | None = None
    """Of a wait that it has left."""
    task: bool = False


def passages(journey: Journey, run: Run) -> list[Passage]:
    """The steps in the order in which the run took them, each once, as far as it remembers.

    Args:
        journey: in the version of the run.
        run: open or over.
    """
    found: dict[str, Passage] = {}
    for each in _walk(journey, run):
        found[each.step] = each
    return list(found.values())


def _walk(journey: Journey, run: Run) -> Iterator[Passage]:
    held = {each.place: each.holds for each in run.state.conditions}
    name: str | None = journey.first
    for _ in range(_MOST):
        step = journey.steps.get(name or "")
        if step is None:
            return
        if run.ending not in WHOLE and step.name == run.state.position:
            yield Passage(step=step.name, here=True, waited=isinstance(step, Wait))
            return
        way, name = _way_of(step, run, held)
        yield _passed(step, run, way)
        if isinstance(step, Stop):
            return


def _passed(step: Step, run: Run, way: str) -> Passage:
    state = run.state
    return Passage(
        step=step.name,
        way=way,
        arm=state.arms.get(step.name, "") if isinstance(step, Draw) else "",
        waited=isinstance(step, Wait),
        outcome=state.outcomes.get(step.name, ""),
        left_at=state.left_at.get(step.name),
        task=isinstance(step, CreateTask),
    )


def _way_of(step: Step, run: Run, held: Mapping[str, bool]) -> tuple[str, str | None]:
    """Which way a run left a step, and where that leads; None where it does not remember."""
    if isinstance(step, Branch):
        for number, arm in enumerate(step.arms, 1):
            place = f"{step.name}.when.{number}"
            if place not in held:
                return "", None
            if held[place]:
                return f"when.{number}", arm.then
        return "else", step.otherwise
    if isinstance(step, Draw) and step.then is not None:
        arm_name = run.state.arms.get(step.name)
        return (arm_name, step.then.get(arm_name, step.next)) if arm_name is not None else ("", None)
    return "", step.next
