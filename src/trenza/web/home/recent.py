"""Today, and the messages of the last days: what went out and what stopped the rest."""

from datetime import date, timedelta
from typing import Any

import msgspec

from trenza.definitions import local_time
from trenza.events import INTERNAL_SOURCE, list_sources
from trenza.kernel import Instant
from trenza.measure import Stopped, Today, is_silent, local_days, messages
from trenza.storage import Transaction
from trenza.web.home.tables import tabulate
from trenza.web.words import REASON_WORDS

_MESSAGE_DAYS = 14


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A channel and when it was heard."""

    channel: str
    at: Instant | None
    """None: never yet."""
    is_silent: bool


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why messages did not go."""

    key: str
    text: str
    count: int
    share: float
    """Of all that did not go."""


def today_values(tx: Transaction, day: Today, now: Instant, zone: str) -> dict[str, Any]:
    """What the template says of today."""
    cells = [(each.hour, each.channel, each.events) for each in day.hours]
    names = {each.channel for each in list_sources(tx) if each.id != INTERNAL_SOURCE.id} | day.last_heard.keys()
    return {
        "today": day,
        "hours": tabulate(cells, range(local_time(now, zone).hour + 1)),
        "heard": [
            _heard(name, day, now) for name in sorted(names, key=lambda name: (-day.last_heard.get(name, 0), name))
        ],
    }


def message_values(tx: Transaction, today: date, zone: str) -> dict[str, Any]:
    """What the template says of messages."""
    since, until = today - timedelta(days=_MESSAGE_DAYS - 1), today + timedelta(days=1)
    told = messages(tx, since, until, zone)
    total = sum(each.count for each in told.stopped)
    return {
        "message_days": _MESSAGE_DAYS,
        "sent": told.sent,
        "outgoing": tabulate(((each.day, each.channel, each.sent) for each in told.days), local_days(since, until)),
        "stopped": total,
        "reasons": [_reason(each, total) for each in told.stopped],
    }


def _heard(channel: str, day: Today, now: Instant) -> Heard:
    at = day.last_heard.get(channel)
    return Heard(channel=channel, at=at, is_silent=at is not None and is_silent(at, now))


def _reason(stopped: Stopped, total: int) -> Reason:
    key = stopped.reason or stopped.verdict
    return Reason(key=key, text=REASON_WORDS.get(key, key), count=stopped.count, share=stopped.count / total)
