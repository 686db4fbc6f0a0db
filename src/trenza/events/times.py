"""The four instants of an event.

`originalTimestamp` is what the client called `timestamp`, `sentAt` when it sent it, `receivedAt` when it was on disk
here, and `timestamp = receivedAt − (sentAt − originalTimestamp)`, which takes the error of the client's clock out.
"""

from trenza.kernel import Instant

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
