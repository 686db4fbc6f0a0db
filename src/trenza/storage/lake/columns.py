"""Columns of Arrow from Python's values, by their buffers.

`pyarrow.array` would import pandas where it is installed: seconds and seventy megabytes for a worker that needs none.
"""

from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa


def column_of(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """A column of texts, or of integers (instants in milliseconds are integers); None is null."""
    missing = [position for position, value in enumerate(values) if value is None]
    buffers = _texts(values) if pa.types.is_string(kind) else _integers(values)
    return pa.Array.from_buffers(kind, len(values), [_validity(len(values), missing), *buffers], len(missing))


def _integers(values: Sequence[int | None]) -> list[pa.Buffer]:
    return [pa.py_buffer(array("q", [0 if value is None else value for value in values]))]


def _texts(values: Sequence[str | None]) -> list[pa.Buffer]:
    octets = [b"" if value is None else value.encode() for value in values]
    offsets = array("i", [0, *accumulate(map(len, octets))])
    return [pa.py_buffer(offsets), pa.py_buffer(b"".join(octets))]


def _validity(length: int, missing: Sequence[int]) -> pa.Buffer | None:
    """One bit a value, the least first; none where nothing is missing."""
    if not missing:
        return None
    bits = bytearray(b"\xff" * ((length + 7) // 8))
    for position in missing:
        bits[position >> 3] &= ~(1 << (position & 7)) & 0xFF
    return pa.py_buffer(bytes(bits))
