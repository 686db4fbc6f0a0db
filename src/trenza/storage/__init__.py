"""The state's database, the log port with its adapters, and the lake.

Rooms own their tables: each `store.py` declares them on `metadata` and is the only file that names them.
"""

from trenza.storage.bulk import among, bulk_insert, bulk_upsert
from trenza.storage.database import Database, Transaction, metadata

__all__ = ["Database", "Transaction", "among", "bulk_insert", "bulk_upsert", "metadata"]
