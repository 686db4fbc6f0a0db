"""The four instants of an event.

`originalTimestamp` is what the client called `timestamp`, `sentAt` when it sent it, `receivedAt` when it was on disk
here, and `timestamp = receivedAt − (sentAt − originalTimestamp)`, which takes the error of the client's clock out.
"""

from typing import Literal

from trenza.kernel import Instant

Correction = Literal["arrival", "as written", "unchecked", "clock", "not sane", "future"]
"""Why an event has the time it has: the client gave none; its own, and its clock agrees; its own, and nothing tells
whether its clock was right; moved by the error of its clock; its own, since `sentAt` says nothing about a clock; it
lay in the future, so its arrival."""

_DAY = 86_400_000
SANE_SPAN = 30 * _DAY
"""A `sentAt` further than this from `receivedAt` says nothing about the clock."""
EARLIEST: Instant = -62_135_596_800_000
"""0001-01-01T00:00Z: the first instant that can be written."""


def correct_time(original: Instant | None, sent: Instant | None, received_at: Instant) -> Instant:
    """The event time: corrected where `sent` is sane, else as written, else the arrival; never in the future."""
    if original is None:
        return received_at
    if sent is not None and -SANE_SPAN <= received_at - sent <= SANE_SPAN:
        original += received_at - sent
    return max(min(original, received_at), EARLIEST)


def correction(original: Instant | None, sent: Instant | None, received_at: Instant) -> tuple[Correction, int]:
    """Why `correct_time` answers as it does, and by how many milliseconds the client's own time was moved."""
    if original is None:
        return "arrival", 0
    moved = correct_time(original, sent, received_at) - original
    if sent is None:
        return ("future" if moved < 0 else "unchecked"), moved
    if abs(received_at - sent) > SANE_SPAN:
        return ("future" if moved < 0 else "not sane"), moved
    if original + received_at - sent > received_at:
        return "future", moved
    return ("clock" if moved else "as written"), moved
