"""Cursors: the place of the last item of a page, sealed so that nobody can make one up.

A cursor stands in an address, so a place holds ids and instants only, never personal data.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from trenza.kernel.errors import Invalid
from trenza.kernel.hashing import keyed_hash
from trenza.kernel.json import decode_json, encode_json

LONGEST_CURSOR = 512
_SEAL = 12


def seal(secret: bytes, kind: str, place: list[int | str]) -> str:
    """A cursor for a place in a list.

    Args:
        secret: the instance's secret.
        kind: which list it is; a cursor of another list is refused.
        place: ids and instants.
    """
    body = encode_json(place)
    return urlsafe_b64encode(_sign(secret, kind, body) + body).rstrip(b"=").decode()


def unseal(secret: bytes, kind: str, cursor: str) -> list[int | str]:
    """The place that a cursor names.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    try:
        octets = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError) as error:
        raise _foreign() from error
    if not hmac.compare_digest(_sign(secret, kind, octets[_SEAL:]), octets[:_SEAL]):
        raise _foreign()
    place: list[int | str] = decode_json(octets[_SEAL:])
    return place


def _sign(secret: bytes, kind: str, body: bytes) -> bytes:
    return keyed_hash(secret, f"cursor:{kind}:{body.hex()}")[:_SEAL]


def _foreign() -> Invalid:
    return Invalid("this cursor is not one of this list", "take `next` of the page before as it is, or leave it out")
