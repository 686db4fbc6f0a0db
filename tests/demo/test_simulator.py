from collections import Counter
from datetime import date

import pytest

from trenza.demo import Product, Simulated, simulate
from trenza.kernel import decode_json, format_instant

TODAY = date(2026, 11, 22)
MILK = Product(id="1", name="MILK", category="GROCERY", brand="Private", price=1.5)
BREAD = Product(id="2", name="BREAD", category="PASTRY", brand="National", price=2.0)
FAVOURITES = {household: [MILK, BREAD] for household in range(1, 301)}


@pytest.fixture(scope="module")
def said() -> list[Simulated]:
    return simulate(FAVOURITES, "seed", TODAY)


def test_the_same_seed_and_day_say_the_same(said: list[Simulated]) -> None:
    assert said == simulate(FAVOURITES, "seed", TODAY)
    assert said != simulate(FAVOURITES, "another", TODAY)


def test_every_message_is_marked_and_dated_before_today(said: list[Simulated]) -> None:
    for each in said:
        message = decode_json(each.message)
        assert message["context"]["simulated"] is True
        assert format_instant(each.at) == message["timestamp"] < "2026-11-22"


def test_a_later_end_of_the_same_day_only_adds(said: list[Simulated]) -> None:
    noon = 1_795_348_800_000
    longer = simulate(FAVOURITES, "seed", TODAY, noon)

    assert "2026-11-22T12:00:00.000Z" == format_instant(noon)
    assert said == longer[: len(said)]
    assert len(longer) > len(said)
    assert all(each.at < noon for each in longer)


def test_message_ids_are_distinct_and_short(said: list[Simulated]) -> None:
    assert len(said) == len({each.message_id for each in said})
    assert max(len(each.message_id) for each in said) < 100


def test_one_more_household_changes_nothing_for_the_others(said: list[Simulated]) -> None:
    more = simulate({**FAVOURITES, 301: [BREAD]}, "seed", TODAY)
    web = {each.message_id: each.message for each in more if each.source in {"app", "telephone"}}

    assert (
        web.items() >= {each.message_id: each.message for each in said if each.source in {"app", "telephone"}}.items()
    )


def test_it_holds_what_the_till_lines_lack(said: list[Simulated]) -> None:
    messages = [decode_json(each.message) for each in said]
    names = Counter(message.get("event", message["type"]) for message in messages)

    assert {
        "Cart Updated",
        "Cart Emptied",
        "Order Completed",
        "Application Opened",
        "Call Missed",
        "Consent Changed",
    } <= {*names}
    assert {"web", "app", "telephone", "kiosk"} == {each.source for each in said}
    carts = Counter(message["properties"]["cart_id"] for message in messages if message.get("event") == "Cart Viewed")
    begun = {message["properties"]["cart_id"] for message in messages if message.get("event") == "Cart Updated"}
    assert carts
    assert begun > set(carts)


def test_a_log_in_ties_the_browser_to_the_user_and_the_card(said: list[Simulated]) -> None:
    log_in = next(
        decode_json(each.message) for each in said if each.source == "web" and b'"type":"identify"' in each.message
    )

    assert log_in["anonymousId"].startswith("browser-")
    assert log_in["userId"].startswith("shopper-")
    assert "loyalty_card" == log_in["context"]["externalIds"][0]["type"]
    assert log_in["traits"]["email"].endswith("@example.com")
    assert "555" == log_in["traits"]["phone"][5:8]
