"""`/api/identity`: why two identifiers are one person, undoing it, and the identity log."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import JSONBody
from msgspec import Meta

from trenza.api.given import Here
from trenza.api.paging import Cursor, Limit, Page, page_of, unseal
from trenza.identity import (
    BlockedValues,
    IdentifierType,
    LogEntry,
    Move,
    as_json,
    explain,
    history,
    leaf_named,
    person_text,
    read_names,
    recognise,
    recognition_json,
)
from trenza.identity.quality import quality, quality_as_json
from trenza.kernel import JsonObject, format_instant

Named = Annotated[str, Meta(min_length=3, max_length=2200, description="`type:value`.")]
_LOG = "identity-log"


class TwoIdentifiers(msgspec.Struct, frozen=True, kw_only=True):
    """Between which identifiers. They come in the body: addresses of pages hold no personal data."""

    a: Named
    b: Named


class ShownIdentifiers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody shows: cards, phones, receipts, log-ins, addresses, devices."""

    identifiers: Annotated[list[Named], Meta(min_length=1, max_length=20)]
    country: Annotated[str, Meta(pattern=r"^([A-Za-z]{2})?$")] = ""
    """Two letters, for phones written without one; the instance's where absent."""


class OneLink(msgspec.Struct, frozen=True, kw_only=True):
    """Which link."""

    link: Annotated[str, Meta(max_length=40, description="Id that `explain` gives.")]


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """Identifiers that went over from one person to another."""

    before: str
    after: str
    identifiers: int


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the identity log."""

    id: str
    op: str
    at: str
    winner: str
    loser: str
    identifiers: int
    cause: str


class IdentityController(Controller):
    """Who is one person."""

    path = "/api/identity"
    tags = ("identity",)

    @get("/types", summary="The identifier types, the strongest first", sync_to_thread=True)
    def types(self, instance: Here) -> Page[IdentifierType]:
        """How identifiers of each type behave."""
        return Page(items=instance.types.listed())

    @post(
        "/resolve",
        summary="Who shows these identifiers",
        status_code=200,
        opt={"right": "people", "only_reads": True},
        sync_to_thread=True,
    )
    def resolve(self, instance: Here, data: JSONBody[ShownIdentifiers]) -> JsonObject:
        """`{person, agree, people, identifiers: [{type, value, state, person}]}`; nothing is joined by asking."""
        settings = instance.settings
        pairs, country = read_names(data.identifiers), data.country or settings.country
        with instance.database.read() as tx:
            found = recognise(tx, pairs, country, instance.types_in(tx), BlockedValues(settings.blocked_values))
        return recognition_json(found)

    @post(
        "/explain",
        summary="The evidence between two identifiers",
        status_code=200,
        opt={"right": "people", "only_reads": True},
        sync_to_thread=True,
    )
    def explain(self, instance: Here, data: JSONBody[TwoIdentifiers]) -> JsonObject:
        """`{together, person, links: [{link, a, b, rule, count, first, last, messageIds, live}]}`."""
        types, country = instance.types, instance.settings.country
        leaves = leaf_named(data.a, country, types), leaf_named(data.b, country, types)
        with instance.database.read() as tx:
            return as_json(explain(tx, *leaves, types))

    @post("/cut", summary="Take a link out of the evidence", status_code=200, sync_to_thread=True)
    def cut(self, instance: Here, data: JSONBody[OneLink]) -> Page[Moved]:
        """It stays out when the same evidence comes again. Answers what moved."""
        return moved(instance.cut_link(data.link))

    @post("/restore", summary="Let a link count again", status_code=200, sync_to_thread=True)
    def restore(self, instance: Here, data: JSONBody[OneLink]) -> Page[Moved]:
        """The people join with the ids they had. Answers what moved."""
        return moved(instance.restore_link(data.link))

    @get("/quality", summary="The quality sheet", sync_to_thread=True)
    def quality(self, instance: Here) -> JsonObject:
        """Figures and ids: people per identifier type, what joins nobody, the largest, bridges, changes by day."""
        with instance.database.read() as tx:
            return quality_as_json(quality(tx, instance.clock.now(), instance.settings.timezone, instance.types_in(tx)))

    @get("/log", summary="Who joined and parted, when and why", sync_to_thread=True)
    def log(self, instance: Here, limit: Limit = 50, cursor: Cursor = None) -> Page[LogLine]:
        """The latest first."""
        place = unseal(instance.secret, _LOG, cursor) if cursor else None
        after = (int(place[0]), str(place[1])) if place else None
        with instance.database.read() as tx:
            found = history(tx, after=after, limit=limit + 1)
        page = page_of(found, limit, instance.secret, _LOG, lambda entry: [entry.at, entry.id])
        return Page(items=[_line(entry) for entry in page.items], next=page.next)


def moved(moves: tuple[Move, ...]) -> Page[Moved]:
    """What went over, as the API says it."""
    return Page(
        items=[
            Moved(before=person_text(move.before), after=person_text(move.after), identifiers=len(move.leaves))
            for move in moves
        ]
    )


def _line(entry: LogEntry) -> LogLine:
    return LogLine(
        id=entry.id,
        op=entry.op,
        at=format_instant(entry.at),
        winner=person_text(entry.winner),
        loser=person_text(entry.loser),
        identifiers=entry.leaves,
        cause=entry.cause,
    )
