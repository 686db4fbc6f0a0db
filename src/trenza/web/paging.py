"""Lists are shown a page at a time; the way on is a cursor in the address (`kernel.cursors`)."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec

from trenza.kernel import LONGEST_CURSOR, Invalid, seal, unseal
from trenza.web.render import View

Item = TypeVar("Item")
PER_PAGE = 50


class Part(msgspec.Struct, Generic[Item], frozen=True, kw_only=True):
    """Some items of a list."""

    items: Sequence[Item]
    next: str
    """The cursor of the following page; empty on the last."""
    first: bool
    """Nothing stands before it."""


def place_of(view: View, kind: str, cursor: str | None = None) -> list[int | str] | None:
    """Where the page that was asked for begins: the `cursor` of the address; None at the beginning.

    Args:
        view: of the request.
        kind: which list it is.
        cursor: that of a form, where what is searched for may not stand in the address.

    Raises:
        Invalid: the cursor is made up, or of another list.
    """
    cursor = view.request.query_params.get("cursor", "") if cursor is None else cursor
    if not cursor:
        return None
    if len(cursor) > LONGEST_CURSOR:
        raise Invalid("this cursor is too long to be one", "begin at the first page")
    return unseal(view.instance.secret, kind, cursor)


def part_of(
    view: View, kind: str, found: Sequence[Item], place: Callable[[Item], list[int | str]], limit: int = PER_PAGE
) -> Part[Item]:
    """A page from up to `limit + 1` found items.

    Args:
        view: of the request.
        kind: which list it is.
        found: what the room gave when asked for one more than `limit`.
        place: the place of an item: ids and instants only.
        limit: items on a page.
    """
    items = list(found[:limit])
    more = len(found) > limit and bool(items)
    following = seal(view.instance.secret, kind, place(items[-1])) if more else ""
    return Part(items=items, next=following, first="cursor" not in view.request.query_params)
