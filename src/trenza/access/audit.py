"""The audit: who did what, when. Ids and names of routes only, never what a person is called."""

from trenza.access import store
from trenza.access.model import AuditEntry
from trenza.kernel import Instant, new_id
from trenza.storage import Database, Transaction


def write_down(tx: Transaction, who: str, action: str, of: str, now: Instant) -> None:
    """Write down, in the transaction of what was done, who did it."""
    store.add_audit(tx, AuditEntry(id=new_id(), at=now, who=who, action=action, object=of))


def read_audit(database: Database, before: tuple[Instant, str] | None, limit: int) -> list[AuditEntry]:
    """What was done, last first, before a place `(at, id)`."""
    with database.read() as tx:
        return store.list_audit(tx, before, limit)
