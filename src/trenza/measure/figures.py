"""What Home shows, each one indexed query over tallies; their size depends on the days asked for, not on the events."""

from collections import Counter
from datetime import date, timedelta

from trenza.events import count_by_channel, last_heard, list_sales
from trenza.identity import count_people as count_all_people
from trenza.journeys import sum_decisions
from trenza.kernel import Instant
from trenza.measure.days import day_at, day_of, day_spans, day_start
from trenza.measure.model import DayFigures, HourFigures, MessageFigures, Stopped, StoppedFigures, Today
from trenza.storage import DAY, HOUR, Transaction


def daily(tx: Transaction, since: date, until: date, zone: str) -> list[DayFigures]:
    """Conversions and revenue by channel and local day, `since <= day < until`; in order of day, channel, currency.

    Days without an order are left out; see `local_days`.
    """
    return [
        DayFigures(
            day=day_of(each.local),
            channel=each.channel,
            currency=each.currency,
            conversions=each.conversions,
            refunds=each.refunds,
            revenue=each.revenue,
        )
        for each in list_sales(tx, day_spans(since, until, zone), DAY)
    ]


def today(tx: Transaction, now: Instant, zone: str) -> Today:
    """What happened on the local day that `now` is in."""
    day = day_at(now, zone)
    since = day_start(day, zone)
    spans = day_spans(day, day + timedelta(days=1), zone)
    counts = count_by_channel(tx, spans, HOUR)
    hours = [each for each in counts if each.origin == "client"]
    return Today(
        day=day,
        since=since,
        hours=tuple(
            HourFigures(hour=each.local % DAY // HOUR, channel=each.channel, events=each.events) for each in hours
        ),
        events=sum(each.events for each in hours),
        robots=sum(each.events for each in counts if each.origin == "robot"),
        new_people=count_all_people(tx, since),
        conversions=sum(each.conversions for each in list_sales(tx, spans, DAY)),
        last_heard=last_heard(tx),
    )


def count_people(tx: Transaction) -> int:
    """How many people are known, anonymous visitors among them; as many as the list of people shows."""
    return count_all_people(tx)


def messages(tx: Transaction, since: date, until: date, zone: str) -> StoppedFigures:
    """Messages sent by local day and channel, and what stopped the others, `since <= day < until`."""
    found = sum_decisions(tx, day_spans(since, until, zone), DAY)
    sent = [(local, channel, sums[0]) for (local, channel, verdict, _), sums in found.items() if verdict == "sent"]
    by_day: Counter[tuple[Instant, str]] = Counter()
    for local, channel, count in sent:
        by_day[local, channel] += count
    stopped: Counter[tuple[str, str]] = Counter()
    for (_, _, verdict, reason), sums in found.items():
        if verdict != "sent":
            stopped[verdict, reason] += sums[0]
    return StoppedFigures(
        sent=by_day.total(),
        days=tuple(
            MessageFigures(day=day_of(local), channel=channel, sent=count)
            for (local, channel), count in sorted(by_day.items())
        ),
        stopped=tuple(
            Stopped(verdict=verdict, reason=reason, count=count)
            for (verdict, reason), count in sorted(stopped.items(), key=lambda item: (-item[1], item[0]))
        ),
    )
