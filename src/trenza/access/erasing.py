"""The right to be forgotten, in this room: stored answers that name a person, and lines of the audit.

A stored answer is for a client that asks again within a day. One that names somebody who was erased goes: the client is
then told what is true now. Lines of the audit stay, without whom they were about.
"""

from collections.abc import Callable, Iterator

from trenza.access import store
from trenza.access.model import AuditEntry
from trenza.kernel import Instant, JsonValue, decode_json
from trenza.storage import Transaction

_PAGE = 1_000
Names = Callable[[JsonValue], bool]
"""Whether a value names the person."""


def erase_answers(tx: Transaction, names: Names) -> int:
    """Take away the stored answers that name somebody; returns how many."""
    keys = [key for key, _, body in store.scan_answers(tx) if names(_read(body))]
    store.drop_answers(tx, keys)
    return len(keys)


def count_answers(tx: Transaction, names: Names, until: Instant) -> int:
    """How many answers that were asked for by an instant name somebody."""
    return sum(1 for _, at, body in store.scan_answers(tx) if at <= until and names(_read(body)))


def erase_audit(tx: Transaction, names: Names) -> int:
    """Take somebody out of the audit's lines; returns out of how many."""
    ids = [entry.id for entry in _audit(tx) if names({"id": entry.object})]
    store.clear_audit(tx, ids)
    return len(ids)


def count_audit(tx: Transaction, names: Names, until: Instant) -> int:
    """How many lines of the audit written by an instant name somebody."""
    return sum(1 for each in _audit(tx) if each.at <= until and names([{"id": each.object}, each.who, each.action]))


def _audit(tx: Transaction) -> Iterator[AuditEntry]:
    before: tuple[Instant, str] | None = None
    while found := store.list_audit(tx, before, _PAGE):
        yield from found
        before = found[-1].at, found[-1].id


def _read(body: bytes) -> JsonValue:
    try:
        return decode_json(body)
    except ValueError:
        return body.decode("utf-8", "replace")
