import pytest

from trenza.kernel import decode_json, encode_json


def test_bare_nan_and_infinity_are_null() -> None:
    assert {"a": None, "b": [None, None]} == decode_json(b'{"a": NaN, "b": [Infinity, -Infinity]}')


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_cannot_be_read_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode_json(body)


def test_text_survives_a_round_trip() -> None:
    value = {"ñ": "日本", "n": [1, 2.5, None, True, "\x00"]}

    assert value == decode_json(encode_json(value))


def test_half_an_emoji_is_the_sign_for_what_cannot_be_read() -> None:
    assert {"a": "\ufffd"} == decode_json(b'{"a": "\\ud800"}')
