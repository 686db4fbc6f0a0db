"""Tallies count each event once, at its own instant, whatever the batches; names are bounded."""

from decimal import Decimal
from random import Random  # noqa: TID251 — seeded: what happened, not what is drawn
from typing import Any

from tests.events.support import NOW, House, track
from trenza.events import (
    CONVERSION,
    EventCount,
    Sales,
    count_by_channel,
    last_heard,
    list_sales,
    names_lately,
    tally_events,
)
from trenza.events.store import sum_events, sum_orders
from trenza.events.tallies import NAMES_PER_DAY, bounded, currency_of, order_worth
from trenza.kernel import JsonValue, format_instant
from trenza.storage import DAY, HOUR, Database, Span

_DAY = Span(NOW - NOW % DAY, NOW - NOW % DAY + DAY, 0)
_HOUR = NOW - NOW % HOUR


def _order(message_id: str, at: int = NOW, name: str = CONVERSION, **properties: Any) -> dict[str, Any]:
    return track(message_id, event=name, timestamp=format_instant(at), properties=properties)


def _count(house: House, limit: int = 10_000) -> None:
    """Take everything through, `limit` records a batch."""
    while events := house.admit(limit):
        with house.database.write() as tx:
            tally_events(tx, events)


def _sales(house: House) -> list[Sales]:
    with house.database.read() as tx:
        return list_sales(tx, [_DAY], DAY)


def _names(house: House) -> dict[str, int]:
    with house.database.read() as tx:
        rows = tx.exec_driver_sql("SELECT name, sum(events) FROM event_tally GROUP BY name").all()
    return {name: int(count) for name, count in rows}


def test_orders_count_by_channel_and_currency_and_refunds_are_taken_off(database: Database) -> None:
    house = House(database)
    house.arrive(
        _order("o1", revenue=19.99, total=25, currency="EUR"),
        _order("o2", total=0.1, currency="eur"),
        _order("o3", total=10, currency="a coin"),
        _order("o4", name="Order Refunded", total=5, currency="EUR"),
        _order("o5", name="Order Refunded", total=-5, currency="EUR"),
    )
    house.arrive(_order("o6", total=100, currency="EUR"), source="till")
    _count(house)

    day = NOW - NOW % DAY
    assert [
        Sales(day, "till", "EUR", 1, 0, Decimal(100)),
        Sales(day, "web", "", 1, 0, Decimal(10)),
        Sales(day, "web", "EUR", 2, 2, Decimal("10.09")),
    ] == _sales(house)


def test_an_event_counts_at_its_own_instant_and_by_hours(database: Database) -> None:
    house = House(database)
    house.arrive(track("m1"), track("m2", timestamp=format_instant(_HOUR - 1)), {"type": "identify", "userId": "u"})
    _count(house)

    with database.read() as tx:
        found = count_by_channel(tx, [_DAY], HOUR)
        assert {"web": NOW - NOW % (HOUR // 4)} == last_heard(tx)
    assert [EventCount(_HOUR - HOUR, "client", "web", 1), EventCount(_HOUR, "client", "web", 2)] == found


def test_a_repeat_does_not_count(database: Database) -> None:
    house = House(database)
    house.arrive(_order("o1", total=10), _order("o1", total=10))
    _count(house)
    house.arrive(_order("o1", total=10))
    _count(house)

    assert [(1, Decimal(10))] == [(each.conversions, each.revenue) for each in _sales(house)]


def test_robots_are_told_apart_and_buy_nothing(database: Database) -> None:
    house = House(database)
    context = {"userAgent": "Googlebot/2.1", "library": {"name": "analytics.js"}}
    house.arrive({**_order("o1", total=10), "context": context})
    _count(house)

    with database.read() as tx:
        assert [("robot", 1)] == [(each.origin, each.events) for each in count_by_channel(tx, [_DAY], DAY)]
        assert {} == last_heard(tx)
    assert [] == _sales(house)


def test_any_batches_give_the_same_tallies(database: Database) -> None:
    random = Random(7)
    house = House(database)
    for number in range(60):
        at = NOW - random.randrange(3 * DAY)
        house.arrive(
            _order(f"o{number}", at, random.choice([CONVERSION, "Order Refunded"]), total=random.random() * 90),
            track(f"t{number}", event=f"Name {random.randrange(9)}", timestamp=format_instant(at)),
            source=random.choice(["web", "till"]),
        )
    spans = [Span(_DAY.since - 4 * DAY, _DAY.until, 0)]

    found = []
    for size in (1, 7, 10_000):
        with database.write() as tx:
            for table in ("event", "event_repeat", "event_tally", "order_tally", "event_name"):
                tx.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 — our own names
        house.offset = 0
        _count(house, size)
        with database.read() as tx:
            orders, events = sum_orders(tx, spans, HOUR), sum_events(tx, ("client",), ("web", "till"), spans, HOUR)
        found.append((orders, events, _names(house)))
    assert found[0] == found[1] == found[2]
    assert 120 == sum(found[0][2].values())


def test_a_flood_of_names_ends_as_other_and_orders_are_still_told_apart(database: Database) -> None:
    house = House(database)
    names = ("".join(chr(ord("a") + int(digit)) for digit in str(number)) for number in range(NAMES_PER_DAY + 50))
    house.arrive(*(track(f"m{number}", event=name) for number, name in enumerate(names)))
    house.arrive(_order("o1", total=10), track("n", event="a"))
    _count(house, 1)

    found = _names(house)
    assert (50, 1, 2) == (found["other"], found[CONVERSION], found["a"])
    assert NAMES_PER_DAY + 2 == len(found)


def test_names_heard_lately_are_offered_those_of_the_most_days_first(database: Database) -> None:
    house = House(database)
    for number, name in enumerate(["Seen", "Seen", "Asked", "Old"]):
        at = NOW - DAY * (number if name != "Old" else 40)
        house.arrive(track(f"n{number}", event=name, timestamp=format_instant(at)))
    _count(house)

    with database.read() as tx:
        assert ["Seen", "Asked", "Order Completed", "Order Refunded", "Page Viewed", "Screen Viewed"] == names_lately(
            tx, NOW - 30 * DAY
        )


def test_names_that_look_like_somebodys_own_are_not_kept() -> None:
    assert "other" == bounded("Mail from ana@example.com")
    assert "other" == bounded("Called 600123456")
    assert "Product Viewed" == bounded("Product Viewed")
    assert 100 == len(bounded("x" * 5_000))


def test_an_order_is_worth_what_it_says_within_reason() -> None:
    assert 19_990 == order_worth({"revenue": 19.99})
    assert 5_000 == order_worth({"revenue": "much", "total": 5})
    nonsenses: tuple[JsonValue, ...] = ({"total": True}, {"total": 10**400}, {"total": "12"}, None, [], {})
    for nonsense in nonsenses:
        assert 0 == order_worth(nonsense)


def test_a_currency_is_one_of_iso_4217() -> None:
    assert "USD" == currency_of({"currency": " usd "})
    assert "" == currency_of({"currency": "ZZZ"})
    assert "" == currency_of({"currency": 7})
