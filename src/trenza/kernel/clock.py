"""Time is an argument.

An instant is a whole number of milliseconds since 1970-01-01T00:00Z. Rules are handed instants; only the doors and the
worker hold a `Clock`, and the whole house can run under a `ManualClock`.
"""

import re
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

Instant = int
"""Milliseconds since the epoch, UTC."""

_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?"
    r"\s*([Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> Instant:
        """The present instant."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """The present instant of the machine."""
        return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that is set by hand: tests, the demo, the runner of journey tests."""

    def __init__(self, at: Instant = 0) -> None:
        self._at = at

    def now(self) -> Instant:
        """The instant it was last set to."""
        return self._at

    def set(self, at: Instant) -> None:
        """Move to an instant; it may be earlier."""
        self._at = at

    def advance(self, milliseconds: int) -> None:
        """Move on by a span."""
        self._at += milliseconds


def parse_instant(text: object) -> Instant | None:
    """Read an ISO 8601 instant; without an offset it is UTC. None where the value is no instant.

    Sub-millisecond digits are cut, never rounded, so that an instant is never later than it was written.
    """
    if not isinstance(text, str) or (found := _ISO.fullmatch(text.strip())) is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=_zone(offset),
        )
    except ValueError:
        return None
    return (moment - _EPOCH) // _MILLISECOND + int((fraction or "0").ljust(3, "0")[:3])


def format_instant(at: Instant) -> str:
    """Write an instant as ISO 8601 in UTC with milliseconds: `2026-03-02T09:00:00.000Z`."""
    seconds, milliseconds = divmod(at, 1000)
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}.{milliseconds:03d}Z"


def _zone(offset: str | None) -> timezone:
    if offset is None or offset in "Zz":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(span if offset[0] == "+" else -span)
