"""Windows of the local day, exact over changes of the clock.

A window is `[first instant of from, first instant of to)`: where the local time does not exist it is the first instant
after the gap, where it comes twice it is the first. So a second passing of the clock after the window's end is outside.
"""

from datetime import date, timedelta
from functools import lru_cache

from trenza.definitions import local_instant, local_time
from trenza.journeys.model import QuietHours
from trenza.kernel import Instant

_DAY = timedelta(days=1)
_MINUTES = 60


def quiet_until(quiet: QuietHours, at: Instant, zone: str) -> Instant | None:
    """The end of the quiet window that `at` lies in; None outside. `zone` is the person's."""
    return window_end(quiet.start, quiet.end, quiet.days, at, zone if quiet.zone == "person" else quiet.zone)


def window_end(start: int, end: int, days: frozenset[int], at: Instant, zone: str) -> Instant | None:
    """The end of the window around `at`; None outside.

    Args:
        start: minutes since local midnight, included.
        end: minutes since local midnight, excluded; not past `start` means on the next day.
        days: weekdays (Monday is 0) on which windows begin.
        at: the instant asked about.
        zone: whose midnight it is.
    """
    today = local_time(at, zone).date()
    for day in (today - _DAY, today, today + _DAY):  # a gap may push a beginning over midnight
        if day.weekday() in days and _local(day, start, zone) <= at:
            closes = _local(day + _DAY if end <= start else day, end, zone)
            if at < closes:
                return closes
    return None


def next_local(start: int, days: frozenset[int], at: Instant, zone: str) -> Instant:
    """The first instant at or after `at` that shows a local time on one of the weekdays."""
    day = local_time(at, zone).date() - _DAY
    while day.weekday() not in days or (found := _local(day, start, zone)) < at:
        day += _DAY
    return found


@lru_cache(maxsize=8_192)
def _local(day: date, minutes: int, zone: str) -> Instant:
    hour, minute = divmod(minutes, _MINUTES)
    return local_instant(day.year, day.month, day.day, hour, minute, zone)
