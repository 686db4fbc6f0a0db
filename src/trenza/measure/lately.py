"""The last days against as many before them, and channels that have fallen silent.

The days before end at the same time of day as today has come to: a morning is not held against a whole day.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from trenza.events import list_sales
from trenza.identity import count_people
from trenza.journeys import sum_decisions
from trenza.kernel import Instant
from trenza.measure.days import day_at, day_spans, day_start
from trenza.storage import DAY, QUARTER, Span, Transaction

SILENT_AFTER = DAY
"""A channel of which nothing was heard for so long is worth a look."""


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What some days came to."""

    conversions: int
    revenue: dict[str, Decimal]
    """By currency; empty where orders name none."""
    sent: int
    new_people: int


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The last days and those before."""

    since: date
    """The first of the last days."""
    lately: Totals
    before: Totals


def compare(tx: Transaction, now: Instant, zone: str, days: int = 7) -> Compared:
    """The last local days, today so far among them, against as many before.

    Args:
        tx: an open transaction.
        now: the present instant.
        zone: the instance's.
        days: how many.
    """
    today = day_at(now, zone)
    since, length = today - timedelta(days=days - 1), timedelta(days=days)
    so_far = now - day_start(today, zone)
    end = day_start(today - length, zone) + so_far
    return Compared(
        since=since,
        lately=_totals(tx, day_spans(since, since + length, zone)),
        before=_totals(tx, _cut(day_spans(since - length, since, zone), end - end % QUARTER + QUARTER)),
    )


def is_silent(heard: Instant, now: Instant) -> bool:
    """Whether a channel that was last heard then has fallen silent."""
    return now - heard >= SILENT_AFTER


def _cut(spans: Sequence[Span], end: Instant) -> tuple[Span, ...]:
    return tuple(Span(each.since, min(each.until, end), each.offset) for each in spans if each.since < end)


def _totals(tx: Transaction, spans: Sequence[Span]) -> Totals:
    sales = list_sales(tx, spans, DAY)
    revenue: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in sales:
        revenue[each.currency] += each.revenue
    verdicts: Counter[str] = Counter()
    for (_, verdict), sums in sum_decisions(tx, spans, DAY, ("verdict",)).items():
        verdicts[verdict] += sums[0]
    return Totals(
        conversions=sum(each.conversions for each in sales),
        revenue=dict(revenue),
        sent=verdicts["sent"],
        new_people=count_people(tx, spans[0].since) - count_people(tx, spans[-1].until),
    )
