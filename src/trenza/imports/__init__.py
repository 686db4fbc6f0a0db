"""Imports: files of messages or tables into the log, by the same rules as live events."""

from trenza.imports.mapping import TableMapping, read_mapping
from trenza.imports.model import FileReport, Line
from trenza.imports.service import Importer

__all__ = ["FileReport", "Importer", "Line", "TableMapping", "read_mapping"]
