"""Local days as stretches of time with one offset, exact where clocks change. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from trenza.definitions import local_instant, local_time
from trenza.kernel import Instant
from trenza.storage import QUARTER, Span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000


def day_spans(since: date, until: date, zone: str) -> tuple[Span, ...]:
    """The days `since <= day < until`, in as few spans as the zone's clock allows."""
    spans: list[Span] = []
    for piece in _pieces(since, until, zone):
        if spans and spans[-1].offset == piece.offset:
            piece = Span(spans.pop().since, piece.until, piece.offset)  # noqa: PLW2901 — one longer stretch
        spans.append(piece)
    return tuple(spans)


def local_days(since: date, until: date) -> list[date]:
    """Every day `since <= day < until`: charts show those without figures too."""
    return [since + timedelta(days=number) for number in range((until - since).days)]


def day_start(day: date, zone: str) -> Instant:
    """The first instant of a local day."""
    return local_instant(day.year, day.month, day.day, 0, 0, zone)


def day_at(at: Instant, zone: str) -> date:
    """The local day that an instant is in."""
    return local_time(at, zone).date()


def day_of(local: Instant) -> date:
    """The day of a local instant (one that was counted as if local time were UTC)."""
    return (_EPOCH + timedelta(seconds=local // _SECOND)).date()


def _pieces(since: date, until: date, zone: str) -> Iterator[Span]:
    for day in local_days(since, until):
        start, end = day_start(day, zone), day_start(day + timedelta(days=1), zone)
        before, after = _offset(start, zone), _offset(end - 1, zone)
        change = end if before == after else _change(start, end, zone)
        yield Span(start, change, before)
        if change < end:
            yield Span(change, end, after)


def _change(start: Instant, end: Instant, zone: str) -> Instant:
    """The first quarter of an hour of a day with another offset than its beginning."""
    before = _offset(start, zone)
    low, high = 0, (end - start) // QUARTER
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(start + middle * QUARTER, zone) == before:
            low = middle
        else:
            high = middle
    return start + high * QUARTER


def _offset(at: Instant, zone: str) -> int:
    """Milliseconds that local time is ahead of UTC."""
    naive = local_time(at, zone).replace(tzinfo=UTC)
    return (naive - _EPOCH) // timedelta(milliseconds=1) - at
