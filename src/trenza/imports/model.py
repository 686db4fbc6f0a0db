"""The words of the room: a line of a file, and what became of a file."""

import msgspec

from trenza.kernel import JsonValue


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line (JSON Lines) or row (CSV, Parquet) of a file: a message, or why it is none."""

    number: int
    """1-based; in CSV the line of the file on which the row ends, in Parquet the row."""
    content: bytes
    """As it stands in the file, or the row as JSON."""
    message: JsonValue = None
    fault: str = ""
    as_it_is: bool = False
    """The content is the message and can go into the log as it stands."""


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file."""

    file: str
    read: int
    accepted: int
    """Went into the log; those whose message id is there already count too, and change nothing."""
    rejected: int
    rejected_file: str | None = None
    """Where the rejected lines lie, with reasons."""
