"""Lists are paged by cursor.

A cursor is opaque and signed: the place of the last item, never personal data (it stands in an address). A made-up or
foreign cursor is refused.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

import msgspec
from litestar.params import QueryParameter

from trenza.kernel import Invalid, decode_json, encode_json, keyed_hash

Item = TypeVar("Item")
_SEAL = 12
_LONGEST = 512

Limit = Annotated[int, QueryParameter(ge=1, le=200, description="How many items at most.")]
Cursor = Annotated[str | None, QueryParameter(max_length=_LONGEST, description="`next` of the page before.")]


class Page(msgspec.Struct, Generic[Item], kw_only=True):
    """Some items of a list, and where the rest begins."""

    items: list[Item]
    next: str | None = None
    """Give it as `cursor` to get the following page; null on the last one."""


def page_of(
    found: Sequence[Item], limit: int, secret: bytes, kind: str, place: Callable[[Item], list[int | str]]
) -> Page[Item]:
    """A page from `limit + 1` found items.

    Args:
        found: what the store gave when asked for one more than `limit`.
        limit: items on a page.
        secret: the instance's secret.
        kind: which list it is; a cursor of another list is refused.
        place: the place of an item: ids and instants only.
    """
    items = list(found[:limit])
    more = len(found) > limit
    return Page(items=items, next=seal(secret, kind, place(items[-1])) if more and items else None)


def seal(secret: bytes, kind: str, place: list[int | str]) -> str:
    """A cursor for a place in a list."""
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
