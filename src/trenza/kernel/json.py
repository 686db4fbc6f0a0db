"""JSON as the world writes it.

The fast reader is strict; real clients send bare NaN and Infinity, numbers past every float and texts cut in the midst
of an emoji. The slow one reads the first as null and the last with U+FFFD.
"""

import json
import math
from typing import Any, TypeAlias

import msgspec

JsonValue: TypeAlias = Any
"""A decoded JSON value: dict, list, str, int, float, bool or None."""
JsonObject: TypeAlias = dict[str, Any]
"""A decoded JSON object."""

_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()


def decode_json(body: bytes | str) -> JsonValue:
    """Decode JSON; bare NaN and Infinity and what is past every float become null.

    Raises:
        ValueError: the text is no JSON, or is nested too deep.
    """
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_leniently(body)


def encode_json(value: object) -> bytes:
    """Encode to compact JSON."""
    return _encoder.encode(value)


def _decode_leniently(body: bytes | str) -> JsonValue:
    if isinstance(body, bytes):
        body = body.decode("utf-8-sig")
    try:
        value = json.loads(body, parse_constant=_null, parse_float=_finite)
        try:
            _encoder.encode(value)
        except UnicodeEncodeError:  # a lone surrogate decodes, but could never be written again
            text = json.dumps(value, ensure_ascii=False)
            value = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def _null(_: str) -> None:
    return None


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
