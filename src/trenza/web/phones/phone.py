"""One person's phone: what came to it, app by app, and what did not come.

Everything is read in a few set-based questions; `read_mark` is the one that a page asks every two seconds.
"""

from collections.abc import Mapping, Sequence

import msgspec

from trenza.channels import (
    Entry,
    Queued,
    SandboxMessage,
    find_entries,
    find_shown,
    last_shown,
    list_sandbox,
    messages_of,
    newest_shown,
)
from trenza.identity import Known, Leaf, Person, known_of, persons_of
from trenza.journeys import Decision, list_decisions
from trenza.kernel import Instant
from trenza.people import Named, name_people
from trenza.storage import Transaction

APPS = ("email", "sms", "whatsapp", "push", "voice", "in_app", "web_push", "direct_mail")
"""In the order of the screen; whatever else an instance sends on comes as a notification of the app."""
_OTHER = "push"
_MOST = 60
_WITHHELD = 8
_LATEST = 400
_PHONES = 24


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """Something that came."""

    shown: SandboxMessage
    entry: Entry | None
    """Of the outbox; None where it is none of ours."""

    @property
    def app(self) -> str:
        """Where it stands on the phone."""
        return self.shown.channel if self.shown.channel in APPS else _OTHER


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    """A phone as it is now."""

    arrivals: Sequence[Arrival]
    """The latest first."""
    withheld: Sequence[Decision]
    """What did not come, the latest first."""
    mark: str
    """Changes whenever there is anything new."""

    def of(self, app: str) -> list[Arrival]:
        """What stands in an app, the latest first."""
        return [arrival for arrival in self.arrivals if arrival.app == app]

    def find(self, id_: str) -> Arrival | None:
        """An arrival by its id."""
        return next((arrival for arrival in self.arrivals if arrival.shown.id == id_), None)

    def since(self, at: Instant) -> list[Arrival]:
        """What came after an instant, the latest first."""
        return [arrival for arrival in self.arrivals if arrival.shown.at > at]


def read_phone(tx: Transaction, person: Person, chosen: str = "") -> Phone:
    """The phone of somebody.

    Args:
        tx: to read with.
        person: whose.
        chosen: a message to show whatever its age, where it is theirs.
    """
    known = known_of(tx, [person]).get(person, [])
    leaves = {each.leaf for each in known}
    went = messages_of(tx, leaves, _MOST)
    shown = {each.id: each for each in list_sandbox(tx, addresses=_addresses(known, went), limit=_MOST)}
    if chosen and chosen not in shown:
        shown |= find_shown(tx, [chosen])
    entries = find_entries(tx, [each.message for each in shown.values() if each.message])
    arrivals = [
        Arrival(shown=each, entry=entries.get(each.message))
        for each in sorted(shown.values(), key=lambda each: (each.at, each.id), reverse=True)
        if _is_theirs(each, entries, leaves, known)
    ]
    withheld = list_decisions(tx, leaves, limit=_WITHHELD, withheld=True)
    return Phone(arrivals=arrivals, withheld=withheld, mark=_mark(tx, known))


def read_mark(tx: Transaction, person: Person) -> str:
    """Whether anything is new: changes with every message, receipt and decision of the person."""
    return _mark(tx, known_of(tx, [person]).get(person, []))


def instant_of(mark: str) -> Instant:
    """When the newest message of a mark came; 0 for a mark that is made up."""
    at = mark.partition("-")[0]
    return int(at) if at.isdecimal() and len(at) <= len(str(1 << 53)) else 0


def latest_phones(tx: Transaction) -> list[tuple[Person, Named, Instant, str]]:
    """Whose phones rang last: (person, name, when, on which channel)."""
    by_leaf = last_shown(tx, _LATEST)
    people = persons_of(tx, list(by_leaf))
    last: dict[Person, tuple[Instant, str]] = {}
    for leaf, person in people.items():
        last[person] = max(last.get(person, by_leaf[leaf]), by_leaf[leaf])
    first = sorted(last, key=lambda person: (last[person], person), reverse=True)[:_PHONES]
    names: Mapping[Person, Named] = name_people(tx, first)
    return [(person, names[person], *last[person]) for person in first if person in names]


def _mark(tx: Transaction, known: Sequence[Known]) -> str:
    leaves = {each.leaf for each in known}
    went = messages_of(tx, leaves, _MOST)
    at, count = newest_shown(tx, _addresses(known, went))
    changed = went[0][1] if went else 0
    decided = next((f"{each.id}{each.verdict}" for each in list_decisions(tx, leaves, limit=1, withheld=True)), "")
    return f"{at}-{count}-{changed}-{decided}"


def _addresses(known: Sequence[Known], went: Sequence[tuple[Queued, Instant]]) -> set[str]:
    """Where the person is reached: their identifiers, and wherever a message to one of them went."""
    return {*(queued.address for queued, _ in went), *(each.value for each in known)} - {""}


def _is_theirs(shown: SandboxMessage, entries: Mapping[str, Entry], leaves: set[Leaf], known: Sequence[Known]) -> bool:
    """An address may have gone from one person to another: what went to the other stays with them."""
    entry = entries.get(shown.message)
    if entry is not None:
        return entry.leaf in leaves
    return shown.address in {each.value for each in known}
