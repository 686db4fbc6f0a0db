"""From a request's body to entries of the log and a verdict per item. No I/O: the door does that."""

from collections.abc import Iterable, Sequence

import msgspec

from trenza.api.collect_answers import Rejected
from trenza.events import (
    BATCH,
    ITEM_LIMIT,
    UNKNOWN_KEY,
    Extent,
    PlainBody,
    Plans,
    Source,
    Sources,
    body_keys,
    byte_faults,
    check_depth,
    measure,
    read_body,
    refusal,
    sane_message_id,
    split,
)
from trenza.kernel import Invalid, JsonValue, TooLarge, Unauthorised, encode_json
from trenza.storage.log import Entry


class Reading(msgspec.Struct, frozen=True):
    """A body, taken apart."""

    body: bytes
    route: str
    root: JsonValue
    items: list[JsonValue]
    extent: Extent | None
    """How large and deep the items are, where one may be too large or too deep."""
    keys: list[str]
    """The write key of each item; where there is no item, that of the body alone."""
    named: bool
    """The request names the key outside its body."""


class Intake(msgspec.Struct, frozen=True):
    """What goes into the log, and what the sender is told."""

    entries: list[Entry]
    total: int
    rejected: list[Rejected]
    strict: bool
    shares: list[tuple[Source | None, int]]
    """How many of the items each source sent."""
    reasons: list[tuple[str, str]]
    """Source and reason of each rejected item; an empty source: no source has the key."""


def read_request(body: bytes, route: str, key: str) -> Reading:
    """Take a body apart.

    Args:
        body: JSON, unpacked.
        route: `batch` or a message type.
        key: the write key that the request names outside its body; empty where it names none.

    Raises:
        Invalid: no JSON, no batch, or a single message past its limit.
        TooManyItems: a batch of too many; it knows the batch's own key.
    """
    root = read_body(body, depth=0)
    if route != BATCH and len(body) > ITEM_LIMIT:
        raise Invalid(f"the message is larger than {ITEM_LIMIT // 1024} KB", "send smaller messages")
    try:
        items = split(root, route)
    except TooLarge as error:
        raise TooManyItems(error, key or body_keys(root, [{}])[0]) from error
    extent = measure(body, items, route)
    check_depth(root, extent)
    keys = [key] * len(items) if key else body_keys(root, items)
    return Reading(body, route, root, items, extent, keys, bool(key))


class TooManyItems(TooLarge):
    """A batch of too many messages, with the write key it bears."""

    def __init__(self, error: TooLarge, key: str) -> None:
        super().__init__(error.why, error.mend)
        self.key = key


def take_in_plain(body: bytes, route: str, plain: PlainBody, source: Source | None, plans: Plans) -> Intake | None:
    """What a body whose every item is valid beyond doubt becomes; None where its source asks for more than that."""
    if source is None or source.identifiers or plans:
        return None
    return Intake([Entry(source.name, route, body)], plain.total, [], source.strict, [(source, plain.total)], [])


def take_in(reading: Reading, sources: Sources, plans: Plans, *, refuse_unknown: bool) -> Intake:
    """Judge every item and make the log's entries: one, where all items are of one source.

    Raises:
        Unauthorised: no item has a key that is known, and the instance refuses those.
    """
    known = {key: sources.by_key(key) for key in set(reading.keys)}
    if refuse_unknown and known and not any(known.values()):
        raise Unauthorised("the write key is unknown", "see `trenza source list`")
    rejected = _rejected(reading, known, plans)
    return Intake(
        entries=_entries(reading, known),
        total=len(reading.items),
        rejected=rejected,
        strict=any(source is not None and source.strict for source in known.values()),
        shares=[(source, reading.keys.count(key)) for key, source in known.items()] if reading.items else [],
        reasons=[(_name(known[reading.keys[each.index]]), each.reason) for each in rejected],
    )


def _rejected(reading: Reading, known: dict[str, Source | None], plans: Plans) -> list[Rejected]:
    faults = byte_faults(reading.items, reading.extent)
    found: list[Rejected] = []
    for index, (item, key) in enumerate(zip(reading.items, reading.keys, strict=True)):
        source = known[key]
        reason = UNKNOWN_KEY if source is None else faults.get(index) or refusal(item, source, plans)
        if reason is not None:
            found.append(Rejected(index=index, message_id=sane_message_id(item), reason=reason))
    return found


def named(shares: Iterable[tuple[Source | None, int]]) -> list[tuple[str, int]]:
    """The shares by the sources' names; nobody's is empty."""
    return [(_name(source), count) for source, count in shares]


def _name(source: Source | None) -> str:
    return source.name if source is not None else ""


def _entries(reading: Reading, known: dict[str, Source | None]) -> list[Entry]:
    if not reading.items:
        return []
    if len(known) == 1:
        key, source = next(iter(known.items()))
        if source is not None:
            return [Entry(source.name, reading.route, reading.body)]
        return [Entry("", reading.route, _with_key(reading, key))]
    return [_part(reading, source, key) for key, source in known.items()]


def _with_key(reading: Reading, key: str) -> bytes:
    """The body with the key that it came with, so that it can be tried again when a source has it."""
    if not (reading.named and isinstance(reading.root, dict)):
        return reading.body
    return encode_json({**reading.root, "writeKey": key})


def _part(reading: Reading, source: Source | None, key: str) -> Entry:
    """The items of one key out of a batch whose items name several."""
    items: Sequence[JsonValue] = [item for item, own in zip(reading.items, reading.keys, strict=True) if own == key]
    return Entry(_name(source), BATCH, encode_json({"batch": items}))
