"""The audit: who did what, when. Ids and names of routes only, never what a person is called."""

from trenza.access import store
from trenza.access.model import AuditEntry
from trenza.kernel import Instant, new_id
from trenza.storage import Database, Transaction

_DOOR = 5_000


def write_down(tx: Transaction, who: str, action: str, of: str, now: Instant) -> None:
    """Write down, in the transaction of what was done, who did it."""
    store.add_audit(tx, AuditEntry(id=new_id(), at=now, who=who, action=action, object=of))


def read_audit(database: Database, before: tuple[Instant, str] | None, limit: int) -> list[AuditEntry]:
    """What was done, last first, before a place `(at, id)`."""
    with database.read() as tx:
        return store.list_audit(tx, before, limit)


def definition_name(kind: str, key: str) -> str:
    """What the audit calls a definition; doors that save or remove one write it down so."""
    return f"{kind}/{key}"


def saved_by(database: Database, kind: str, key: str, at: Instant) -> str | None:
    """Who last saved or removed a definition by a given instant (`user:…` or `key:…`); None where nobody is known.

    A save is written down right after it is done, so the doors' own time of a few seconds is allowed for.
    """
    with database.read() as tx:
        found = store.last_audit(tx, definition_name(kind, key), at + _DOOR)
    return found.who if found else None
