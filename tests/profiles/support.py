"""What the tests of the room share: events as admission makes them, and who is who."""

from collections.abc import Mapping, Sequence

from trenza.events import Event
from trenza.identity import Known, Person, Resolution, identifier_number
from trenza.kernel import JsonObject


def known(type_: str, value: str, seen: int = 0) -> Known:
    return Known(type_, value, identifier_number(type_, value), seen, seen)


ANA = known("user_id", "ana")
BROWSER = known("anonymous_id", "a1")
MAIL = known("email", "ana@example.com")


def an_event(
    number: int,
    message: JsonObject,
    *,
    at: int | None = None,
    identifiers: Sequence[tuple[str, str]] = (("user_id", "ana"),),
) -> Event:
    name = message.get("event", "")
    return Event(
        seq=number,
        source=1,
        source_name="site",
        channel="web",
        message_id=f"m{number}",
        type=message["type"],
        name=name,
        timestamp=number if at is None else at,
        original_timestamp=None,
        sent_at=None,
        received_at=1_000_000 + number,
        arrived_at=1_000_000 + number,
        identifiers=tuple(identifiers),
        country="ES",
        message=message,
    )


def identify(number: int, traits: JsonObject, at: int | None = None) -> Event:
    return an_event(number, {"type": "identify", "traits": traits}, at=at)


def track(number: int, name: str, at: int | None = None, **properties: object) -> Event:
    return an_event(number, {"type": "track", "event": name, "properties": properties}, at=at)


def of(who: Known, person: Person | None = None) -> Resolution:
    return Resolution(who.leaf, who.leaf if person is None else person)


def one_each(*people: Known) -> Mapping[Person, list[Known]]:
    return {each.leaf: [each] for each in people}
