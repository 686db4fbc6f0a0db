"""The words of the room: figures of a day, of today, of messages."""

from datetime import date
from decimal import Decimal

import msgspec

from trenza.kernel import Instant


class DayFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Conversions and revenue of a channel on a local day, in one currency."""

    day: date
    channel: str
    """The channel of the source that the order came from."""
    currency: str
    """Three letters; empty where orders name none."""
    conversions: int
    refunds: int
    revenue: Decimal
    """Less what was refunded that day; may be negative."""


class HourFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Events of clients on a channel in an hour of the local day."""

    hour: int
    """0 to 23, as the clock on the wall shows it; the hour that a change of the clock repeats counts once."""
    channel: str
    events: int


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """What happened since local midnight."""

    day: date
    since: Instant
    hours: tuple[HourFigures, ...]
    """In order of time, then channel; hours without events are left out."""
    events: int
    """Of clients; robots and the house itself apart."""
    robots: int
    """Events of browsers that say they are robots."""
    new_people: int
    conversions: int
    last_heard: dict[str, Instant]
    """By channel of a source, when a client was last heard, to a quarter of an hour; of any day."""


class MessageFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that were sent on a channel on a local day."""

    day: date
    channel: str
    sent: int


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """Candidate messages that did not go, for one reason."""

    verdict: str
    """`skipped`, `deferred`, `held_out`, `lost_to`, `expired`, `unknown`."""
    reason: str
    """As in docs/reference/decisions.md; empty where the verdict says it all."""
    count: int


class StoppedFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of a stretch of days."""

    sent: int
    days: tuple[MessageFigures, ...]
    """In order of day, then channel."""
    stopped: tuple[Stopped, ...]
    """The most frequent first. What was deferred may have been sent later: that is a decision of its own."""
