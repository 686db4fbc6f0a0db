"""Tallies: how many events there were and what orders brought, by channel and quarter of an hour, kept as they come.

They are written in the micro-batch that stores the events, so each event counts once, and a batch cut in pieces counts
the same. An event counts at its own instant. Who said it is told apart: a client, a robot, the house itself.

A conversion is an `Order Completed`; `Order Refunded` takes its money away again. Robots' orders are none.

Names are the clients' own, so they are bounded: their length, and how many are told apart in one day (UTC); what is
beyond, and what looks like somebody's address or number, counts as `OTHER`. A tally holds nobody, so an erasure leaves
it as it is.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from trenza.events import store
from trenza.events.currencies import CURRENCIES
from trenza.events.model import Event
from trenza.events.sources import INTERNAL_SOURCE, list_sources
from trenza.kernel import Instant, JsonValue
from trenza.storage import DAY, Span, Transaction, quarter_of

Origin = Literal["client", "robot", "house"]
OTHER = "other"
CONVERSION = "Order Completed"
REFUND = "Order Refunded"
NAMES_PER_DAY = 200
THOUSAND = 1_000
_LONGEST_NAME = 100
_LARGEST_ORDER = 1_000_000_000_000
_PERSONAL = re.compile(r"@|\d{5}")
_ORDERS = frozenset({CONVERSION, REFUND})
ALWAYS = frozenset({CONVERSION, REFUND, "Page Viewed", "Screen Viewed", "identify", "group", "alias", OTHER})
"""Names that are told apart however full the day is."""
_NO_TRACK = frozenset({"identify", "group", "alias", OTHER})
_Place = tuple[Origin, str, Instant, str]
"""Origin, channel, quarter, name."""
_Till = tuple[Instant, str, str]
"""Quarter, channel, currency."""


class EventCount(msgspec.Struct, frozen=True):
    """Events of a channel in a local hour or day."""

    local: Instant
    """The hour's or day's beginning in local time, as if that were UTC."""
    origin: Origin
    channel: str
    events: int


class Sales(msgspec.Struct, frozen=True):
    """Conversions of a channel in a local hour or day."""

    local: Instant
    """As in `EventCount`."""
    channel: str
    currency: str
    """Three letters of ISO 4217; empty: unknown."""
    conversions: int
    refunds: int
    revenue: Decimal
    """Less what was refunded."""


class Counted(msgspec.Struct):
    """What some events add to the tallies, before names are bounded by the day."""

    events: dict[_Place, int]
    orders: dict[_Till, tuple[int, int, int]]
    """Orders, refunds, thousandths."""


def tally_events(tx: Transaction, events: Iterable[Event]) -> None:
    """Add new events, in order of `seq`, to the tallies."""
    counted = count(events)
    if not counted.events:
        return
    places = _told_apart(tx, counted.events)
    store.add_events(tx, [(*place, number) for place, number in places.items()])
    store.add_orders(tx, [(*till, *sums) for till, sums in counted.orders.items()])


def count(events: Iterable[Event]) -> Counted:
    """What events add; a pure function of them."""
    counted = Counted({}, {})
    places = counted.events
    for event in events:
        place = (_origin(event), event.channel, quarter_of(event.timestamp), event.name or event.type)
        places[place] = places.get(place, 0) + 1
        if event.name in _ORDERS and not event.bot:
            _count_order(counted.orders, event)
    return counted


def _origin(event: Event) -> Origin:
    if event.bot:
        return "robot"
    return "house" if event.source == INTERNAL_SOURCE.id else "client"


def _count_order(orders: dict[_Till, tuple[int, int, int]], event: Event) -> None:
    properties = event.get("properties")
    till = (quarter_of(event.timestamp), event.channel, currency_of(properties))
    made, refunded, money = orders.get(till, (0, 0, 0))
    worth = order_worth(properties)
    if event.name == CONVERSION:
        orders[till] = (made + 1, refunded, money + worth)
    else:
        orders[till] = (made, refunded + 1, money - abs(worth))


def order_worth(properties: JsonValue) -> int:
    """An order's `revenue`, else its `total`, in thousandths; 0 where neither is a number, or one beyond belief."""
    if not isinstance(properties, dict):
        return 0
    for name in ("revenue", "total"):
        value = properties.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST_ORDER:
            return round(value * THOUSAND)
    return 0


def currency_of(properties: JsonValue) -> str:
    """An order's currency; empty where it names none of ISO 4217."""
    given = properties.get("currency") if isinstance(properties, dict) else None
    code = given.strip().upper() if isinstance(given, str) else ""
    return code if code in CURRENCIES else ""


@lru_cache(maxsize=4_096)
def bounded(name: str) -> str:
    """A name as it is counted: cut, or `OTHER` where it looks like somebody's own."""
    return OTHER if _PERSONAL.search(name) else name[:_LONGEST_NAME]


def _told_apart(tx: Transaction, counts: Mapping[_Place, int]) -> dict[_Place, int]:
    """The counts with bounded names. Robots' names are not kept; the house's own are few."""
    by_day: dict[tuple[Instant, str], None] = {}
    for origin, _, quarter, name in counts:
        if origin == "client" and name not in ALWAYS:
            by_day[quarter - quarter % DAY, bounded(name)] = None
    admitted = _admitted(tx, list(by_day)) if by_day else frozenset()
    places: dict[_Place, int] = {}
    for (origin, channel, quarter, name), number in counts.items():
        place = (origin, channel, quarter, _kept_name(origin, quarter, name, admitted))
        places[place] = places.get(place, 0) + number
    return places


def _kept_name(origin: Origin, quarter: Instant, name: str, admitted: Collection[tuple[Instant, str]]) -> str:
    if origin == "robot":
        return OTHER
    if origin == "house" or name in ALWAYS:
        return name
    short = bounded(name)
    return short if (quarter - quarter % DAY, short) in admitted else OTHER


def _admitted(tx: Transaction, wanted: Sequence[tuple[Instant, str]]) -> Collection[tuple[Instant, str]]:
    """Which names are told apart: those that are already, then in order of coming until the day is full."""
    days = {day for day, _ in wanted}
    known = store.known_names(tx, days, {name for _, name in wanted})
    new = [pair for pair in wanted if pair not in known]
    if not new:
        return known
    full = store.count_names(tx, {day for day, _ in new})
    taken = []
    for day, name in new:
        if full.get(day, 0) < NAMES_PER_DAY:
            full[day] = full.get(day, 0) + 1
            taken.append((day, name))
    store.insert_names(tx, taken)
    return known | set(taken)


# What is asked of them


def count_by_channel(tx: Transaction, spans: Sequence[Span], unit: int) -> list[EventCount]:
    """Events of clients and robots by channel and local hour or day (`unit`), in order of time."""
    found = store.sum_events(tx, ("client", "robot"), heard_channels(tx), spans, unit)
    return [EventCount(*key, *sums) for key, sums in found.items()]


def list_sales(tx: Transaction, spans: Sequence[Span], unit: int) -> list[Sales]:
    """Conversions and revenue by channel, currency and local hour or day (`unit`), in order of time."""
    return [
        Sales(local, channel, currency, orders, refunds, Decimal(revenue) / THOUSAND)
        for (local, channel, currency), (orders, refunds, revenue) in store.sum_orders(tx, spans, unit).items()
    ]


def last_heard(tx: Transaction) -> dict[str, Instant]:
    """By channel of a source, about when a client was last heard, to a quarter of an hour; never heard: left out."""
    return store.select_last_heard(tx, "client", heard_channels(tx))


def names_lately(tx: Transaction, since: Instant) -> list[str]:
    """Names of events that clients tracked since a day (UTC), those of the most days first; then the usual ones."""
    found = [name for name in store.select_names(tx, since - since % DAY) if name not in _NO_TRACK]
    return list(dict.fromkeys([*found, *sorted(ALWAYS - _NO_TRACK)]))


def heard_channels(tx: Transaction) -> list[str]:
    """The channels that sources speak for."""
    return sorted({source.channel for source in list_sources(tx) if source.id != INTERNAL_SOURCE.id})
