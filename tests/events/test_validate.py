from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.test_wire import VALUES
from trenza.events import PlainBody
from trenza.events.plain import has_nul, judge_plain, read_plain
from trenza.events.validate import Judged, judge, sane_message_id
from trenza.events.wire import BATCH, byte_faults, measure, read_body, split
from trenza.kernel import encode_json

GOOD: dict[str, Any] = {"type": "track", "event": "E", "userId": "u"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "odd"}, "`type` is none of identify, track, page, screen, group, alias"),
        ({"type": None}, "`type` is none of"),
        ({"type": ["track"]}, "`type` is none of"),
        ({"event": None}, "a track needs `event`"),
        ({"event": ""}, "a track needs `event`"),
        ({"event": " "}, "a track needs `event`"),
        ({"event": 5}, "a track needs `event`"),
        ({"event": "a\0b"}, "`event` has a NUL character"),
        ({"event": "x" * 501}, "`event` is longer than 500 characters"),
        ({"userId": None}, "no identifier"),
        ({"userId": ""}, "no identifier"),
        ({"userId": " "}, "no identifier"),
        ({"userId": {"a": 1}}, "`userId` is neither a text nor a number"),
        ({"userId": True}, "`userId` is neither a text nor a number"),
        ({"anonymousId": [1]}, "`anonymousId` is neither a text nor a number"),
        ({"previousId": {}}, "`previousId` is neither a text nor a number"),
        ({"groupId": False}, "`groupId` is neither a text nor a number"),
        ({"userId": "a\0"}, "`userId` has a NUL character"),
        ({"messageId": "x" * 100}, "`messageId` has 100 or more characters"),
        ({"messageId": 10**120}, "`messageId` has 100 or more characters"),
        ({"messageId": "a\0"}, "`messageId` has a NUL character"),
        ({"messageId": []}, "`messageId` is neither a text nor a number"),
        ({"properties": []}, "`properties` is not an object"),
        ({"traits": "x"}, "`traits` is not an object"),
        ({"context": 5}, "`context` is not an object"),
        ({"timestamp": "yesterday"}, "`timestamp` is not an ISO 8601 instant"),
        ({"timestamp": 1700000000}, "`timestamp` is not an ISO 8601 instant"),
        ({"timestamp": ""}, "`timestamp` is not an ISO 8601 instant"),
        ({"originalTimestamp": "no"}, "`originalTimestamp` is not an ISO 8601 instant"),
        ({"context": {"externalIds": {}}}, "`context.externalIds` is not a list"),
        ({"context": {"externalIds": [{"type": "card"}]}}, "`context.externalIds[0]` needs"),
        ({"context": {"externalIds": [{"type": "a:b", "id": "1"}]}}, "`context.externalIds[0].type` is empty"),
        ({"context": {"externalIds": [{"type": "card", "id": "\0"}]}}, "`card` has a NUL character"),
        ({"context": {"traits": {"email": "a\0@b.c"}}}, "`email` has a NUL character"),
    ],
)
def test_an_invalid_item_has_one_specific_reason(change: dict[str, Any], reason: str) -> None:
    found = judge({**GOOD, **change}, {})

    assert isinstance(found, str)
    assert found.startswith(reason)


@pytest.mark.parametrize(
    "change",
    [
        {"anonymousId": None},
        {"userId": 42},
        {"userId": 4.5},
        {"messageId": "x" * 99},
        {"messageId": 7},
        {"messageId": None},
        {"properties": None, "traits": None, "context": None},
        {"timestamp": None},
        {"timestamp": "2026-03-02"},
        {"sentAt": "nonsense"},
        {"sentAt": []},
        {"unknown": {"field": [1]}},
        {"integrations": True},
        {"userId": None, "anonymousId": "a"},
        {"userId": None, "context": {"traits": {"email": "a@b.c"}}},
        {"userId": None, "context": {"traits": {"phone": 600111222}}},
        {"userId": None, "context": {"device": {"id": "d"}}},
        {"userId": None, "context": {"externalIds": [{"type": "receipt", "id": 9}]}},
        {"userId": "undefined"},
        {"context": {"traits": [], "device": "x", "externalIds": None}},
    ],
)
def test_what_real_clients_send_is_valid(change: dict[str, Any]) -> None:
    assert isinstance(judge({**GOOD, **change}, {}), Judged)


def test_a_sources_own_field_identifies() -> None:
    item = {"type": "track", "event": "E", "properties": {"cards": [{"no": 5}, {"no": "x"}]}}

    assert isinstance(judge(item, {}), str)
    found = judge(item, {"properties.cards.no": "loyalty_card"})
    assert isinstance(found, Judged)
    assert (("loyalty_card", "5"), ("loyalty_card", "x")) == found.identifiers


FIELDS = st.sampled_from(
    [
        "type",
        "event",
        "userId",
        "anonymousId",
        "previousId",
        "messageId",
        "properties",
        "traits",
        "context",
        "timestamp",
        "sentAt",
        "externalIds",
        "device",
        "email",
        "phone",
        "id",
        "token",
        "originalTimestamp",
    ]
)
HOSTILE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["track", "alias", "identify", "\0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | st.text(max_size=3), inner, max_size=6),
    max_leaves=25,
)


@given(st.dictionaries(FIELDS, HOSTILE) | HOSTILE)
def test_any_item_is_judged(item: object) -> None:
    found = judge(item, {"context.device": "x", "properties.id": "y"})

    assert isinstance(found, Judged | str)
    if isinstance(found, Judged):
        assert found.identifiers
        assert all(value and "\0" not in value and len(value) <= 2000 for _, value in found.identifiers)


PLAINER = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "identify", "alias", "odd"]), "userId": st.none() | st.text(max_size=3)},
    optional={
        "anonymousId": st.none() | st.text(max_size=3) | st.integers(),
        "event": st.none() | st.text(max_size=3),
        "messageId": st.none() | st.text(max_size=120),
        "timestamp": st.none()
        | st.datetimes().map(str)
        | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
        | st.from_regex(
            r"2026-0[1-9]-1[0-9]T1[0-9]:2[0-9]:[3-6][0-9](\.[0-9]{0,12})?(Z|[+-]1[0-9]:?00)?", fullmatch=True
        ),
        "originalTimestamp": st.none() | st.text(max_size=3) | st.dates().map(str),
        "properties": HOSTILE,
        "traits": HOSTILE,
        "context": HOSTILE | st.dictionaries(st.sampled_from(["traits", "device", "externalIds"]), HOSTILE),
    },
)


@given(PLAINER)
def test_what_is_told_quickly_is_what_judging_says(item: dict[str, Any]) -> None:
    found = judge_plain(item)

    assert has_nul(encode_json(item)) or found is None or _learned(found) == _learned(judge(item, {}))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"anonymousId": "a"},
        {"userId": None, "anonymousId": "a"},
        {"timestamp": "2026-03-02T10:00:00.999Z"},
        {"timestamp": "2026-03-02T10:00:00"},
        {"originalTimestamp": "2026-03-02T10:00:00.9999+01:00"},
        {"context": {"traits": {"email": "a@b.c", "phone": "1"}, "device": {"id": "d", "token": "t"}}},
        {"type": "identify", "traits": {"email": "a@b.c"}, "context": {"traits": {"email": "b@b.c"}}},
        {"type": "alias", "previousId": "before"},
    ],
)
def test_usual_messages_are_told_quickly(more: dict[str, Any]) -> None:
    item = {**GOOD, **more}

    assert _learned(judge(item, {})) == _learned(judge_plain(item))


ODD = st.sampled_from(
    [b"", b'"', b"\\", b",", b":", b"{", b"}", b"[", b"]", b"0", b"1e999", b"\\ud800", b"null", b"\xff", b"\x00"]
)


@given(st.lists(PLAINER, max_size=3), st.sampled_from([None, {}, {"traits": {"email": "a@b.c"}}]))
def test_what_is_plain_is_valid(items: list[dict[str, Any]], context: object) -> None:
    body = encode_json({"batch": items, "context": context})

    assert read_plain(body, BATCH) is None or _all_valid(body, BATCH)


@given(st.lists(PLAINER, min_size=1, max_size=3), st.data())
def test_what_is_plain_is_json(items: list[dict[str, Any]], data: st.DataObject) -> None:
    """Octets are put into, taken out of and changed in a body: what is skipped over has to be JSON, too."""
    route = data.draw(st.sampled_from([BATCH, "track", "page"]))
    body = encode_json({"batch": items} if route == BATCH else items[0])
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(body)))
        body = body[:at] + data.draw(ODD) + body[at + data.draw(st.integers(0, 2)) :]

    assert read_plain(body, route) is None or _all_valid(body, route)


@pytest.mark.parametrize(
    "inside",
    [
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"a\x01"',
        b'"\\q"',
        b"NaN",
        b"01",
        b"1.",
        b"[1,]",
        b"9" * 5_000,
        b"[" * 101 + b"]" * 101,
        b'{"a":' * 100 + b"1" + b"}" * 100,
        b'"' + b"x" * 40_000 + b'"',
    ],
    ids=lambda inside: inside[:12].decode("latin-1"),
)
@pytest.mark.parametrize("route", [BATCH, "track"])
def test_what_nobody_asks_for_is_still_looked_at(inside: bytes, route: str) -> None:
    message = b'{"type":"track","event":"E","userId":"u","properties":{"a":%s}}' % inside
    body = message if route != BATCH else b'{"batch":[%s,%s]}' % (encode_json(GOOD), message)

    assert read_plain(body, route) is None
    assert read_plain(body.replace(inside, b'"fine"'), route) is not None
    if route == BATCH:
        assert read_plain(b'{"batch":[%s],"rest":%s}' % (encode_json(GOOD), inside), route) is None


def test_usual_messages_are_plain() -> None:
    for item in (
        GOOD,
        {**GOOD, "timestamp": "2026-03-02T10:00:00.123456+01:00", "context": {"traits": {"email": "a@b.c"}}},
    ):
        assert PlainBody(1, "") == read_plain(encode_json({"batch": [item]}), BATCH)
        assert PlainBody(1, "k") == read_plain(encode_json({**item, "writeKey": "k"}), "track")
    assert PlainBody(2, "k") == read_plain(encode_json({"batch": [GOOD, GOOD], "writeKey": "k"}), BATCH)
    assert read_plain(encode_json({"batch": []}), BATCH) is None
    odds: list[dict[str, Any]] = [{"userId": "a\0"}, {"userId": " "}, {"event": " "}, {"userId": 5}]
    for odd in [*odds, {"context": {"externalIds": []}}]:
        assert read_plain(encode_json({"batch": [{**GOOD, **odd}]}), BATCH) is None


def test_a_deep_context_of_the_batch_is_a_fault_of_its_items() -> None:
    deep = b'{"a":' * 120 + b"1" + b"}" * 120
    body = b'{"batch":[{"type":"track","event":"E","userId":5}],"context":%s}' % deep

    assert read_plain(body.replace(b"5", b'"u"'), BATCH) is None
    assert not _all_valid(body, BATCH)


def _learned(found: Judged | str | None) -> object:
    assert isinstance(found, Judged)
    return found.identifiers, found.original


def _all_valid(body: bytes, route: str) -> bool:
    """Every item passes as admission reads it."""
    items = split(read_body(body, depth=0), route)
    return not byte_faults(items, measure(body, items, route)) and all(
        isinstance(judge(item, {}), Judged) for item in items
    )


@given(VALUES)
def test_a_message_id_can_always_be_repeated(value: object) -> None:
    found = sane_message_id({"messageId": value})

    assert found is None or (0 < len(found) < 100 and encode_json(found))
