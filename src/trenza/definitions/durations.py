"""Durations and local times.

An exact span (`24h`) is milliseconds. A calendar day is the same local time that many local days away; where that time
does not exist it is the first instant after the gap, and where it comes twice it is the first.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from trenza.kernel import Instant, JsonValue

_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_SPAN = re.compile(r"(-?)(\d{1,15})(ms|s|m|h|d)", re.ASCII)
_CALENDAR = re.compile(r"(-?)(\d{1,6}) calendar_day", re.ASCII)
_LONGEST = 200 * 366 * 86_400_000
_LONGEST_DAYS = 200 * 366
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LEAST = -62_135_596_800_000 + 3 * 86_400_000
_GREATEST = 253_402_300_799_999 - 3 * 86_400_000


class Duration(msgspec.Struct, frozen=True, gc=False):
    """A span: exact milliseconds, or calendar days; never both."""

    milliseconds: int = 0
    calendar_days: int = 0

    def __str__(self) -> str:
        if self.calendar_days:
            return f"{self.calendar_days} calendar_day"
        for unit in ("d", "h", "m", "s"):
            if self.milliseconds and self.milliseconds % _UNITS[unit] == 0:
                return f"{self.milliseconds // _UNITS[unit]}{unit}"
        return f"{self.milliseconds}ms"


def parse_duration(text: object) -> Duration | None:
    """Read `500ms`, `90s`, `30m`, `24h`, `3d` or `7 calendar_day`; None for anything else.

    A minus before it is a span back.
    """
    if not isinstance(text, str):
        return None
    if found := _SPAN.fullmatch(text):
        span = int(found[2]) * _UNITS[found[3]]
        return Duration(-span if found[1] else span) if span <= _LONGEST else None
    if found := _CALENDAR.fullmatch(text):
        days = int(found[2])
        return Duration(0, -days if found[1] else days) if days <= _LONGEST_DAYS else None
    return None


def add_duration(at: Instant, duration: Duration, zone: str) -> Instant:
    """The instant a duration later; calendar days are counted in `zone`."""
    if not duration.calendar_days:
        return at + duration.milliseconds
    return _shift(at, duration.calendar_days, zone)


def subtract_duration(at: Instant, duration: Duration, zone: str) -> Instant:
    """The instant a duration earlier; calendar days are counted in `zone`."""
    if not duration.calendar_days:
        return at - duration.milliseconds
    return _shift(at, -duration.calendar_days, zone)


def zone_of(traits_timezone: JsonValue, fallback: str) -> str:
    """A person's zone: the trait `timezone` where it names one of IANA's, else the instance's."""
    if isinstance(traits_timezone, str) and traits_timezone and _find_zone(traits_timezone) is not None:
        return traits_timezone
    return fallback


def is_zone(name: str) -> bool:
    """Whether IANA knows a zone of that name."""
    return _find_zone(name) is not None


def local_instant(year: int, month: int, day: int, hour: int, minute: int, zone: str) -> Instant:
    """The instant of a local time: the first instant after a gap, the first of two.

    Raises:
        ValueError: there is no such date or time of day on the calendar.
    """
    return _resolve(datetime(year, month, day, hour, minute), zone)  # noqa: DTZ001 — a local time, resolved right here


def local_time(at: Instant, zone: str) -> datetime:
    """What a clock on the wall of `zone` shows at an instant, milliseconds included; naive."""
    return (_EPOCH + _bounded(at) * _MILLISECOND).astimezone(_zone(zone)).replace(tzinfo=None, fold=0)


def _bounded(at: Instant) -> Instant:
    return min(max(at, _LEAST), _GREATEST)


def _shift(at: Instant, days: int, zone: str) -> Instant:
    local = local_time(at, zone)
    try:
        return _resolve(local + timedelta(days=days), zone)
    except OverflowError:
        return _GREATEST if days > 0 else _LEAST


def _resolve(local: datetime, zone: str) -> Instant:
    info = _zone(zone)
    first = local.replace(tzinfo=info, fold=0)
    before, after = first.utcoffset(), first.replace(fold=1).utcoffset()
    if before is None or after is None:
        raise ValueError(zone)
    naive = (local.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND
    if after <= before:
        return naive - before // _MILLISECOND
    return _first_after_gap(naive - after // _MILLISECOND, naive - before // _MILLISECOND, before, info)


def _first_after_gap(low: Instant, high: Instant, before: timedelta, info: ZoneInfo) -> Instant:
    """The instant of the change of offset in `(low, high]`."""
    while high - low > 1:
        middle = (low + high) // 2
        if (_EPOCH + middle * _MILLISECOND).astimezone(info).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def _zone(name: str) -> ZoneInfo:
    found = _find_zone(name)
    return ZoneInfo("UTC") if found is None else found


@lru_cache(maxsize=1024)
def _find_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, UnicodeError):  # ZoneInfoNotFoundError is a KeyError of its own
        return None
    except KeyError:
        return None
