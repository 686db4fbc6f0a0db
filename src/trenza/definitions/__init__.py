"""Definitions as code: documents with places and comments, their faults, durations, and the instance's versions."""

from trenza.definitions.durations import (
    Duration,
    add_duration,
    is_zone,
    local_instant,
    local_time,
    parse_duration,
    subtract_duration,
    zone_of,
)
from trenza.definitions.node import Document, Node, content_version, make_node
from trenza.definitions.parsing import read_documents, read_folder, read_node
from trenza.definitions.printing import print_documents, print_node
from trenza.definitions.reading import Kind, Reading, describe, localise

__all__ = [
    "Document",
    "Duration",
    "Kind",
    "Node",
    "Reading",
    "add_duration",
    "content_version",
    "describe",
    "is_zone",
    "local_instant",
    "local_time",
    "localise",
    "make_node",
    "parse_duration",
    "print_documents",
    "print_node",
    "read_documents",
    "read_folder",
    "read_node",
    "subtract_duration",
    "zone_of",
]
