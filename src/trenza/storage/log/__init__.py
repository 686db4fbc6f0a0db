"""The event log: the truth. What `append` has returned for is on disk.

The port is `Log`; `SqlLog` keeps it in a table of SQLite or PostgreSQL. An entry is one request body as it came; it is
split into events at `admit`.
"""

from trenza.storage.log.group import GroupCommit
from trenza.storage.log.memory import MemoryLog
from trenza.storage.log.port import Entry, Log, Record
from trenza.storage.log.sql import SqlLog

__all__ = ["Entry", "GroupCommit", "Log", "MemoryLog", "Record", "SqlLog"]
