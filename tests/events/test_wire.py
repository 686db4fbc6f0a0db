import gzip
import json
from base64 import b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trenza.events.wire import (
    BATCH,
    BODY_LIMIT,
    DEPTH_LIMIT,
    body_keys,
    header_key,
    measure,
    read_body,
    split,
    unpack,
)
from trenza.kernel import Invalid, TooLarge

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for candidate in (body, b"\x1f\x8b" + body, gzip.compress(body)):
        with suppress(Invalid, TooLarge):
            split(read_body(unpack(candidate)), BATCH)


@given(st.lists(VALUES, max_size=5), VALUES, VALUES, VALUES)
def test_any_batch_is_split_or_refused(
    items: list[object], context: object, integrations: object, sent: object
) -> None:
    root = {"batch": items, "context": context, "integrations": integrations, "sentAt": sent}
    try:
        found = split(root, BATCH)
    except Invalid:
        assert not (context is None or isinstance(context, dict)) or not (
            integrations is None or isinstance(integrations, dict)
        )
    else:
        assert len(items) == len(found)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=30), st.integers(0, 3))
def test_sizes_are_the_bytes_as_sent(texts: list[str], indent: int) -> None:
    items = [{"text": text} for text in texts]
    written = [json.dumps(item, indent=indent or None) for item in items]
    body = ('{"padding": "' + "x" * 33_000 + '", "batch": [' + " , ".join(written) + "]}").encode()

    extent = measure(body, split(read_body(body), BATCH), BATCH)
    assert extent is not None
    assert [len(text.encode()) for text in written] == extent.sizes


def test_unpacking_stops_at_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 200_000_000)

    with pytest.raises(TooLarge):
        unpack(bomb)
    with pytest.raises(TooLarge):
        unpack(gzip.compress(b"x" * BODY_LIMIT) + gzip.compress(b"x"))
    assert b"x" * BODY_LIMIT == unpack(gzip.compress(b"x" * BODY_LIMIT))
    assert b"ab" == unpack(gzip.compress(b"a") + gzip.compress(b"b"))


def test_depth_has_a_limit() -> None:
    def nested(levels: int) -> bytes:
        return b'{"a":' * (levels - 1) + b"[]" + b"}" * (levels - 1)

    assert read_body(nested(DEPTH_LIMIT))
    with pytest.raises(Invalid, match="deeper than 100"):
        read_body(nested(DEPTH_LIMIT + 1))
    assert read_body(b"[" + b"[[]]," * 1000 + b"[]]")


def test_cut_emoji_and_huge_numbers_are_mended() -> None:
    assert ["a�", None, "😀"] == read_body(b'["a\\ud83d", 1e999, "\\ud83d\\ude00"]')


@pytest.mark.parametrize(
    ("headers", "query", "key"),
    [
        ({"authorization": "Basic " + b64encode(b"k:").decode(), "x-write-key": "x"}, {"writeKey": "q"}, "k"),
        ({"authorization": "Basic " + b64encode(b"k").decode().rstrip("=")}, {}, "k"),
        ({"authorization": "Basic !!"}, {"writeKey": "q"}, "q"),
        ({"authorization": "Bearer k"}, {}, ""),
        ({"x-write-key": " k "}, {"writeKey": "q"}, "k"),
        ({"authorization": "Basic " + b64encode(b"\xff\xfe:").decode()}, {}, ""),
        ({}, {}, ""),
    ],
)
def test_a_header_goes_before_the_query(headers: dict[str, str], query: dict[str, str], key: str) -> None:
    assert key == header_key(headers, query)


def test_a_roots_key_goes_before_the_items() -> None:
    items = [{"writeKey": "a"}, {"writeKey": 5}, "text"]

    assert ["r", "r", "r"] == body_keys({"writeKey": "r"}, list(items))
    assert ["a", "", ""] == body_keys({"writeKey": None}, list(items))


def test_json_that_no_decoder_reaches_the_bottom_of_is_said_to_be_too_deep() -> None:
    with pytest.raises(Invalid, match="nested deeper than"):
        read_body(b'{"a":' * 5_000 + b"1" + b"}" * 5_000)
