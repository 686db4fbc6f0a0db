"""The working set of micro-batches: the runs of their people, moved on in memory, stored by sets.

An index by event name says which journeys an event can enter; a person without runs costs one look-up, an event that
concerns no journey nothing more.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from trenza.events import INTERNAL, Event, dig, is_withheld
from trenza.journeys import store
from trenza.journeys.arbitration import close_window
from trenza.journeys.decisions import Decision, amended
from trenza.journeys.entering import Cause, begin, condition_of, may_enter
from trenza.journeys.goals import on_goal
from trenza.journeys.machine import (
    advance,
    exits,
    note_condition,
    on_due,
    on_event_in_wait,
    on_exit,
    on_person_changed,
    on_segment,
)
from trenza.journeys.merging import merge_runs
from trenza.journeys.model import Journey
from trenza.journeys.moment import Circle, Effects, Moment
from trenza.journeys.policies import Policies
from trenza.journeys.receipts import RECEIPTS, on_receipt
from trenza.journeys.run import Reservation, Run, instance_text
from trenza.kernel import Instant
from trenza.profiles import Facts
from trenza.segments import SegmentChange
from trenza.storage import Transaction

ENTRY_EVENT = "Journey Entry Requested"
"""The event that the API's entry says; its properties name the `journey` and hold what the caller gave.

It enters somebody where the house itself says it, for whoever asked it to had the right; a client's
event of that name enters nobody.
"""
_MOST_ROUNDS = 10_000
_MOST_PEOPLE = 20_000
"""Remembered from batch to batch."""
Versions = Callable[[str, str], Journey | None]


class Runs:
    """The runs of the people of one micro-batch after another.

    Args:
        journeys: the live ones, by key.
        policies: caps, quiet hours, the instance's zone and language.
        versions: gives an older version of a journey (key, version), for runs that are pinned to it.
    """

    def __init__(
        self,
        journeys: Mapping[str, Journey],
        policies: Policies | None = None,
        versions: Versions | None = None,
    ) -> None:
        self._journeys = journeys
        self._policies = policies or Policies()
        self._versions = versions
        self._older: dict[tuple[str, str], Journey | None] = {}
        self._by_event: dict[str, list[Journey]] = defaultdict(list)
        self._by_segment: dict[tuple[str, bool], list[Journey]] = defaultdict(list)
        for _, journey in sorted(journeys.items()):
            self._index(journey)
        self._people: dict[int, Circle] = {}
        self._loaded: dict[int, set[Reservation]] = {}
        self._touched: dict[int, None] = {}
        """People whose runs or slots may have changed since they were stored."""
        self._dues: dict[int, Instant | None] = {}
        self._effects = Effects()
        self._kept = Effects()

    def _index(self, journey: Journey) -> None:
        enter = journey.enter
        if enter.segment:
            self._by_segment[enter.segment, not enter.left].append(journey)
        else:
            self._by_event[ENTRY_EVENT if enter.api else enter.event].append(journey)

    def with_journeys(self, journeys: Mapping[str, Journey], versions: Versions | None) -> "Runs":
        """The same people under other definitions."""
        other = Runs(journeys, self._policies, versions)
        other._people, other._loaded, other._touched = self._people, self._loaded, self._touched
        return other

    def begin(self, *, is_cold: bool) -> None:
        """A new micro-batch begins.

        Args:
            is_cold: somebody else may have changed runs since the last `store`: nobody is remembered.
        """
        if is_cold or len(self._people) > _MOST_PEOPLE:
            self._people, self._loaded, self._dues = {}, {}, {}

    def load(self, tx: Transaction, persons: Iterable[int]) -> None:
        """Read the runs and slots of people that are not here yet."""
        wanted = [person for person in persons if person not in self._people]
        if not wanted:
            return
        for person in wanted:
            self._people[person] = Circle()
        for run in store.load_runs(tx, wanted):
            self._people[run.person].runs[run.id] = run
        if self._policies.caps:
            for slot in store.load_reservations(tx, wanted):
                self._people[slot.person].slots.append(slot)
        for person in wanted:
            self._loaded[person] = set(self._people[person].slots)

    def next_due(self, person: int) -> Instant | None:
        """The first instant at which a run of the person has to be looked at."""
        circle = self._people.get(person)
        if circle is None or not circle.runs:
            return None
        if person not in self._dues:
            self._dues[person] = min(
                (due for run in circle.open_runs() if (due := run.due_at) is not None), default=None
            )
        return self._dues[person]

    def on_event(self, facts: Facts, event: Event, now: Instant) -> None:
        """Goals, exits, waits, receipts, then entries."""
        circle = self._people.get(facts.person)
        entering = self._by_event.get(event.name, ()) if event.name else ()
        if event.name == ENTRY_EVENT and event.source_name != INTERNAL:
            entering = [journey for journey in entering if not journey.enter.api]
        if circle is None or not (circle.runs or entering):
            if not entering:
                return
            circle = self._people[facts.person] = Circle()
        concerned = [run for run in circle.runs.values() if event.name and self._concerns(run, event.name)]
        if not (concerned or entering or _concerns_all(event)) and not self._is_due(facts.person, now):
            return
        moment = self._moment(facts, circle, now)
        if circle.runs:
            self._on_event_in_runs(moment, event, concerned)
        for journey in entering:
            if not journey.enter.api or event.get("properties.journey") == journey.key:
                self._enter_by_event(moment, journey, event)
        self._settle_due(moment)

    def _is_due(self, person: int, now: Instant) -> bool:
        """Whether something is due by now."""
        due = self.next_due(person)
        return due is not None and due <= now

    def _on_event_in_runs(self, moment: Moment, event: Event, concerned: Sequence[Run]) -> None:
        runs = list(moment.circle.runs.values())
        for run in concerned:
            on_goal(moment, run, event.name, event.timestamp, event.message_id, event.message)
        for run, journey in self._open(moment, concerned):
            if exits(journey, run, event.name, event.timestamp, event.message):
                on_exit(moment, journey, run)
        for run, journey in self._open(moment, concerned):
            on_event_in_wait(moment, journey, run, event)
        if event.name in RECEIPTS:
            on_receipt(moment, event)
        if event.type == "identify":  # the only call that gives traits, the zone among them
            for run, journey in self._open(moment, runs):
                on_person_changed(moment, journey, run)

    def _concerns(self, run: Run, name: str) -> bool:
        """Whether the run's journey looks at events of a name; the state need not be opened for the others."""
        journey = self._journey_of(run)
        return journey is not None and name in journey.needs.events

    def on_change(self, facts: Facts, change: SegmentChange, now: Instant) -> None:
        """The person entered or left a segment: waits that wait for it, then entries."""
        entering = self._by_segment.get((change.segment, change.entered), ())
        circle = self._people.setdefault(facts.person, Circle())
        if not (entering or circle.runs):
            return
        moment = self._moment(facts, circle, now)
        if change.entered:
            for run, journey in self._open(moment, list(circle.runs.values())):
                on_segment(moment, journey, run, change.segment)
        for journey in entering:
            reason = change.because[0] if change.because else ""
            entry = {"segment": change.segment, "messageId": reason, "properties": {}}
            self._enter(moment, journey, Cause(entry=entry, began_at=change.at))
        self._settle_due(moment)

    def on_due(self, facts: Facts, now: Instant) -> None:
        """Everything of the person that is due by `now`."""
        circle = self._people.get(facts.person)
        if circle is not None:
            self._settle_due(self._moment(facts, circle, now))

    def on_move(self, before: Facts, after: Facts, now: Instant) -> None:
        """Leaves have gone from one person to another: runs and slots go with the leaf they hang on."""
        left = self._people.setdefault(before.person, Circle())
        joined = self._people.setdefault(after.person, Circle())
        self._touch(before.person)
        for run in [run for run in left.runs.values() if run.leaf in after.leaves]:
            del left.runs[run.id]
            run.person, run.changed = after.person, True
            joined.runs[run.id] = run
        moving = [slot for slot in left.slots if slot.leaf in after.leaves]
        left.slots = [slot for slot in left.slots if slot.leaf not in after.leaves]
        joined.slots += [_of_person(slot, after.person) for slot in moving]
        joined.runs = dict(sorted(joined.runs.items(), key=lambda item: (item[1].entered_at, item[0])))
        moment = self._moment(after, joined, now)
        merge_runs(moment)
        for run, journey in self._open(moment, list(joined.runs.values())):
            on_person_changed(moment, journey, run)
        self._settle_due(moment)

    def effects(self) -> Effects | None:
        """What followed since it was last asked; None where nothing did."""
        if self._effects.is_empty:
            return None
        effects, self._effects = self._effects, Effects()
        self._kept.add(effects)
        return effects

    def store(self, tx: Transaction) -> None:
        """Write what changed: runs, records, slots, goals, tasks."""
        self.effects()
        kept, self._kept = self._kept, Effects()
        changed = [run for person in self._touched for run in self._people[person].runs.values() if run.changed]
        store.save_runs(tx, changed)
        for run in changed:
            run.changed = False
        self._store_decisions(tx, kept)
        self._store_slots(tx)
        store.save_goals(tx, kept.goals)
        store.save_tasks(tx, kept.tasks)

    def _store_decisions(self, tx: Transaction, kept: Effects) -> None:
        new: dict[str, Decision] = {decision.id: decision for decision in kept.decisions}
        named = {each.decision for each in kept.amendments}
        old = store.find_decisions(tx, named - new.keys()) if named - new.keys() else {}
        before = list(old.values())
        for each in kept.amendments:
            for shelf in (new, old):
                if each.decision in shelf:
                    shelf[each.decision] = amended(shelf[each.decision], each.verdict, each.reason, each.at)
        store.save_decisions(tx, new.values())
        store.amend_decisions(tx, old.values())
        store.tally_decisions(tx, said=[*new.values(), *old.values()], taken_back=before)

    def _store_slots(self, tx: Transaction) -> None:
        before = {slot for person in self._touched for slot in self._loaded.get(person, ())}
        after = {slot for person in self._touched for slot in self._people[person].slots}
        keys = {(slot.cap, slot.run, slot.step) for slot in after}
        given_back = [slot for slot in before if (slot.cap, slot.run, slot.step) not in keys]
        store.save_reservations(tx, list(after - before), given_back)
        for person in self._touched:
            self._loaded[person] = set(self._people[person].slots)
        self._touched.clear()

    # Entering

    def _enter_by_event(self, moment: Moment, journey: Journey, event: Event) -> None:
        enter = journey.enter
        instance = dig(event.message, enter.instance) if enter.instance else None
        if enter.instance and instance is None:
            return
        cause = Cause(
            entry={**event.message, "messageId": event.message_id},
            began_at=event.timestamp,
            instance=instance_text(instance) if enter.instance else "",
            identifiers=event.identifiers,
            withheld=is_withheld(event.message, journey.policy.purpose, event.no_consent_object),
        )
        self._enter(moment, journey, cause)

    def _enter(self, moment: Moment, journey: Journey, cause: Cause) -> None:
        if not may_enter(moment, journey, cause):
            return
        condition = condition_of(moment, journey, cause.entry)
        if condition is not None and not condition.holds:
            return
        run = begin(moment, journey, cause)
        if run.id in moment.circle.runs:
            return
        moment.circle.runs[run.id] = run
        if condition is not None:
            note_condition(run, condition)
        advance(moment, journey, run)

    # Inside

    def _settle_due(self, moment: Moment) -> None:
        """Go on until nothing is due; windows of arbitration close when all else of the instant is done."""
        for _ in range(_MOST_ROUNDS):
            if not any((due := run.due_at) is not None and due <= moment.now for run in moment.circle.open_runs()):
                return
            late = [run for run in moment.circle.open_runs() if _is_due(run, moment.now)]
            for run in late:
                journey = self._journey_of(run)
                if journey is None:
                    run.close(moment.now, "removed")
                elif run.is_open:
                    on_due(moment, journey, run)
            if not late and not close_window(moment):
                return

    def _open(self, moment: Moment, runs: Iterable[Run]) -> list[tuple[Run, Journey]]:
        found = [(run, moment.journey_of(run)) for run in runs if run.is_open]
        return [(run, journey) for run, journey in found if journey is not None]

    def _touch(self, person: int) -> None:
        self._touched[person] = None
        self._dues.pop(person, None)

    def _moment(self, facts: Facts, circle: Circle, now: Instant) -> Moment:
        self._touch(facts.person)
        return Moment(
            facts=facts,
            now=now,
            zone=self._policies.zone_of(facts),
            policies=self._policies,
            circle=circle,
            effects=self._effects,
            journey_of=self._journey_of,
        )

    def _journey_of(self, run: Run) -> Journey | None:
        """The version that a run goes by; None where the journey is no more, which ends the run."""
        live = self._journeys.get(run.journey)
        if live is None or live.version == run.version:
            return live
        key = run.journey, run.version
        if key not in self._older:
            self._older[key] = self._versions(*key) if self._versions is not None else None
        older = self._older[key]
        if live.policy.moves and run.is_open:
            self._touch(run.person)
            return _move_over(run, older, live)
        return older


def _concerns_all(event: Event) -> bool:
    """Whether an event may concern a run that does not look at its name: it is a receipt, or gives traits."""
    return event.type == "identify" or event.name in RECEIPTS


def _move_over(run: Run, older: Journey | None, live: Journey) -> Journey | None:
    """`on_update: move`: the run goes on in the new version where it stands, or at the next step that still is."""
    position = run.state.position
    standing = any(each.stage != "settled" and each.step not in live.steps for each in run.state.sendings.values())
    while position and position not in live.steps and older is not None:
        position = older.steps[position].next if position in older.steps else ""
    if standing or position != run.state.position:
        return older  # its step is gone: it ends as it began, and nobody gets a step twice
    run.version, run.changed = live.version, True
    return live


def _is_due(run: Run, now: Instant) -> bool:
    """Whether something other than an arbitration is due."""
    due = run.due_at
    if due is None or due > now:
        return False
    state = run.state
    if any(at is not None and at <= now for at in (state.target, state.timeout)):
        return True
    return any(
        each.due is not None and each.due <= now and each.stage != "contending" for each in state.sendings.values()
    )


def _of_person(slot: Reservation, person: int) -> Reservation:
    return Reservation(cap=slot.cap, run=slot.run, step=slot.step, person=person, leaf=slot.leaf, at=slot.at)
