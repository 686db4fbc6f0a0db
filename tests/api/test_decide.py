from collections.abc import Callable
from typing import get_args

import pytest
from tests.api.conftest import Door

from trenza.api.naming import identifiers_in
from trenza.api.telling import may_ask_by, may_hear_of
from trenza.app import Instance
from trenza.events import Answers, add_source, change_source, list_sources
from trenza.identity import IdentifierTypes
from trenza.kernel import JsonObject, encode_json
from trenza.storage.log import SqlLog

Headers = Callable[..., dict[str, str]]
KEY = {"x-write-key": "shop-key"}
TILL = {"x-write-key": "till-key"}
SEEN: JsonObject = {"event": "Product Viewed", "userId": "ana", "messageId": "m1"}


@pytest.fixture
def shop(instance: Instance) -> Instance:
    add_source(instance.database, "shop", "web", key="shop-key")
    add_source(instance.database, "till", "store", key="till-key", answers="anybody")
    return instance


def test_the_event_is_on_disk_before_the_answer(door: Door, shop: Instance) -> None:
    answer = door.post("/v1/decide", json=SEEN, headers=KEY)

    assert (200, True, None) == (answer.status_code, answer.json()["accepted"], answer.json()["person"])
    assert [("shop", "track")] == [(record.source, record.route) for record in shop.log.read(0, 10)]


def test_a_known_person_is_found_by_any_identifier_of_the_message(door: Door, shop: Instance) -> None:
    door.post("/v1/decide", json={**SEEN, "anonymousId": "a1"}, headers=TILL)
    shop.hallway.step()

    by_account = door.post("/v1/decide", json=SEEN, headers=TILL).json()
    by_device = door.post("/v1/decide", json={"event": "x", "anonymousId": "a1"}, headers=TILL).json()

    assert by_account["person"].startswith("per_")
    assert by_account["person"] == by_device["person"]
    assert ([], {}, []) == (by_device["segments"], by_device["content"], by_device["tasks"])


def test_a_till_is_told_where_identifiers_point_to_several_people_and_a_browser_is_not(
    door: Door, shop: Instance
) -> None:
    shown: JsonObject = {"event": "x", "userId": "ana", "anonymousId": "b", "context": {"traits": {"phone": "12"}}}
    door.post("/v1/track", json=SEEN, headers=TILL)
    door.post("/v1/track", json={"event": "x", "anonymousId": "b"}, headers=TILL)
    shop.hallway.step()
    told = door.post("/v1/decide", json=shown, headers=TILL).json()

    assert (False, 2, told["person"]) == (
        told["contact"]["agree"],
        len(told["contact"]["people"]),
        told["contact"]["people"][0],
    )
    assert {"user_id:ana": "known", "anonymous_id:b": "known", "phone:12": "nobody"} == told["contact"]["identifiers"]
    assert None is door.post("/v1/decide", json=shown, headers=KEY).json()["contact"]


def test_a_browsers_key_tells_of_a_visitor_until_the_visitor_is_known(door: Door, shop: Instance) -> None:
    door.post("/v1/decide", json={"event": "x", "anonymousId": "a1"}, headers=KEY)
    shop.hallway.step()
    visiting = door.post("/v1/decide", json={**SEEN, "anonymousId": "a1"}, headers=KEY).json()
    shop.hallway.step()
    signed_in = door.post("/v1/decide", json={**SEEN, "anonymousId": "a1"}, headers=KEY).json()

    assert ("visitors", True) == (visiting["answers"], visiting["person"].startswith("per_"))
    assert ("visitors", None) == (signed_in["answers"], signed_in["person"])


def test_a_stranger_learns_nothing_by_naming_somebody_nor_by_tying_a_browser_to_them(
    door: Door, shop: Instance, bearer: Headers
) -> None:
    ana: JsonObject = {"userId": "ana", "context": {"traits": {"email": "ana@example.com"}}}
    door.post("/v1/track", json={**ana, "event": "Order Completed"}, auth=("till-key", ""))
    shop.hallway.step()
    attempts: list[JsonObject] = [ana, {**ana, "anonymousId": "mine"}, {"anonymousId": "mine"}]
    told: list[str | None] = []
    for attempt in attempts:
        told.append(door.post("/v1/decide", json={**attempt, "event": "x"}, headers=KEY).json()["person"])
        shop.hallway.step()
    stated = door.post("/v1/decide", json={**ana, "event": "x"}, headers={**KEY, **bearer("collect")}).json()

    assert [None, None, None] == told
    assert stated["person"] == door.post("/v1/decide", json={**ana, "event": "x"}, headers=TILL).json()["person"]
    assert "anybody" == stated["answers"]


def test_a_source_may_answer_about_nobody_and_a_change_counts_at_once(door: Door, shop: Instance) -> None:
    door.post("/v1/decide", json={"event": "x", "anonymousId": "a1"}, headers=KEY)
    shop.hallway.step()
    told: list[tuple[str, bool]] = []
    for answers in get_args(Answers):
        change_source(shop.database, "shop", answers=answers)
        shop.sources.refresh()
        answer = door.post("/v1/decide", json={"event": "x", "anonymousId": "a1"}, headers=KEY).json()
        told.append((answer["answers"], answer["person"] is not None))

    assert [("nobody", False), ("visitors", True), ("anybody", True)] == told


@pytest.mark.parametrize(
    ("answers", "types", "told"),
    [
        ("nobody", ["anonymous_id"], False),
        ("visitors", ["anonymous_id", "device_id", "push_token", "web_push"], True),
        ("visitors", ["anonymous_id", "email"], False),
        ("visitors", ["anonymous_id", "receipt"], False),
        ("visitors", ["anonymous_id", "a type of their own"], False),
        ("anybody", ["user_id", "email"], True),
    ],
)
def test_whom_a_write_key_is_told_of(answers: Answers, types: list[str], *, told: bool) -> None:
    assert told == may_hear_of(answers, types)
    assert told == all(may_ask_by(answers, type_) for type_ in types)


def test_deciding_and_collecting_share_the_limit_of_a_source(door: Door, shop: Instance) -> None:
    change_source(shop.database, "till", rate=1, burst=3)
    for _ in range(2):
        assert 200 == door.post("/v1/track", json={"event": "x", "userId": "ana"}, headers=TILL).status_code
    told = [door.post("/v1/decide", json={"event": "x", "userId": "ana"}, headers=TILL) for _ in range(2)]

    assert [(200, None), (429, "1")] == [(each.status_code, each.headers.get("retry-after")) for each in told]
    assert "too_many_requests" == told[1].json()["code"]
    assert 3 == shop.log.end()


def test_a_program_with_an_api_key_gets_a_source_of_its_own(door: Door, instance: Instance, bearer: Headers) -> None:
    headers = bearer("collect")
    assert 200 == door.post("/v1/decide", json=SEEN, headers=headers).status_code
    assert 200 == door.post("/v1/decide", json={**SEEN, "type": "identify"}, headers=headers).status_code

    with instance.database.read() as tx:
        assert ["trenza", "decide"] == [source.name for source in list_sources(tx)]
    assert ["track", "identify"] == [record.route for record in instance.log.read(0, 10)]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (encode_json(SEEN), {}, 401),
        (encode_json(SEEN), {"x-write-key": "unknown"}, 401),
        (encode_json(SEEN), {"authorization": "Bearer trz_x"}, 401),
        (b"", KEY, 400),
        (b"[]", KEY, 400),
        (b"\xff", KEY, 400),
        (b'{"type": ["track"]}', KEY, 400),
        (b'{"type": "nothing"}', KEY, 400),
        (b'{"event": "x"}', KEY, 400),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, KEY, 400),
        (b" " * 40_000, KEY, 413),
        (b"\x1f\x8bbroken", KEY, 400),
    ],
)
def test_a_bad_request_is_refused_and_leaves_nothing(
    door: Door, shop: Instance, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = door.post("/v1/decide", content=body, headers=headers)

    assert (status, {"code", "message"}) == (answer.status_code, set(answer.json()))
    assert 0 == shop.log.end()


def test_a_key_without_the_scope_is_refused(door: Door, shop: Instance, bearer: Headers) -> None:
    assert 403 == door.post("/v1/decide", json=SEEN, headers=bearer("read")).status_code
    assert 405 == door.get("/v1/decide").status_code
    assert 204 == door.options("/v1/decide").status_code
    assert isinstance(shop.log, SqlLog)


def test_the_identifiers_of_a_message_come_strongest_first() -> None:
    message: JsonObject = {
        "type": "track",
        "anonymousId": 7,
        "userId": None,
        "context": {"traits": {"email": "ANA@example.com"}, "externalIds": [{"type": "loyalty_card", "id": "42"}, 3]},
    }
    found = identifiers_in(message, "ES", IdentifierTypes())

    assert {("email", "ana@example.com"), ("loyalty_card", "42"), ("anonymous_id", "7")} == set(found)
    assert ("anonymous_id", "7") == found[-1]
    assert [] == identifiers_in(
        {"context": [], "traits": 3, "userId": {"a": 1}, "anonymousId": True}, "", IdentifierTypes()
    )
