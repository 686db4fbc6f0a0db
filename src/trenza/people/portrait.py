"""What stands at once on a person's page: read together, in a few queries however long the person has been here."""

from collections.abc import Mapping, Sequence

import msgspec

from trenza.app import Instance
from trenza.events import StoredEvent, Worth, events_named, worth_of
from trenza.identity import IdentifierTypes, Known, Person, known_of
from trenza.journeys import Run, Task, open_tasks, runs_page
from trenza.kernel import Instant, JsonObject, NotFound
from trenza.profiles import Facts, TraitVersion, called, former_traits, list_consents, load_facts
from trenza.segments import Membership, SegmentChange, changes, load_memberships
from trenza.storage import Transaction

_OPEN_RUNS = 100
_CHANGES = 200
_PERSONAL_KINDS = frozenset({"account", "contact", "card"})


class Portrait(msgspec.Struct, frozen=True, kw_only=True):
    """A person as they are known now."""

    person: Person
    facts: Facts
    name: str
    """By the traits; else the strongest identifier's value; empty for a visitor."""
    is_visitor: bool
    """Nothing is known but what their browser or app carries."""
    first_seen: Instant
    last_seen: Instant
    worth: list[Worth]
    former: Mapping[str, list[TraitVersion]]
    """Values that traits had before."""
    consents: list[JsonObject]
    inside: Mapping[str, Membership]
    """Segments the person is in."""
    left: list[SegmentChange]
    """The last time each segment was left, where they are out."""
    tasks: list[Task]
    runs: list[Run]
    """Open ones."""
    said_by: Mapping[str, StoredEvent]
    """The events that set traits, consents and memberships, by message id."""


def read_portrait(tx: Transaction, instance: Instance, person: Person) -> Portrait:
    """Everything that a person's page says at once.

    Raises:
        NotFound: nobody has this id any more.
    """
    types = instance.types_in(tx)
    known = known_of(tx, [person], types).get(person)
    if not known:
        raise NotFound("nobody has this id any more", "look for them at /people")
    facts = load_facts(tx, {person: known}, secret=instance.secret)[person]
    inside = {key: row for key, row in sorted(load_memberships(tx, [person])[person].items()) if row.inside_since}
    consents = list_consents(tx, facts)
    return Portrait(
        person=person,
        facts=facts,
        name=name_of(facts, types),
        is_visitor=is_visitor(known, types),
        first_seen=min(each.first_seen for each in known),
        last_seen=max(each.last_seen for each in known),
        worth=worth_of(tx, facts.leaves),
        former=former_traits(tx, facts),
        consents=consents,
        inside=inside,
        left=_left(tx, person, inside),
        tasks=open_tasks(tx, facts.leaves),
        runs=[run for run in runs_page(tx, persons=[person], limit=_OPEN_RUNS) if run.is_open],
        said_by=events_named(tx, _messages(facts, consents, inside)),
    )


def name_of(facts: Facts, types: IdentifierTypes) -> str:
    """What a person is called: by the traits, else the strongest identifier's value; empty for a visitor."""
    name = called({name: versions[-1].value for name, versions in facts.traits.items() if versions})
    if name or is_visitor(facts.identifiers, types):
        return name
    return strongest(facts.identifiers).value


def is_visitor(known: Sequence[Known], types: IdentifierTypes) -> bool:
    """Whether nothing is known of a person but what their browser or app carries."""
    return not any(types.get(each.type).kind in _PERSONAL_KINDS for each in known)


def strongest(known: Sequence[Known]) -> Known:
    """The identifier that speaks for a person."""
    return min(known, key=lambda each: (each.priority, each.first_seen, each.value))


def _left(tx: Transaction, person: Person, inside: Mapping[str, Membership]) -> list[SegmentChange]:
    last: dict[str, SegmentChange] = {}
    for change in changes(tx, persons=[person], limit=_CHANGES):
        last.setdefault(change.segment, change)
    return [change for change in last.values() if change.segment not in inside and not change.entered]


def _messages(facts: Facts, consents: list[JsonObject], inside: Mapping[str, Membership]) -> set[str]:
    found = {versions[-1].message_id for versions in facts.traits.values() if versions}
    found |= {str(each["messageId"]) for each in consents}
    return found | {message for row in inside.values() for message in row.because}
