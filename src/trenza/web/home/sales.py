"""Conversions and revenue by channel and day, over the stretch of days that was asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from trenza.measure import DayFigures, daily, local_days
from trenza.storage import Transaction
from trenza.web.home.tables import rank, tabulate

PERIODS = (7, 28, 90)
_USUAL = 28
_ONE_DAY = timedelta(days=1)


class ChannelSum(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel came to."""

    channel: str
    conversions: int
    refunds: int
    share: float
    """Of all conversions."""
    revenue: Mapping[str, Decimal]
    """By currency."""


def sales_values(tx: Transaction, today: date, zone: str, asked: str) -> dict[str, Any]:
    """What the template says of sales.

    Args:
        tx: an open transaction.
        today: the last day.
        zone: the instance's.
        asked: how many days; the usual number where it is none of `PERIODS`.
    """
    period = next((each for each in PERIODS if str(each) == asked), _USUAL)
    since, until = today - (period - 1) * _ONE_DAY, today + _ONE_DAY
    days, figures = local_days(since, until), daily(tx, since, until, zone)
    channels = rank((each.channel, each.conversions) for each in figures)
    kinds = _currencies(figures)
    return {
        "period": period,
        "periods": PERIODS,
        "since": since,
        "conversions": tabulate(((each.day, each.channel, each.conversions) for each in figures), days, channels),
        "revenue": [
            (
                kind,
                tabulate(
                    ((each.day, each.channel, each.revenue) for each in figures if each.currency == kind),
                    days,
                    channels,
                ),
            )
            for kind in kinds
        ],
        "channel_sums": [_sum_of(name, figures) for name in channels],
    }


def _currencies(figures: Iterable[DayFigures]) -> list[str]:
    """Those in which there is any revenue, the greatest sum first."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in figures:
        sums[each.currency] += abs(each.revenue)
    return sorted((name for name in sums if sums[name]), key=lambda name: (-sums[name], name))


def _sum_of(channel: str, figures: Sequence[DayFigures]) -> ChannelSum:
    own = [each for each in figures if each.channel == channel]
    revenue: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in own:
        revenue[each.currency] += each.revenue
    conversions = sum(each.conversions for each in own)
    return ChannelSum(
        channel=channel,
        conversions=conversions,
        refunds=sum(each.refunds for each in own),
        share=conversions / (sum(each.conversions for each in figures) or 1),
        revenue=dict(revenue),
    )
