"""Two people turn out to be one: of each journey and instance one run is left, the older.

What either has sent is not sent again. The younger ends without a record. Exits and goals that lay in the other half
count from now on.
"""

from trenza.journeys.goals import on_goal
from trenza.journeys.machine import exits, on_exit
from trenza.journeys.model import Journey
from trenza.journeys.moment import Moment
from trenza.journeys.run import Run


def merge_runs(moment: Moment) -> None:
    """Settle the runs of a person who has just been put together."""
    _keep_the_older(moment)
    for run in list(moment.circle.runs.values()):
        journey = moment.journey_of(run)
        if journey is not None:
            _find_goal(moment, journey, run)
            _find_exit(moment, journey, run)


def _keep_the_older(moment: Moment) -> None:
    standing: dict[tuple[str, str], Run] = {}
    for run in sorted(moment.circle.open_runs(), key=lambda run: (run.began_at, run.entered_at, run.id)):
        older = standing.setdefault((run.journey, run.instance), run)
        if older is run:
            continue
        sent = {*older.state.already, *run.state.sent, *run.state.already}
        older.state.already = sorted(sent)
        older.changed = True
        run.close(moment.now, "merged")


def _find_goal(moment: Moment, journey: Journey, run: Run) -> None:
    if journey.goal is not None and run.goal_at is None:
        for each in moment.facts.events.get(journey.goal.event, ()):
            if each.timestamp >= run.began_at:
                on_goal(moment, run, each.name, each.timestamp, each.message_id, each.message())


def _find_exit(moment: Moment, journey: Journey, run: Run) -> None:
    for name in {way.event for way in journey.exits}:
        for each in moment.facts.events.get(name, ()):
            if (
                run.is_open
                and each.timestamp >= run.began_at
                and exits(journey, run, name, each.timestamp, each.message())
            ):
                on_exit(moment, journey, run)
