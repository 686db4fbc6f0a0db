"""Lists are paged by cursor.

A made-up or foreign cursor is refused (`kernel.cursors`).
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

import msgspec
from litestar.params import QueryParameter

from trenza.kernel import LONGEST_CURSOR, seal, unseal

Item = TypeVar("Item")

Limit = Annotated[int, QueryParameter(ge=1, le=200, description="How many items at most.")]
Cursor = Annotated[str | None, QueryParameter(max_length=LONGEST_CURSOR, description="`next` of the page before.")]


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


__all__ = ["Cursor", "Limit", "Page", "page_of", "seal", "unseal"]
