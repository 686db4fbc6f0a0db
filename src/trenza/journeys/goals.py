"""Goals: what a run was for, measured when its event arrives, in the run or after its end, within the goal's span."""

from trenza.definitions import add_duration
from trenza.events import dig
from trenza.journeys.decisions import GoalReached
from trenza.journeys.moment import Moment
from trenza.journeys.run import Run
from trenza.kernel import Instant, JsonObject


def on_goal(moment: Moment, run: Run, name: str, timestamp: Instant, message_id: str, message: JsonObject) -> None:
    """Note the goal of a run, the first time it is reached."""
    if run.goal_at is not None or run.ending == "merged":
        return
    journey = moment.journey_of(run)
    goal = journey.goal if journey is not None else None
    if goal is None or goal.event != name or timestamp < run.began_at:
        return
    if goal.within is not None and timestamp > add_duration(run.began_at, goal.within, moment.zone):
        return
    if not run.matches(goal.same, message):
        return
    run.goal_at, run.changed = moment.now, True
    reached = GoalReached(
        run=run.id,
        journey=run.journey,
        person=run.person,
        leaf=run.leaf,
        at=moment.now,
        event_at=timestamp,
        value=_number(dig(message, goal.value)) if goal.value else None,
        message_id=message_id,
        held_out=run.state.held_out,
    )
    moment.effects.goals.append(reached)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
