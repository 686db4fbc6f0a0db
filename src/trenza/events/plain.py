"""Bodies whose every item is valid beyond doubt, told in a quarter of the time that it takes to judge them.

Nearly everything that arrives is such. The types below are narrower than the rules of `validate`: what fits them is
valid (a test proves it), and what does not is judged item by item.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from trenza.events.model import MessageType, Source
from trenza.events.validate import ID_LIMIT, IDENTIFIER_LIMIT, MESSAGE_ID_LIMIT
from trenza.events.wire import BATCH, BATCH_LIMIT, DEPTH_LIMIT, ITEM_LIMIT, Extent
from trenza.kernel import JsonValue

_Id = Annotated[str, Meta(max_length=ID_LIMIT)] | None
_MessageId = Annotated[str, Meta(max_length=MESSAGE_ID_LIMIT - 1)] | None
_Identifier = Annotated[str, Meta(max_length=IDENTIFIER_LIMIT)] | None
_NUL = b"\\u0000"


class _Object(msgspec.Struct):
    """Any object."""


class _Traits(msgspec.Struct):
    email: _Identifier = None
    phone: _Identifier = None


class _Device(msgspec.Struct):
    id: _Identifier = None
    token: _Identifier = None


class _Context(msgspec.Struct):
    traits: _Traits | None = None
    device: _Device | None = None
    externalIds: UnsetType | None = UNSET  # noqa: N815 — the wire's name


class _Item(msgspec.Struct):
    type: MessageType
    userId: _Id = None  # noqa: N815 — the wire's names
    anonymousId: _Id = None  # noqa: N815
    previousId: _Id = None  # noqa: N815
    groupId: _Id = None  # noqa: N815
    messageId: _MessageId = None  # noqa: N815
    event: _Id = None
    timestamp: datetime | None = None
    originalTimestamp: datetime | None = None  # noqa: N815
    properties: _Object | None = None
    traits: _Traits | None = None
    context: _Context | None = None


class _Batch(msgspec.Struct):
    batch: Annotated[list[_Item], Meta(max_length=BATCH_LIMIT)]
    context: _Context | None = None
    integrations: _Object | None = None


def is_plain(root: JsonValue, body: bytes, extent: Extent | None, route: str, source: Source) -> bool:
    """Every item of a body is valid beyond doubt.

    Args:
        root: the decoded body; the type of a single message is set.
        body: its bytes.
        extent: how large and deep its items are, where that matters; see `wire.measure`.
        route: `batch` or a message type.
        source: whose it is.
    """
    if source.identifiers or _NUL in body:
        return False
    if extent is not None and (
        max(extent.sizes, default=0) > ITEM_LIMIT or max(extent.depths, default=0) > DEPTH_LIMIT
    ):
        return False
    try:
        items = msgspec.convert(root, _Batch).batch if route == BATCH else [msgspec.convert(root, _Item)]
    except (msgspec.ValidationError, RecursionError):
        return False
    return all(map(_is_whole, items))


def _is_whole(item: _Item) -> bool:
    """It names whom it is of, and a track what happened."""
    if item.type == "track" and (not item.event or item.event.isspace()):
        return False
    user, anonymous = item.userId, item.anonymousId
    return bool((user and not user.isspace()) or (anonymous and not anonymous.isspace()))
