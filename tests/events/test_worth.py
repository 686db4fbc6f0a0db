"""What somebody bought, by currency; and events found by their message ids."""

from decimal import Decimal

from tests.events.support import LEAF, House, track
from trenza.events import Worth, events_named, timeline, worth_of


def test_orders_bring_money_and_refunds_take_it_away_by_currency(house: House) -> None:
    house.arrive(
        track("m1", event="Order Completed", properties={"total": 20.5, "currency": "EUR"}),
        track("m2", event="Order Completed", properties={"revenue": 10, "total": 12, "currency": "eur"}),
        track("m3", event="Order Refunded", properties={"total": 5.25, "currency": "EUR"}),
        track("m4", event="Order Completed", properties={"total": "a lot"}),
        track("m5", event="Product Viewed", properties={"total": 99, "currency": "EUR"}),
    )
    house.admit()

    with house.database.read() as tx:
        assert [Worth("EUR", 2, 1, Decimal("25.25")), Worth("", 1, 0, Decimal(0))] == worth_of(tx, [LEAF])
        assert [] == worth_of(tx, [LEAF + 1])


def test_orders_of_robots_are_worth_nothing(house: House) -> None:
    order = {"event": "Order Completed", "properties": {"total": 20}, "context": {"userAgent": "Googlebot", "page": {}}}
    house.arrive(track("m1", **order))
    house.admit()

    with house.database.read() as tx:
        assert [] == worth_of(tx, [LEAF])


def test_events_are_found_by_message_id_and_the_first_to_come_stands(house: House) -> None:
    house.arrive(track("m1", event="first"), track("m2"))
    house.arrive(track("m1", event="second"), source="till")
    house.admit()

    with house.database.read() as tx:
        found = events_named(tx, ["m1", "m2", "m9"])

    assert {"m1": "first", "m2": "E"} == {id_: event.name for id_, event in found.items()}


def test_a_timeline_may_be_of_some_names_or_sources_only(house: House) -> None:
    house.arrive(track("m1", event="A"), track("m2", event="B"))
    house.arrive(track("m3", event="A"), source="till")
    house.admit()

    def ids(**only: list[object]) -> set[str]:
        with house.database.read() as tx:
            return {event.message_id for event in timeline(tx, [LEAF], **only).events}  # type: ignore[arg-type]  # either

    assert {"m1", "m3"} == ids(names=["A"])
    assert {"m3"} == ids(sources=[2])
    assert set() == ids(sources=[9])
