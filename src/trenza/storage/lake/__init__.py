"""The lake: every event once more, as Parquet by day of arrival, for analytics.

PyArrow, Ibis and DuckDB are imported when the lake is first written or read, never at start-up.
"""

from trenza.storage.lake.lake import Lake
from trenza.storage.lake.manifest import LakeFile
from trenza.storage.lake.model import LakeEvent, LakeRow, ReadEvents

__all__ = ["Lake", "LakeEvent", "LakeFile", "LakeRow", "ReadEvents"]
