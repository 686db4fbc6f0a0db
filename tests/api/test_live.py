from collections.abc import Callable, Iterator

import pytest
from tests.api.conftest import NOW, Door

from trenza.api.live_feed import Place, read_on, read_place
from trenza.app import Instance
from trenza.events import add_source
from trenza.kernel import JsonObject, decode_json, encode_json
from trenza.storage.log import Entry

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def shop(instance: Instance) -> Instance:
    add_source(instance.database, "shop", "web", key="shop-key")
    return instance


def send(shop: Instance, *messages: JsonObject) -> None:
    shop.log.append([Entry("shop", "batch", encode_json({"batch": messages}))], NOW)
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
    assert [("Product Viewed", "web", "ana"), ("Page Viewed", "web", "a1")] == [
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


def test_a_busy_instance_shows_the_latest_only(shop: Instance) -> None:
    send(shop, *({"type": "track", "event": f"e{number}", "userId": "ana"} for number in range(500)))

    batch = read_on(shop, Place(), "es")

    assert [f"e{number}" for number in range(440, 500)] == [row.name for row in batch.events]
    assert [] == read_on(shop, batch.place, "es").events


@pytest.mark.parametrize("text", ["", "x", "1", "1.", ".1", "1.x", "٣.1", "9" * 40 + ".1", "1.2.3"])
def test_a_made_up_place_is_the_beginning(text: str) -> None:
    assert Place() == read_place(text)


def test_a_place_is_read_as_it_was_written() -> None:
    assert Place(40, NOW) == read_place(str(Place(40, NOW)))
    assert Place(40) == read_place(str(Place(40)))
