"""`/api/people`: one person by any identifier. A word on consent is said as an event; only an erasure acts at once.

An identifier stands in the path because other systems hold it so; who would rather keep it out of addresses asks
`POST /api/people/find` for the person's id and uses that.
"""

from typing import Annotated, Literal

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta

from trenza.api.given import Calling, Here
from trenza.api.paging import Cursor, Limit, Page, page_of, seal, unseal
from trenza.identity import person_text
from trenza.kernel import JsonObject, JsonValue, format_instant
from trenza.people import People
from trenza.profiles import FoundPerson, find_people

Name = Annotated[str, PathParameter(max_length=2_200, description="`type:value`, or a person's id (`per_…`).")]
Slug = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z0-9_*-]+$")]
LOOKS_UP = {"right": "people", "only_reads": True}


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A person in a list."""

    person: str
    identifiers: list[str]


class ConsentWord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word on consent that somebody of the house writes down."""

    purpose: Slug
    status: Literal["granted", "denied"]
    channel: Slug = "*"
    """`*` is every channel."""


class Said(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was written down counts as soon as the worker has taken the message."""

    message_id: str


class Sought(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to find."""

    type: Annotated[str, Meta(min_length=1, max_length=64)]
    value: Annotated[str, Meta(min_length=1, max_length=2_048)]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Who it is."""

    person: str


class Searched(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to look for."""

    text: Annotated[str, Meta(max_length=300)]
    """Words (beginnings count), an identifier, a phone in any form, `type:value`, `trait:value`, a person's id."""
    limit: Annotated[int, Meta(ge=1, le=200)] = 20
    cursor: Annotated[str, Meta(max_length=512)] | None = None


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """What matched."""

    kind: Literal["identifier", "trait", "person"]
    name: str
    """The identifier's type, the trait's name."""
    text: str
    places: list[tuple[int, int]]
    """Which letters of `text`: the first, and the one behind the last; counted in code points."""


class Hit(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Somebody who answers."""

    person: str
    name: str
    """What they are called; empty where nobody said."""
    last_seen: str
    identifiers: list[str]
    """The strongest first."""
    matches: list[Matched]
    """The best first."""


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """Some of those who answer."""

    items: list[Hit]
    next: str | None
    """Give it as `cursor` with the same text to get the following page; null on the last one."""
    complete: bool
    """False where so many answer that only some of them were looked at: another word helps."""


class Trait(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A trait and the event that set it."""

    name: str
    value: JsonValue
    at: str
    message_id: str


class PeopleController(Controller):
    """People."""

    path = "/api/people"
    tags = ("people",)

    @get("/", summary="People with their identifiers", sync_to_thread=True)
    def list(self, instance: Here, limit: Limit = 50, cursor: Cursor = None) -> Page[Listed]:
        """In order of their ids."""
        after = int(unseal(instance.secret, "people", cursor)[0]) if cursor else -1
        found = People(instance).listed(after, limit + 1)
        page = page_of(found, limit, instance.secret, "people", lambda each: [each.person])
        items = [Listed(person=person_text(each.person), identifiers=[*each.identifiers]) for each in page.items]
        return Page(items=items, next=page.next)

    @post("/find", summary="Who has an identifier", status_code=200, opt=LOOKS_UP, sync_to_thread=True)
    def find(self, instance: Here, data: JSONBody[Sought]) -> Found:
        """The person's id, which may then stand in addresses."""
        return Found(person=person_text(People(instance).named(f"{data.type}:{data.value}")))

    @post("/search", summary="Search people", status_code=200, opt=LOOKS_UP, sync_to_thread=True)
    def search(self, instance: Here, data: JSONBody[Searched]) -> Hits:
        """By any identifier, name or trait. Exact identifiers first, then names, then the rest; the last seen first."""
        after = unseal(instance.secret, "search", data.cursor) if data.cursor else None
        place = None if after is None else (int(after[0]), int(after[1]), int(after[2]))
        with instance.database.read() as tx:
            found = find_people(tx, data.text, instance.settings.country, data.limit, place, instance.types_in(tx))
        further = seal(instance.secret, "search", [*found.next]) if found.next else None
        return Hits(items=[*map(_hit, found.people)], next=further, complete=found.is_complete)

    @get("/{name:str}", summary="One person", sync_to_thread=True)
    def show(self, instance: Here, name: Name) -> JsonObject:
        """Identifiers, traits, consents, reachability, segments, computed values, channel preference."""
        people = People(instance)
        return people.sheet(people.named(name))

    @get("/{name:str}/traits", summary="Their traits", sync_to_thread=True)
    def traits(self, instance: Here, name: Name) -> Page[Trait]:
        """Each with the event that set it."""
        people = People(instance)
        sheet = people.sheet(people.named(name))
        events = sheet["traitEvents"]
        items = [
            Trait(name=trait, value=value, at=events[trait]["at"], message_id=events[trait]["messageId"])
            for trait, value in sheet["traits"].items()
        ]
        return Page(items=items)

    @get("/{name:str}/identifiers", summary="Their identifiers", sync_to_thread=True)
    def identifiers(self, instance: Here, name: Name) -> Page[JsonObject]:
        """The first seen first."""
        people = People(instance)
        return Page(items=people.identifiers(people.named(name)))

    @get("/{name:str}/events", summary="Their timeline", sync_to_thread=True)
    def events(self, instance: Here, name: Name, limit: Limit = 50, cursor: Cursor = None) -> Page[JsonObject]:
        """Of every identifier, the latest first."""
        before = str(unseal(instance.secret, "timeline", cursor)[0]) if cursor else ""
        people = People(instance)
        items, further = people.timeline(people.named(name), limit, before)
        return Page(items=items, next=seal(instance.secret, "timeline", [further]) if further else None)

    @get("/{name:str}/household", summary="Who else is of their household", sync_to_thread=True)
    def household(self, instance: Here, name: Name) -> Page[JsonObject]:
        """Each with what ties the two: identifiers of a few people, an equal full address."""
        people = People(instance)
        return Page(items=people.household(people.named(name)))

    @get("/{name:str}/segments", summary="The segments they are in", sync_to_thread=True)
    def segments(self, instance: Here, name: Name) -> Page[JsonObject]:
        """Each with the instant since when."""
        people = People(instance)
        inside = people.sheet(people.named(name))["segments"]
        return Page(items=[{"segment": key, "since": since} for key, since in inside.items()])

    @get("/{name:str}/consents", summary="Their consents", sync_to_thread=True)
    def consents(self, instance: Here, name: Name) -> Page[JsonObject]:
        """The last word on each purpose and channel, with its evidence."""
        people = People(instance)
        return Page(items=people.consents(people.named(name)))

    @post(
        "/{name:str}/consents",
        summary="Write a word on consent down",
        status_code=202,
        opt={"right": "write"},
        sync_to_thread=True,
    )
    def consent(self, instance: Here, caller: Calling, name: Name, data: JSONBody[ConsentWord]) -> Said:
        """It is said as an event of the house, with who wrote it down as evidence."""
        people = People(instance)
        person = people.named(name)
        return Said(message_id=people.give_consent(person, data.purpose, data.channel, data.status, caller.id))

    @get("/{name:str}/export", summary="Everything that is kept", opt={"right": "erase"}, sync_to_thread=True)
    def export(self, instance: Here, name: Name) -> JsonObject:
        """Room by room, as one document."""
        people = People(instance)
        return people.export(people.named(name))

    @delete("/{name:str}", summary="Erase a person", status_code=200, sync_to_thread=True)
    def erase(
        self,
        instance: Here,
        name: Name,
        reason: Annotated[str, QueryParameter(min_length=1, max_length=500, description="Why; on the receipt.")],
    ) -> JsonObject:
        """From every store. Answers the signed receipt, which names nobody: keep it, it is the proof."""
        people = People(instance)
        return people.erase(people.named(name), reason)

    @post("/receipts", summary="Prove a receipt", status_code=200, opt=LOOKS_UP, sync_to_thread=True)
    def verify(self, instance: Here, data: JSONBody[JsonObject]) -> JsonObject:
        """Signed by this instance, and nothing of the person is in any store."""
        proof = People(instance).verify(data)
        return {"holds": proof.holds, "signed": proof.signed, "remains": proof.remains}


def _hit(found: FoundPerson) -> Hit:
    return Hit(
        person=person_text(found.person),
        name=found.name,
        last_seen=format_instant(found.last_seen),
        identifiers=[f"{each.type}:{each.value}" for each in found.identifiers],
        matches=[
            Matched(kind=each.kind, name=each.name, text=each.text, places=[*each.places]) for each in found.matches
        ],
    )


__all__ = ["PeopleController"]
