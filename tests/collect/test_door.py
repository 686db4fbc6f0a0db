"""The door's answers, word by word as `design: collect` has them."""

import base64
import gzip
import json
import time
from typing import Any

import pytest

from tests.support.collecting import CollectingInstance
from trenza.events import add_source, list_failed
from trenza.kernel import encode_json

KEY = {"Authorization": "Basic " + base64.b64encode(b"web-key:").decode()}
STRICT = {"X-Write-Key": "strict-key"}


def track(message_id: str = "m1", **fields: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": message_id, **fields}


@pytest.mark.parametrize(
    ("path", "type_"),
    [(f"/v1/{type_}", type_) for type_ in ("track", "identify", "page", "screen", "group", "alias")]
    + [("/v1/t", "track"), ("/v1/i", "identify"), ("/v1/p", "page"), ("/v1/s", "screen"), ("/v1/g", "group")]
    + [("/v1/a", "alias"), ("/v1/track/", "track")],
)
def test_every_route_stores_an_event_of_its_type(embedded: CollectingInstance, path: str, type_: str) -> None:
    body = {
        "userId": "u1",
        "event": "Seen",
        "messageId": "m1",
        "groupId": "g",
        "previousId": "a1",
        "odd": [1, {"x": None}],
    }

    answer = embedded.post(path, body, KEY)

    assert (200, {"success": True, "accepted": 1, "rejected": []}) == (answer.status, answer.json())
    (event,) = embedded.admit()
    assert (type_, "m1", "web", "web") == (event.type, event.message_id, event.source_name, event.channel)
    assert {**body, "type": type_} == embedded.stored("m1")[0].message()


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/beacon/v1/batch?writeKey=web-key"])
def test_a_batch_shares_its_root(embedded: CollectingInstance, path: str) -> None:
    batch = {
        "writeKey": "web-key",
        "sentAt": "2026-03-02T09:59:00Z",
        "context": {"ip": "192.0.2.1", "library": {"name": "root"}},
        "integrations": {"All": True, "Mail": False},
        "batch": [
            track("m1", context={"library": {"name": "own"}}, integrations={"Mail": True}),
            track("m2", context=None),
        ],
    }

    assert 2 == embedded.post(path, batch).json()["accepted"]
    first, second = embedded.admit()
    assert {"ip": "192.0.2.1", "library": {"name": "own"}} == first.message["context"]
    assert {"All": True, "Mail": True} == first.message["integrations"]
    assert {"ip": "192.0.2.1", "library": {"name": "root"}} == second.message["context"]
    assert "2026-03-02T09:59:00Z" == second.message["sentAt"]


@pytest.mark.parametrize(
    ("headers", "path", "extra"),
    [
        (KEY, "/v1/track", {}),
        ({"Authorization": "Basic " + base64.b64encode(b"web-key").decode()}, "/v1/track", {}),
        ({"Authorization": "basic " + base64.b64encode(b"web-key:secret").decode()}, "/v1/track", {"writeKey": "x"}),
        ({"X-Write-Key": "web-key"}, "/v1/track", {"writeKey": "other"}),
        ({}, "/v1/track?writeKey=web-key", {"writeKey": "other"}),
        ({}, "/v1/track", {"writeKey": "web-key"}),
        ({"Authorization": "Basic %%%"}, "/v1/track", {"writeKey": "web-key"}),
        ({"Authorization": "Bearer abc"}, "/v1/track", {"writeKey": "web-key"}),
    ],
)
def test_the_key_is_found_in_all_its_places(
    embedded: CollectingInstance, headers: dict[str, str], path: str, extra: dict[str, str]
) -> None:
    embedded.post(path, track(**extra), headers)

    assert ["web"] == [event.source_name for event in embedded.admit()]


def test_the_items_of_a_batch_may_name_their_own_sources(embedded: CollectingInstance) -> None:
    batch = [
        track("m1", writeKey="web-key"),
        track("m2", writeKey="strict-key"),
        track("m3"),
        track("m4", writeKey="web-key"),
    ]

    answer = embedded.post("/v1/batch", {"batch": batch})

    assert [2] == [each["index"] for each in answer.json()["rejected"]]
    assert {"m1": "web", "m4": "web", "m2": "strict"} == {e.message_id: e.source_name for e in embedded.admit()}


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "a/b; charset=x"]
)
@pytest.mark.parametrize("packed", [True, False])
def test_the_content_type_is_ignored_and_gzip_unpacked(
    embedded: CollectingInstance, kind: str, *, packed: bool
) -> None:
    body = encode_json(track())
    headers = {**KEY, "Content-Type": kind, **({"Content-Encoding": "gzip"} if packed else {})}

    assert 1 == embedded.post("/v1/track", gzip.compress(body, mtime=0) if packed else body, headers).json()["accepted"]


@pytest.mark.usefixtures("web")
def test_one_bad_item_never_spoils_the_others(instance: CollectingInstance) -> None:
    batch = [
        track("m1"),
        "text",
        track("m2", event=""),
        {"type": "odd", "userId": "u"},
        track("m3", userId=None),
        track("m4"),
    ]

    answer = instance.post("/v1/batch", {"batch": batch}, KEY)

    assert 200 == answer.status
    assert {"success": True, "accepted": 2} == {name: answer.json()[name] for name in ("success", "accepted")}
    assert [(1, None), (2, "m2"), (3, None), (4, "m3")] == [
        (each["index"], each["messageId"]) for each in answer.json()["rejected"]
    ]
    assert {"m1", "m4"} == {event.message_id for event in instance.admit()}
    with instance.database.read() as tx:
        failed = list(list_failed(tx))
    assert [each["reason"] for each in answer.json()["rejected"]] == [each.reason for each in failed]
    assert [batch[1], {**batch[2]}, batch[3], batch[4]] == [each.message for each in failed]  # type: ignore[dict-item]  # of mixed kinds
    assert {"web"} == {each.source for each in failed}


def test_a_strict_source_hears_of_invalid_items_by_the_status(embedded: CollectingInstance) -> None:
    some = embedded.post("/v1/batch", {"batch": [track("m1"), track("m2", event=None)]}, STRICT)
    none = embedded.post("/v1/track", track("m3", event=None), STRICT)
    every = embedded.post("/v1/track", track("m4"), STRICT)

    assert [207, 400, 200] == [some.status, none.status, every.status]
    assert (0, "invalid") == (none.json()["accepted"], none.json()["code"])
    assert 1 == some.json()["accepted"]


@pytest.mark.parametrize(("headers", "status"), [(KEY, 400), (STRICT, 413)])
def test_an_oversize_body_is_refused_whole(embedded: CollectingInstance, headers: dict[str, str], status: int) -> None:
    large = {"batch": [track(f"m{number}", properties={"text": "x" * 1000}) for number in range(500)]}
    many = {"batch": [{"type": "track"}] * 2501}
    bomb = gzip.compress(b" " * 30_000_000 + b"{}", mtime=0)

    for body in (
        encode_json(large),
        encode_json(many),
        bomb,
        gzip.compress(encode_json(large), mtime=0),
        b"x" * 20_000_000,
    ):
        answer = embedded.post("/v1/batch", body, headers)
        assert status == answer.status
        assert {"code", "message"} == set(answer.json())
    assert [] == embedded.log.read(0, 10)


def test_limits_are_exact(embedded: CollectingInstance) -> None:
    def item(size: int) -> bytes:
        head = b'{"type": "track", "event": "E", "userId": "u", "properties": {"text": "'
        return head + b"x" * (size - len(head) - 3) + b'"}}'

    def batch(size: int) -> bytes:
        items = b",".join([item(30 * 1024)] * 16)
        rest = size - len(items) - len(b'{"batch":[,]}')
        return b'{"batch":[' + items + b"," + item(rest) + b"]}"

    assert 200 == embedded.post("/v1/track", item(32 * 1024), KEY).status
    assert 400 == embedded.post("/v1/track", item(32 * 1024 + 1), KEY).status
    both = embedded.post("/v1/batch", b'{"batch": [' + item(32 * 1024) + b", " + item(32 * 1024 + 1) + b"]}", KEY)
    assert (200, [1]) == (both.status, [each["index"] for each in both.json()["rejected"]])
    assert 500 * 1024 == len(batch(500 * 1024))
    assert (200, 17) == (
        (answer := embedded.post("/v1/batch", batch(500 * 1024), KEY)).status,
        answer.json()["accepted"],
    )
    assert 400 == embedded.post("/v1/batch", batch(500 * 1024 + 1), KEY).status
    assert 2500 == len(embedded.post("/v1/batch", {"batch": [1] * 2500}, KEY).json()["rejected"])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nonsense", b"\xff\xfe", b'{"a": "\x00"}', b"[" * 100_000, b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"userId": ' + b"[" * 150 + b"]" * 150 + b"}", b"\x1f\x8bbroken",
        gzip.compress(b'{"userId": 1}', mtime=0)[:-9],
        b"1" * 5000, b'{"batch": 5}', b"[]", b"5", b'{"batch": [], "context": 5}', b'{"batch": [], "integrations": []}',
    ],
)  # fmt: skip
def test_what_is_no_batch_is_a_bad_request(embedded: CollectingInstance, body: bytes) -> None:
    answer = embedded.post("/v1/batch", body, KEY)

    assert 400 == answer.status
    assert {"code", "message"} == set(answer.json())
    assert [] == embedded.log.read(0, 10)


def test_a_deep_item_is_rejected_alone(embedded: CollectingInstance) -> None:
    def deep(levels: int) -> Any:
        value: Any = 1
        for _ in range(levels):
            value = {"a": value}
        return value

    answer = embedded.post(
        "/v1/batch", {"batch": [track("m1"), track("m2", properties=deep(200)), track("m3", properties=deep(98))]}, KEY
    )

    assert [(1, "the message is nested deeper than 100 levels")] == [
        (each["index"], each["reason"]) for each in answer.json()["rejected"]
    ]
    assert ["m1", "m3"] == [event.message_id for event in embedded.admit()]
    assert 400 == embedded.post("/v1/batch", {"batch": [track("m4"), deep(450)]}, KEY).status
    assert 400 == embedded.post("/v1/batch", b'{"batch": [NaN, ' + b"[" * 900 + b"]" * 900 + b"]}", KEY).status


def test_not_a_number_is_read_as_null_and_ids_as_text(embedded: CollectingInstance) -> None:
    properties = b'{"a": NaN, "b": [-Infinity, 1e999]}'
    body = b'{"event": "E", "userId": 42, "anonymousId": null, "messageId": 7, "properties": ' + properties + b"}"

    assert 1 == embedded.post("/v1/track", body, KEY).json()["accepted"]
    (event,) = embedded.admit()
    assert ("42", "7") == (event.message["userId"], event.message["messageId"])
    assert (("user_id", "42"),) == event.identifiers
    assert {"a": None, "b": [None, None]} == event.message["properties"]


def test_an_unknown_key_is_accepted_and_its_events_wait_for_their_source(instance: CollectingInstance) -> None:
    answer = instance.post("/v1/batch", {"batch": [track("m1")], "sentAt": None}, {"X-Write-Key": "later"})

    assert (200, 0, "unknown write key") == (
        answer.status,
        answer.json()["accepted"],
        answer.json()["rejected"][0]["reason"],
    )
    assert [] == instance.admit()
    with instance.database.read() as tx:
        (failed,) = list_failed(tx)
    assert ("m1", "", "later", "unknown write key") == (failed.message_id, failed.source, failed.key, failed.reason)
    assert track("m1") == failed.message


def test_an_unknown_key_is_refused_where_the_instance_says_so(embedded: CollectingInstance) -> None:
    closed = CollectingInstance(embedded.database, unknown_key="401")
    try:
        answers = [
            closed.post("/v1/track", track(), {"X-Write-Key": "nobody"}),
            closed.post("/v1/track", track(), {}),
            closed.post("/v1/batch", {"batch": []}, {}),
        ]
        assert [401, 401, 401] == [answer.status for answer in answers]
        assert {"code", "message"} == set(answers[0].json())
        assert 200 == closed.post("/v1/track", track(), KEY).status
    finally:
        closed.close()


def test_a_source_counts_as_soon_as_it_is_made(embedded: CollectingInstance) -> None:
    embedded.post("/v1/track", track("m1"), KEY)
    add_source(embedded.database, "new", "till", "new-key")

    time.sleep(0.2)
    answer = embedded.post("/v1/track", track("m2"), {"X-Write-Key": "new-key"})
    assert 1 == answer.json()["accepted"]


def test_a_pixel_is_always_an_image(embedded: CollectingInstance) -> None:
    message = json.dumps({"writeKey": "web-key", "event": "Mail Opened", "userId": "u1", "messageId": "m1"})
    coded = base64.urlsafe_b64encode(message.encode()).decode().rstrip("=")
    agent = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}

    answers = [
        embedded.request("GET", f"/v1/pixel/track?data={coded}", headers=agent),
        embedded.request("GET", "/v1/pixel/t?writeKey=web-key&data=%7B%22event%22:%22E%22,%22userId%22:%22u2%22%7D"),
        embedded.request("GET", "/v1/pixel/track?writeKey=web-key&data=%25%25nonsense"),
        embedded.request("GET", "/v1/pixel/track"),
        embedded.request("GET", "/v1/pixel/odd?data=e30"),
    ]

    assert {(200, "image/gif")} == {(answer.status, answer.headers["content-type"]) for answer in answers}
    assert {b"GIF89a"} == {answer.body[:6] for answer in answers}
    first, second = embedded.admit()
    assert ("Mail Opened", True, "u2", False) == (first.name, first.bot, second.message["userId"], second.bot)
    with embedded.database.read() as tx:
        assert ["%%nonsense"] == [each.message for each in list_failed(tx)]


def test_browsers_may_call_from_anywhere(embedded: CollectingInstance) -> None:
    answer = embedded.request("OPTIONS", "/v1/t", headers={"Origin": "https://shop.example"})

    assert (204, "*") == (answer.status, answer.headers["access-control-allow-origin"])
    allowed = answer.headers["access-control-allow-headers"].split(", ")
    assert {"authorization", "content-type", "x-retry-count", "anonymousid"} <= set(allowed)
    assert "*" == embedded.post("/v1/t", b"{", KEY).headers["access-control-allow-origin"]


def test_the_settings_name_the_key_of_the_path(embedded: CollectingInstance) -> None:
    answer = embedded.request("GET", "/v1/projects/web-key/settings", headers={"Host": "shop.example:8080"})

    segment = answer.json()["integrations"]["Segment.io"]
    assert ("web-key", "shop.example:8080/v1", "http") == (segment["apiKey"], segment["apiHost"], segment["protocol"])
    assert 0 == answer.json()["metrics"]["sampleRate"]


def test_rudderstack_finds_its_source_config(embedded: CollectingInstance) -> None:
    answer = embedded.request("GET", "/sourceConfig/?p=npm&v=3&writeKey=web-key", headers=KEY)

    source = answer.json()["source"]
    assert ("web", dict, list) == (source["id"], type(source["config"]), type(source["destinations"]))


def test_metrics_are_taken_and_forgotten(embedded: CollectingInstance) -> None:
    assert 200 == embedded.post("/v1/m", {"series": []}).status
    assert [] == embedded.log.read(0, 1)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/track", 405),
        ("POST", "/v1/projects/k/settings", 405),
        ("POST", "/v1/nothing", 404),
        ("GET", "/v1/", 404),
    ],
)
def test_other_requests_get_one_clear_answer(embedded: CollectingInstance, method: str, path: str, status: int) -> None:
    answer = embedded.request(method, path)

    assert (status, {"code", "message"}) == (answer.status, set(answer.json()))


def test_a_closing_instance_says_when_to_come_again(embedded: CollectingInstance) -> None:
    embedded.group.close()

    answer = embedded.post("/v1/track", track(), KEY)

    assert (503, "5") == (answer.status, answer.headers["retry-after"])
    assert {"code", "message"} == set(answer.json())
