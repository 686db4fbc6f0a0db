from collections.abc import Callable, Iterator

import pytest
from tests.api.conftest import NOW, Door

from trenza.api.live_feed import Filter, Place, read_on, read_place
from trenza.app import Instance
from trenza.events import INTERNAL, add_source
from trenza.kernel import JsonObject, decode_json, encode_json
from trenza.storage.log import Entry

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def shop(instance: Instance) -> Instance:
    add_source(instance.database, "shop", "web", key="shop-key")
    return instance


def send(shop: Instance, *messages: JsonObject, source: str = "shop") -> None:
    shop.log.append([Entry(source, "batch", encode_json({"batch": messages}))], NOW)
    while shop.hallway.step():
        pass


def rows(text: str) -> Iterator[tuple[str, JsonObject]]:
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "data" in lines:
            yield lines["event"], decode_json(lines["data"])


def test_a_stream_begins_with_the_latest_and_names_the_person(door: Door, shop: Instance, bearer: Headers) -> None:
    send(
        shop,
        {"type": "track", "event": "Product Viewed", "anonymousId": "a1", "userId": "ana"},
        {"type": "page", "anonymousId": "a1"},
        {"type": "track", "anonymousId": "refused"},
    )

    answer = door.get("/api/live?rounds=1", headers=bearer("people"))

    found = [row for name, row in rows(answer.text) if name == "event"]
    assert "text/event-stream" in answer.headers["content-type"]
    assert [("Product Viewed", "web", "ana"), ("Page Viewed", "web", "ana")] == [
        (row["name"], row["channel"], row["who"]) for row in found
    ]
    assert found[0]["person"].startswith("per_")
    assert 1 == len({row["person"] for row in found})


def test_a_client_that_comes_back_gets_what_it_missed_and_nothing_twice(
    door: Door, shop: Instance, bearer: Headers
) -> None:
    headers = bearer("people")
    send(shop, {"type": "track", "event": "first", "userId": "ana"})
    first = door.get("/api/live?rounds=1", headers=headers).text
    last = next(line for line in first.splitlines() if line.startswith("id: ")).removeprefix("id: ")
    send(shop, {"type": "track", "event": "second", "userId": "ana"})

    again = door.get("/api/live?rounds=1", headers={**headers, "last-event-id": last}).text

    assert ["second"] == [row["name"] for name, row in rows(again) if name == "event"]


def test_a_stream_says_where_its_past_ends(door: Door, shop: Instance, bearer: Headers) -> None:
    headers = bearer("people")
    nothing = door.get("/api/live?rounds=1", headers=headers).text
    send(shop, {"type": "track", "event": "first", "userId": "ana"})
    first = door.get("/api/live?rounds=2", headers=headers).text
    place = str(read_on(shop, Place(), "es").place)
    again = door.get("/api/live?rounds=1", headers={**headers, "last-event-id": place}).text

    assert ["begun"] == [name for name, _ in rows(nothing)]
    assert ["event", "begun"] == [name for name, _ in rows(first)]
    assert [] == list(rows(again))


def test_a_busy_instance_shows_the_latest_only(shop: Instance) -> None:
    send(shop, *({"type": "track", "event": f"e{number}", "userId": "ana"} for number in range(500)))

    batch = read_on(shop, Place(), "es")

    assert [f"e{number}" for number in range(450, 500)] == [row.name for row in batch.events]
    assert [] == read_on(shop, batch.place, "es").events


def test_it_is_said_how_many_were_passed_over(door: Door, shop: Instance, bearer: Headers) -> None:
    send(shop, {"type": "track", "event": "first", "userId": "ana"})
    place = read_on(shop, Place(), "es").place
    send(shop, *({"type": "track", "event": f"e{number}", "userId": "ana"} for number in range(120)))

    answer = door.get("/api/live?rounds=1", headers={**bearer("people"), "last-event-id": str(place)})

    assert [("pulse", {"came": 120, "shown": 50})] == [row for row in rows(answer.text) if row[0] == "pulse"]


def test_an_idle_instance_shows_the_latest_at_once(shop: Instance) -> None:
    send(shop, {"type": "track", "event": "first", "userId": "ana"})
    again = {"type": "track", "event": "again", "userId": "ana", "messageId": "m1"}
    for _ in range(3):  # a repeat is stored once, and so shown once
        send(shop, again)

    assert ["first", "again"] == [row.name for row in read_on(shop, Place(), "es").events]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(channel="web"), ["a", "b"]),
        (Filter(channel="pos"), ["c"]),
        (Filter(channel="sms"), ["Message Sent"]),
        (Filter(channel="email"), []),
        (Filter(source="till"), ["c"]),
        (Filter(source="nothing"), []),
        (Filter(name="b"), ["b"]),
        (Filter(channel="web", name="c"), []),
        (Filter(person="per_0"), []),
        (Filter(person="not a person"), []),
    ],
)
def test_a_reader_sees_what_was_asked_for(shop: Instance, wanted: Filter, names: list[str]) -> None:
    add_source(shop.database, "till", "pos", key="till-key")
    send(shop, {"type": "track", "event": "a", "userId": "ana"}, {"type": "track", "event": "b", "userId": "ben"})
    send(shop, {"type": "track", "event": "c", "userId": "ana"}, source="till")
    send(shop, {"type": "track", "event": "Message Sent", "userId": "ana", "channel": "sms"}, source=INTERNAL)

    assert names == [row.name for row in read_on(shop, Place(), "es", wanted).events]


def test_a_reader_sees_one_person(shop: Instance) -> None:
    send(shop, {"type": "track", "event": "a", "userId": "ana"}, {"type": "track", "event": "b", "userId": "ben"})
    send(shop, {"type": "track", "event": "c", "userId": "ana", "anonymousId": "a1"})
    ana = read_on(shop, Place(), "es").events[0].person

    assert ["a", "c"] == [row.name for row in read_on(shop, Place(), "es", Filter(person=ana)).events]


@pytest.mark.parametrize("text", ["", "x", "1", "1.", ".1", "1.x", "٣.1", "9" * 40 + ".1", "1.2.3"])
def test_a_made_up_place_is_the_beginning(text: str) -> None:
    assert Place() == read_place(text)


def test_a_place_is_read_as_it_was_written() -> None:
    assert Place(40, NOW) == read_place(str(Place(40, NOW)))
    assert Place(40) == read_place(str(Place(40)))
