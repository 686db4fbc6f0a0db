"""How this room, and the rooms and stores before it, forget a person. Rooms behind it bring their own erasers."""

from collections.abc import Callable, Mapping

from trenza.events import erase_events
from trenza.identity import Erasure, Known, LogEntry, Person, clusters, find_person, history, known_of
from trenza.kernel import Instant
from trenza.profiles import store
from trenza.profiles.addresses import fits, hashed, whole_key
from trenza.profiles.erasure import Eraser, Outside, Subject
from trenza.profiles.leftovers import count_events_left, count_failed_left, count_lake_left, count_log_left
from trenza.profiles.reach import EVERY, addresses, identifier_types
from trenza.profiles.sheet import load_facts
from trenza.profiles.trace import Trace
from trenza.storage import Database, Transaction
from trenza.storage.lake import Lake
from trenza.storage.log import Log

_ALL = 1 << 31
_ADDRESS_TYPES = ("email", "phone", "whatsapp", "push_token", "web_push", "telegram")


def events_eraser(log: Log) -> Eraser:
    """Events, what failed, what waits to be said, and the log."""

    def erase(tx: Transaction, subject: Subject) -> Mapping[str, int]:
        erased = erase_events(tx, log, subject.leaves, subject.values)
        return {"events": erased.events, "failed": erased.failed, "log": erased.log_items}

    return Eraser(store="events", erase=erase, remains=count_events_left)


def log_erasers(log: Log) -> list[Eraser]:
    """The log and the failed events, which the events' own eraser empties: each is proved by itself."""
    return [
        Eraser(store="failed events", erase=_with_the_events, remains=count_failed_left),
        Eraser(store="log", erase=_with_the_events, remains=lambda tx, trace: count_log_left(tx, log, trace)),
    ]


def _with_the_events(_: Transaction, __: Subject) -> Mapping[str, int]:
    return {}


def identity_eraser(take_out: Callable[[Transaction, Person, Instant], Erasure]) -> Eraser:
    """Identifiers and the evidence between them; tombstones keep a late event from bringing them back.

    Args:
        take_out: takes a person out of the graph, with what follows for others.
    """

    def erase(tx: Transaction, subject: Subject) -> Mapping[str, int]:
        gone = take_out(tx, subject.person, subject.at)
        return {"identifiers": len(gone.identifiers), "moved": sum(len(move.leaves) for move in gone.moves)}

    def remains(tx: Transaction, trace: Trace) -> int:
        named = (name.partition(":") for cluster in clusters(tx) for name in cluster.identifiers)
        found = [(type_, value) for type_, _, value in named if trace.is_identifier(type_, value)]
        people = [person for pair in found if (person := find_person(tx, *pair)) is not None]
        known = (each for held in known_of(tx, people).values() for each in held)
        held = sum(1 for each in known if (each.type, each.value) in found and each.first_seen <= trace.until)
        return held + sum(1 for line in history(tx, limit=_ALL) if line.at <= trace.until and _is_told(line, trace))

    return Eraser(store="identity", erase=erase, remains=remains)


def profiles_eraser(secret: bytes) -> Eraser:
    """Traits, consents and their evidence; suppressions stay, under a hash that nobody can read back."""

    def erase(tx: Transaction, subject: Subject) -> Mapping[str, int]:
        hidden = _hide_suppressions(tx, subject, secret)
        return {**store.delete_facts(tx, subject.leaves), "suppression_hashed": hidden}

    def remains(tx: Transaction, trace: Trace) -> int:
        plain = {address for address in store.list_plain_addresses(tx) if _is_erased(trace, address)}
        return trace.count_leaves(store.list_leaves(tx, trace.until)) + len(plain)

    return Eraser(store="profiles", erase=erase, remains=remains)


def lake_eraser(lake: Lake, database: Database) -> Outside:
    """The files of the lake."""
    return Outside(
        store="lake",
        erase=lambda subject: lake.erase(subject.leaves),
        remains=lambda trace: count_lake_left(database, lake, trace),
    )


def _is_told(line: LogEntry, trace: Trace) -> bool:
    """A line of the identity log names the person, by a number or by a word."""
    ends = {line.winner, line.loser}
    return any(trace.is_leaf(end) or trace.is_person(end) for end in ends) or trace.names({"id": line.cause})


def _hide_suppressions(tx: Transaction, subject: Subject, secret: bytes) -> int:
    """Put keyed hashes in the place of the person's suppressed addresses; returns how many."""
    post = _post_addresses(tx, subject, secret)
    plain = [address for address in (*subject.values, *post) if fits(address)]
    whole = [whole_key(leaf) for leaf in subject.leaves]
    hidden: set[tuple[str, str, str, int, int, str]] = set()
    for key, channel, *_ in store.list_suppressions(tx, [*plain, *whole]):
        meant = [key] if key in plain else [value for type_, value in subject.identifiers if type_ in _types(channel)]
        hidden.update((hashed(secret, address), channel, "", store.HASHED, subject.at, "erased") for address in meant)
    store.delete_suppressions(tx, [*plain, *whole])
    store.save_suppressions(tx, sorted(hidden))
    return len(hidden)


def _types(channel: str) -> tuple[str, ...]:
    return _ADDRESS_TYPES if channel == EVERY else identifier_types(channel)


def _post_addresses(tx: Transaction, subject: Subject, secret: bytes) -> list[str]:
    pairs = zip(subject.leaves, subject.identifiers, strict=True)
    known = [Known(type_, value, leaf, subject.at, subject.at) for leaf, (type_, value) in pairs]
    facts = load_facts(tx, {subject.person: known}, secret=secret)[subject.person]
    return [each.address for each in addresses(facts, "direct_mail")]


def _is_erased(trace: Trace, address: str) -> bool:
    return any(trace.is_identifier(type_, address) for type_ in _ADDRESS_TYPES)
