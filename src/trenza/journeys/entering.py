"""Entering: whether somebody may, and the run that begins by it."""

import msgspec

from trenza.definitions import add_duration
from trenza.events import dig
from trenza.journeys.decisions import ENTRY_PLACE, Condition
from trenza.journeys.model import Journey
from trenza.journeys.moment import Moment
from trenza.journeys.run import Run, State, trimmed
from trenza.kernel import Instant, JsonObject, derived_id
from trenza.profiles import Facts
from trenza.segments import Scope, evaluate


class Cause(msgspec.Struct, frozen=True):
    """What somebody enters by."""

    entry: JsonObject
    began_at: Instant
    instance: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    withheld: bool = False
    """The event's own consent object keeps it from serving the journey's purpose."""


def may_enter(moment: Moment, journey: Journey, cause: Cause) -> bool:
    """Never beside an open run of the instance; after one only as `reenter` says, counted from its beginning."""
    before = [
        run for run in moment.circle.runs.values() if (run.journey, run.instance) == (journey.key, cause.instance)
    ]
    if not before:
        return True
    if journey.enter.again is None or any(run.is_open for run in before):
        return False
    last = max(run.began_at for run in before)
    return cause.began_at >= add_duration(last, journey.enter.again, moment.zone)


def condition_of(moment: Moment, journey: Journey, entry: JsonObject) -> Condition | None:
    """What the condition of entry came to; None where there is none."""
    where = journey.enter.where
    if where is None:
        return None
    same = {path: dig(entry, path) for path in where.needs.same}
    truth = evaluate(where, moment.facts, Scope(now=moment.now, zone=moment.policies.zone, same=same))
    return Condition(place=ENTRY_PLACE, where=where.source, holds=truth.holds, because=truth.because)


def begin(moment: Moment, journey: Journey, cause: Cause) -> Run:
    """A run at its first step."""
    leaf = _leaf_of(moment.facts, cause.identifiers)
    message_id = str(cause.entry.get("messageId", ""))
    return Run(
        id=derived_id("run", journey.key, str(leaf), cause.instance, str(cause.began_at), message_id),
        journey=journey.key,
        version=journey.version,
        person=moment.facts.person,
        leaf=leaf,
        instance=cause.instance,
        began_at=cause.began_at,
        entered_at=moment.now,
        opened=State(
            entry=trimmed(cause.entry),
            position=journey.first,
            clock=moment.now,
            zone=moment.zone,
            withheld=cause.withheld,
        ),
        changed=True,
    )


def _leaf_of(facts: Facts, identifiers: tuple[tuple[str, str], ...]) -> int:
    """The leaf that a run hangs on: of the strongest identifier of its event, else of the person's strongest.

    When people part, the run so goes with whoever did what it is about.
    """
    usable = [known for known in facts.identifiers if known.joins]
    named = [known for known in usable if (known.type, known.value) in identifiers]
    strongest = min(named or usable, key=lambda known: (known.priority, known.first_seen, known.leaf), default=None)
    return strongest.leaf if strongest is not None else min(facts.leaves, default=facts.person)
