"""What tests share: people that are known before, and what happens when.

A timeline item is an event as a client sends it, a receipt of a provider, a word on consent, or a suppression; `at` is
its arrival. The runner of tests plays them through the very hallway that runs live.
"""

from collections.abc import Callable, Sequence

import msgspec

from trenza.definitions.durations import is_zone
from trenza.definitions.node import Node
from trenza.definitions.reading import Reading
from trenza.kernel import Instant, JsonObject

RESULTS = ("delivered", "failed", "bounced", "opened", "clicked", "replied", "crash_after_accept")
TYPES = ("identify", "track", "page", "screen", "group", "alias")
STATUSES = ("granted", "denied")
_IDS = ("userId", "anonymousId")


class KnownPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is known before the first item."""

    user_id: str = ""
    anonymous_id: str = ""
    traits: JsonObject = {}
    push: tuple[str, ...] = ()
    """Push tokens."""
    web_push: tuple[str, ...] = ()
    consent: dict[str, tuple[str, ...]] = {}
    """By purpose, the channels that were granted."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """`event`: a message of the collecting API, with all its fields."""

    message: JsonObject


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """`receipt`: what became of the latest send of a step."""

    step: str
    result: str
    person: str = ""
    journey: str = ""
    channel: str = ""


class ConsentGiven(msgspec.Struct, frozen=True, kw_only=True):
    """`consent`: granted or denied."""

    user_id: str = ""
    anonymous_id: str = ""
    purpose: str
    channel: str
    status: str


class Suppressed(msgspec.Struct, frozen=True, kw_only=True):
    """`suppress`: an address that must not be written to."""

    channel: str
    address: str
    reason: str = ""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happens."""

    at: Instant
    """Its arrival; the event's own `timestamp`, else this, is its event time."""
    what: Told | Receipt | ConsentGiven | Suppressed
    line: int = 0


def read_zone(node: Node | None, reading: Reading) -> str:
    """The instance's zone in a test; UTC without one."""
    if node is None:
        return "UTC"
    name = reading.text(node)
    if name and not is_zone(name):
        reading.fault(node, f"`{name[:60]}` is no zone", "write an IANA name: `Europe/Madrid`")
        return "UTC"
    return name or "UTC"


def read_uses(node: Node | None, reading: Reading, kinds: Sequence[str]) -> tuple[str, ...]:
    """Keys of the documents that are alive in a test, each of one of the kinds; None: everything."""
    if node is None:
        return ()
    keys = []
    for each in reading.items(node):
        key = reading.text(each)
        known = {key for kind in kinds for key in reading.known.get(kind, ())}
        if key and key not in known:
            reading.fault(
                each, f"there is no {' or '.join(kinds)} with the key `{key[:60]}`", reading.suggest(key, known)
            )
        keys.append(key)
    return tuple(keys)


def read_people(node: Node | None, reading: Reading) -> tuple[KnownPerson, ...]:
    """`people`: a list of `{userId | anonymousId, traits, push, web_push, consent}`."""
    return tuple([_read_person(each, reading) for each in reading.items(node)]) if node is not None else ()


def read_timeline(node: Node, reading: Reading, *, receipts: bool = True) -> tuple[Item, ...]:
    """`timeline`: sorted by `at`; items of one instant arrive in the order of the file."""
    items = [] if node.missing else [_read_item(each, reading, receipts=receipts) for each in reading.items(node)]
    latest = None
    for each, item in zip(node.value if isinstance(node.value, list) else [], items, strict=False):
        if latest is not None and 0 < item.at < latest:
            reading.fault(each, "it happens before the item above", "sort the timeline by `at`")
        latest = item.at or latest
    return tuple(items)


def read_person_name(node: Node, reading: Reading) -> str:
    """How an expectation names somebody: a bare user id or `type:value`; always answered as `type:value`."""
    text = str(node.value) if type(node.value) is int else reading.name(node)
    return text if ":" in text else f"user_id:{text}"


def _read_person(node: Node, reading: Reading) -> KnownPerson:
    fields = reading.mapping(node, (), (*_IDS, "traits", "push", "web_push", "consent"))
    if isinstance(node.value, dict) and not any(name in fields for name in _IDS):
        reading.fault(node, "a person without an id", "add `userId: …` or `anonymousId: …`")
    return KnownPerson(
        user_id=_read_id(fields.get("userId"), reading),
        anonymous_id=_read_id(fields.get("anonymousId"), reading),
        traits=_read_object(fields.get("traits"), reading),
        push=_read_texts(fields.get("push"), reading),
        web_push=_read_texts(fields.get("web_push"), reading),
        consent={
            purpose: _read_texts(channels, reading)
            for purpose, channels in (reading.fields(fields["consent"]) if "consent" in fields else {}).items()
        },
    )


def _read_item(node: Node, reading: Reading, *, receipts: bool) -> Item:
    forms = ("event", "receipt", "consent", "suppress") if receipts else ("event", "consent", "suppress")
    fields = reading.mapping(node, ["at"], forms)
    given = [name for name in forms if name in fields]
    if len(given) != 1 and isinstance(node.value, dict):
        reading.fault(node, "an item says what happens, once", f"add one of `{'`, `'.join(forms)}`")
    at = reading.instant(fields["at"])
    if not given:
        return Item(at=at, what=Told(message={}), line=node.line)
    return Item(at=at, what=_READERS[given[0]](fields[given[0]], reading), line=node.line)


def _read_event(node: Node, reading: Reading) -> Told:
    message = _read_object(node, reading)
    if isinstance(node.value, dict):
        if "type" not in node.value:
            reading.fault(node, "`type` is missing", "add `type: track` or another call of the collecting API")
        else:
            reading.choice(node.value["type"], TYPES)
        if message.get("type") == "track" and not isinstance(message.get("event"), str):
            reading.fault(node, "a track has no `event`", "add `event: …`, its name")
    return Told(message=message)


def _read_receipt(node: Node, reading: Reading) -> Receipt:
    fields = reading.mapping(node, ["step", "result"], ["person", "journey", "channel"])
    return Receipt(
        step=reading.name(fields["step"]),
        result=reading.choice(fields["result"], RESULTS),
        person=read_person_name(fields["person"], reading) if "person" in fields else "",
        journey=reading.name(fields["journey"]) if "journey" in fields else "",
        channel=reading.name(fields["channel"]) if "channel" in fields else "",
    )


def _read_consent(node: Node, reading: Reading) -> ConsentGiven:
    fields = reading.mapping(node, ["purpose", "channel", "is"], _IDS)
    if isinstance(node.value, dict) and not any(name in fields for name in _IDS):
        reading.fault(node, "whose consent?", "add `userId: …` or `anonymousId: …`")
    return ConsentGiven(
        user_id=_read_id(fields.get("userId"), reading),
        anonymous_id=_read_id(fields.get("anonymousId"), reading),
        purpose=reading.name(fields["purpose"]),
        channel=reading.name(fields["channel"]),
        status=reading.choice(fields["is"], STATUSES),
    )


def _read_suppress(node: Node, reading: Reading) -> Suppressed:
    fields = reading.mapping(node, ["channel", "address"], ["reason"])
    return Suppressed(
        channel=reading.name(fields["channel"]),
        address=reading.name(fields["address"]),
        reason=reading.text(fields["reason"]) if "reason" in fields else "",
    )


def _read_object(node: Node | None, reading: Reading) -> JsonObject:
    if node is None:
        return {}
    return {key: each.plain() for key, each in reading.fields(node).items()}


def _read_texts(node: Node | None, reading: Reading) -> tuple[str, ...]:
    return tuple([reading.name(each) for each in reading.items(node)]) if node is not None else ()


def _read_id(node: Node | None, reading: Reading) -> str:
    """An id; clients send numbers too, which are read as texts."""
    if node is None:
        return ""
    return str(node.value) if type(node.value) is int else reading.name(node)


_READERS: dict[str, Callable[[Node, Reading], Told | Receipt | ConsentGiven | Suppressed]] = {
    "event": _read_event,
    "receipt": _read_receipt,
    "consent": _read_consent,
    "suppress": _read_suppress,
}
