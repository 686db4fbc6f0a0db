"""What the doors ask about one person, put together from every room.

The two written lists stand here: what each room hands over in an export, and how each store forgets a person. A new
store is not finished before it is on both.
"""

from collections.abc import Collection, Iterator, Mapping

from trenza.app import Instance
from trenza.channels import list_sandbox, messages_of
from trenza.events import INTERNAL, Emission, emit, export_events, list_sources, printed, timeline
from trenza.identity import (
    Cluster,
    Known,
    Leaf,
    Person,
    find_person,
    history,
    known_of,
    people_page,
    person_text,
    persons_of,
    text_person,
)
from trenza.journeys import list_decisions, runs_page, tasks_of
from trenza.kernel import Invalid, JsonObject, NotFound, decode_json, encode_json, format_instant, new_id
from trenza.matching import Candidate, select_of
from trenza.people.forgetting import erasers_of
from trenza.people.household import household_of
from trenza.profiles import (
    ConsentStatus,
    Facts,
    Proof,
    erase_person,
    export_person,
    export_profile,
    find_receipt,
    finish_erasures,
    identifier_sheet,
    list_consents,
    load_facts,
    show,
    verify_receipt,
)
from trenza.segments import Memberships, changes
from trenza.storage import Transaction

_ALL = 1_000_000
"""More rows of one person than anybody has."""
_LATEST = 20
"""Events among which the channel last used is looked for; the house's own do not count."""


class People:
    """One person at a time, for the doors.

    Args:
        instance: the instance.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._database = instance.database
        self._secret = instance.secret

    def named(self, name: str) -> Person:
        """The person that `TYPE:VALUE` or a public id names; an id that was merged names whom it was merged into.

        Raises:
            Invalid: the name is neither.
            NotFound: there is nobody of that name.
        """
        number = text_person(name)
        type_, colon, value = name.partition(":")
        if number is None and not colon:
            raise Invalid(
                "that is neither an identifier nor a person's id", "write TYPE:VALUE, as in email:ana@example.com"
            )
        with self._database.read() as tx:
            if number is not None:
                found = persons_of(tx, [number]).get(number) if number < 1 << 63 else None
            else:
                found = find_person(tx, type_, value, self._instance.settings.country, self._instance.types_in(tx))
        if found is None:
            raise NotFound("nobody has this identifier", "see `trenza people list`, or send an event that bears it")
        return found

    def sheet(self, person: Person) -> JsonObject:
        """Identifiers, traits, consents, reachability, segments, computed values, channel preference, household."""
        with self._database.read() as tx:
            facts = self._facts(tx, person)
            last_used = self._last_used(tx, facts)
            Memberships(self._instance.in_force(tx).of("Segment"), self._instance.settings.timezone).load(
                tx, {person: facts}
            )
            household = household_of(tx, facts, self._instance.types_in(tx))
            return {**show(tx, facts, segments=facts.segments, last_used=last_used), "household": household}

    def household(self, person: Person) -> list[JsonObject]:
        """Who else is of the person's household, each with what ties the two."""
        with self._database.read() as tx:
            return household_of(tx, self._facts(tx, person), self._instance.types_in(tx))

    def identifiers(self, person: Person) -> list[JsonObject]:
        """The person's identifiers, the first seen first."""
        with self._database.read() as tx:
            return [identifier_sheet(known) for known in self._known(tx, person)]

    def consents(self, person: Person) -> list[JsonObject]:
        """The last word on each purpose and channel, with its evidence."""
        with self._database.read() as tx:
            return list_consents(tx, self._facts(tx, person))

    def listed(self, after: Person, limit: int) -> list[Cluster]:
        """People behind one, in order of their numbers."""
        with self._database.read() as tx:
            found = people_page(tx, after, limit)
            known = known_of(tx, found, self._instance.types_in(tx))
        return [Cluster(each, tuple(f"{one.type}:{one.value}" for one in known[each])) for each in found]

    def timeline(self, person: Person, limit: int, before: str = "") -> tuple[list[JsonObject], str]:
        """The person's events, the latest first, and the cursor of the page before them; empty where there is none."""
        with self._database.read() as tx:
            leaves = [known.leaf for known in self._known(tx, person)]
            page = timeline(tx, leaves, limit, before)
            sources = {source.id: source for source in list_sources(tx)}
            lines = [printed(event, sources.get(event.source), person_text(person)) for event in page.events]
        return lines, page.next

    def export(self, person: Person) -> JsonObject:
        """Everything that is kept of the person, room by room."""
        with self._database.read() as tx:
            facts = self._facts(tx, person)
            return export_person(facts, self._rooms(tx, facts))

    def give_consent(self, person: Person, purpose: str, channel: str, status: ConsentStatus, by: str) -> str:
        """Write down a word on consent that a person gave to somebody of the house.

        It is said as an event, in the person's strongest identifier, and counts as soon as the worker has taken it.

        Returns:
            The id of the message.
        """
        with self._database.write() as tx:
            strongest = min(self._known(tx, person), key=lambda known: (known.priority, known.first_seen, known.value))
            message_id = new_id()
            message: JsonObject = {
                "type": "track",
                "event": "Consent Changed",
                "timestamp": format_instant(self._instance.clock.now()),
                "properties": {"purpose": purpose, "channel": channel, "status": status, "recordedBy": by},
                "context": {"externalIds": [{"type": strongest.type, "id": strongest.value}]},
            }
            emit(tx, [Emission(message_id=message_id, message=message, channel=channel if channel != "*" else "web")])
        return message_id

    def erase(self, person: Person, reason: str, id_: str = "") -> JsonObject:
        """Erase a person from every store; returns the signed receipt. `id_` is the erasure's, where it has one."""
        now = self._instance.clock.now()
        return erase_person(self._database, person, reason, now, self._secret, erasers_of(self._instance), id_)

    def receipt(self, id_: str) -> JsonObject | None:
        """The signed receipt of the erasure of that id, finished if a crash left it unfinished; None: never begun."""
        finish_erasures(self._database, self._secret, erasers_of(self._instance))
        return find_receipt(self._database, id_)

    def verify(self, receipt: JsonObject) -> Proof:
        """Prove a receipt against every store."""
        return verify_receipt(self._database, receipt, self._secret, erasers_of(self._instance))

    def _rooms(self, tx: Transaction, facts: Facts) -> Iterator[tuple[str, object]]:
        """What each room hands over: the written list."""
        leaves, person = sorted(facts.leaves), facts.person

        def whose(found: Collection[Leaf]) -> Mapping[Leaf, str]:
            return dict.fromkeys(found, person_text(person))

        yield "profile", export_profile(tx, facts, self._secret)
        yield "events", list(export_events(tx, whose, leaves=leaves))
        yield "identity", [_plain(entry) for entry in history(tx, [person], limit=_ALL)]
        yield "matches", [_own(each, leaves) for each in select_of(tx, leaves)]
        yield "segments", [_plain(change) for change in changes(tx, persons=[person], limit=_ALL)]
        yield "runs", [_plain(run) for run in runs_page(tx, persons=[person], limit=_ALL)]
        yield "decisions", [_plain(decision) for decision in list_decisions(tx, leaves, limit=_ALL)]
        yield "tasks", [{**_plain(task), "doneAt": done} for task, done in tasks_of(tx, leaves)]
        yield "messages", [{**_plain(queued), "changedAt": at} for queued, at in messages_of(tx, leaves, _ALL)]
        yield (
            "sandbox",
            [
                _plain(each)
                for each in list_sandbox(tx, addresses=[known.value for known in facts.identifiers], limit=_ALL)
            ],
        )

    def _known(self, tx: Transaction, person: Person) -> list[Known]:
        known = known_of(tx, [person], self._instance.types_in(tx)).get(person)
        if not known:
            raise NotFound("nobody has this id any more", "see `trenza people list`")
        return known

    def _facts(self, tx: Transaction, person: Person) -> Facts:
        return load_facts(tx, {person: self._known(tx, person)}, secret=self._secret)[person]

    def _last_used(self, tx: Transaction, facts: Facts) -> str | None:
        channels = {source.id: source.channel for source in list_sources(tx) if source.name != INTERNAL}
        latest = timeline(tx, facts.leaves, _LATEST).events
        return next((channels[event.source] for event in latest if event.source in channels), None)


def _own(candidate: Candidate, leaves: Collection[Leaf]) -> JsonObject:
    """A candidate without a word of the other person."""
    is_one = candidate.one in leaves
    return {
        "id": candidate.id,
        "weight": candidate.weight,
        "state": candidate.state,
        "steps": [
            {"comparison": step.comparison, "weight": step.weight, "values": dict(step.one if is_one else step.other)}
            for step in candidate.steps
        ],
        "foundAt": format_instant(candidate.found_at),
    }


def _plain(struct: object) -> JsonObject:
    found: JsonObject = decode_json(encode_json(struct))
    return found
