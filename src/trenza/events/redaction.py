"""Bodies from which erased people's messages were taken.

A redacted body begins with a NUL, which no body from a door can (it is no JSON), so that nobody can send one: a hole is
passed over in silence at admission, where anything else that is no message becomes a failed event.
"""

from collections.abc import Collection

from trenza.events.wire import BATCH
from trenza.kernel import JsonValue, decode_json, encode_json

_MARK = b"\0"


def read_entry(body: bytes) -> tuple[JsonValue, frozenset[int]]:
    """A body of the log and the indices of the items that were erased from it.

    Raises:
        ValueError: it is no JSON, or nested too deep.
    """
    if not body.startswith(_MARK):
        return decode_json(body), frozenset()
    found = decode_json(body[1:])
    return found["body"], frozenset(found["erased"])


def redact(body: bytes, route: str, indices: Collection[int]) -> bytes:
    """The body without some items; the others keep their index. What all of them shared goes with the last of them."""
    root, erased = read_entry(body)
    erased = erased | frozenset(indices)
    if route != BATCH:
        return _marked(None, erased)
    items = [None if index in erased else item for index, item in enumerate(root["batch"])]
    if all(item is None for item in items):
        return _marked({"batch": items}, erased)
    return _marked({**root, "batch": items}, erased)


def _marked(root: JsonValue, erased: frozenset[int]) -> bytes:
    return _MARK + encode_json({"body": root, "erased": sorted(erased)})
