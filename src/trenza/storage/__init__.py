"""The state's database, the log port with its adapters, and the lake.

Rooms own their tables: each `store.py` declares them on `metadata` and is the only file that names them.
"""

from trenza.storage.bulk import among, bulk_insert, bulk_upsert
from trenza.storage.database import Database, Transaction, metadata
from trenza.storage.paging import comes_before, comes_behind
from trenza.storage.positions import Position, forget_positions, lock_position, move_position, read_position
from trenza.storage.tallies import DAY, HOUR, QUARTER, Span, bulk_add, quarter_of, sum_tally

__all__ = [
    "DAY",
    "HOUR",
    "QUARTER",
    "Database",
    "Position",
    "Span",
    "Transaction",
    "among",
    "bulk_add",
    "bulk_insert",
    "bulk_upsert",
    "comes_before",
    "comes_behind",
    "forget_positions",
    "lock_position",
    "metadata",
    "move_position",
    "quarter_of",
    "read_position",
    "sum_tally",
]
