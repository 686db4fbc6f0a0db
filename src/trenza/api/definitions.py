"""`/api/definitions`, `/api/schemas`, `/api/segments`: what is in force, how to write it, who is inside."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, delete, get, post, put
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta

from trenza.access import definition_name
from trenza.api.given import Here
from trenza.api.paging import Cursor, Limit, Page, page_of, unseal
from trenza.app import Instance
from trenza.definitions import (
    Document,
    Plan,
    apply_documents,
    check_documents,
    find_live,
    list_live,
    list_versions,
    load_live,
    read_documents,
    remove_document,
)
from trenza.equipment import KINDS
from trenza.identity import person_text
from trenza.kernel import Fault, Faulty, Instant, Invalid, JsonValue, NotFound, format_instant, parse_instant
from trenza.segments import count_members, members, members_at

AnyRequest = Request[Any, Any, Any]
KindName = Annotated[str, PathParameter(max_length=60, description="A kind of document: `Segment`, `Journey`, …")]
Key = Annotated[str, PathParameter(max_length=100, description="The document's key.")]
_PAGE_FILE = "page"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A document in force."""

    kind: str
    key: str
    version: str
    file: str
    updated_at: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A document in force, whole."""

    kind: str
    key: str
    version: str
    file: str
    text: str
    """Its canonical text."""
    written: str
    """As it was written, comments included."""
    content: JsonValue
    versions: list[str]
    """All it ever had, the newest first."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A document as text."""

    text: Annotated[str, Meta(max_length=500_000, description="YAML of the document.")]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with documents; nothing, where `faults` is empty."""

    faults: list[Fault]
    documents: list[dict[str, str]]


class SegmentListed(msgspec.Struct, frozen=True, kw_only=True):
    """A segment with its size."""

    key: str
    title: dict[str, str]
    version: str
    people: int


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a segment."""

    person: str


class DefinitionController(Controller):
    """Definitions as code, over HTTP."""

    path = "/api/definitions"
    tags = ("definitions",)

    @get("/", summary="Every document in force", sync_to_thread=True)
    def list(
        self,
        instance: Here,
        kind: Annotated[str | None, QueryParameter(max_length=60, description="Only this kind.")] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[Listed]:
        """In the order of kind and key."""
        place = tuple(map(str, unseal(instance.secret, "definitions", cursor))) if cursor else ("", "")
        with instance.database.read() as tx:
            found = sorted(list_live(tx, kind), key=lambda each: (each.kind, each.key))
        behind = [each for each in found if (each.kind, each.key) > place]
        listed = [
            Listed(
                kind=each.kind,
                key=each.key,
                version=each.version,
                file=each.file,
                updated_at=format_instant(each.updated_at),
            )
            for each in behind[: limit + 1]
        ]
        return page_of(listed, limit, instance.secret, "definitions", lambda each: [each.kind, each.key])

    @post(
        "/check",
        summary="Look for faults",
        status_code=200,
        opt={"right": "read", "only_reads": True},
        sync_to_thread=True,
    )
    def check(self, instance: Here, data: JSONBody[Given]) -> Checked:
        """All faults of the documents in a text, beside what is in force; nothing is changed."""
        documents, faults = read_documents(data.text, _PAGE_FILE)
        given = {(each.kind, each.key) for each in documents}
        beside: dict[str, set[str]] = {}
        with instance.database.read() as tx:
            for live in list_live(tx):
                if (live.kind, live.key) not in given:
                    beside.setdefault(live.kind, set()).add(live.key)
        _, more = check_documents(documents, KINDS, beside)
        named = [{"kind": each.kind, "key": each.key, "version": each.version} for each in documents]
        return Checked(faults=[*faults, *more], documents=named)

    @get("/{kind:str}/{key:str}", summary="One document", sync_to_thread=True)
    def show(self, instance: Here, kind: KindName, key: Key) -> Shown:
        """Its canonical text, its text as written, its content and its versions."""
        with instance.database.read() as tx:
            live = find_live(tx, kind, key)
            versions = list_versions(tx, kind, key) if live else []
        present = next((each for each in versions if live and each.version == live.version), None)
        if live is None or present is None:
            raise NotFound(f"there is no {kind} `{key}` in force", "see what there is: GET /api/definitions")
        return Shown(
            kind=kind,
            key=key,
            version=live.version,
            file=live.file,
            text=present.text,
            written=live.written,
            content=present.content,
            versions=[each.version for each in versions],
        )

    @put("/{kind:str}/{key:str}", summary="Put a document in force", sync_to_thread=True)
    def save(self, instance: Here, request: AnyRequest, kind: KindName, key: Key, data: JSONBody[Given]) -> Plan:
        """All or nothing; every fault is answered, those included that it would bring to other documents."""
        request.state.audit = definition_name(kind, key)
        document = _one_document(data.text, kind, key)
        return apply_documents(instance.database, [document], KINDS, instance.clock.now())

    @delete("/{kind:str}/{key:str}", summary="Take a document out of force", status_code=200, sync_to_thread=True)
    def remove(self, instance: Here, request: AnyRequest, kind: KindName, key: Key) -> Plan:
        """Refused where others refer to it. Its versions stay; people on their way are seen in the answer."""
        request.state.audit = definition_name(kind, key)
        return remove_document(instance.database, kind, key, KINDS, instance.clock.now())


class SchemaController(Controller):
    """JSON Schemas, made from the code."""

    path = "/api/schemas"
    tags = ("definitions",)

    @get("/", summary="The kinds of documents", sync_to_thread=False)
    def list(self) -> dict[str, list[str]]:
        """Their names; each has a schema at `/api/schemas/{kind}`."""
        return {"kinds": [kind.name for kind in KINDS]}

    @get("/{kind:str}", summary="JSON Schema of a kind", sync_to_thread=False)
    def show(self, kind: KindName) -> dict[str, Any]:
        """For editors: put it in the modeline of your YAML."""
        for each in KINDS:
            if each.name == kind:
                return each.schema
        raise NotFound(f"there is no kind `{kind}`", f"known: {', '.join(each.name for each in KINDS)}")


class SegmentController(Controller):
    """Segments and who is inside."""

    path = "/api/segments"
    tags = ("segments",)

    @get("/", summary="Every segment with its size", sync_to_thread=True)
    def list(self, instance: Here) -> Page[SegmentListed]:
        """By key."""
        with instance.database.read() as tx:
            segments = load_live(tx, KINDS).of("Segment")
            sizes = count_members(tx)
        items = [
            SegmentListed(key=key, title=each.title, version=each.version, people=sizes.get(key, 0))
            for key, each in sorted(segments.items())
        ]
        return Page(items=items)

    @get("/{key:str}/members", summary="Who is inside", opt={"right": "people"}, sync_to_thread=True)
    def members(
        self,
        instance: Here,
        key: Key,
        at: Annotated[
            str | None, QueryParameter(max_length=40, description="As it was known at this instant, ISO 8601.")
        ] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[Member]:
        """Person ids, in the order of their numbers."""
        place = unseal(instance.secret, "members", cursor) if cursor else None
        after = int(place[0]) if place else -1
        found = _members(instance, key, _instant(at), after, limit + 1)
        page = page_of(found, limit, instance.secret, "members", lambda person: [person])
        return Page(items=[Member(person=person_text(each)) for each in page.items], next=page.next)


def _members(instance: Instance, key: str, at: Instant | None, after: int, limit: int) -> list[int]:
    with instance.database.read() as tx:
        if find_live(tx, "Segment", key) is None:
            raise NotFound(f"there is no segment `{key}`", "see what there is: GET /api/segments")
        if at is None:
            return members(tx, key, after, limit)
        return [person for person in members_at(tx, key, at) if person > after][:limit]


def _instant(text: str | None) -> Instant | None:
    if text is None:
        return None
    at = parse_instant(text) or parse_instant(text.replace(" ", "+"))  # a plus sign not escaped arrives as a blank
    if at is None:
        raise Invalid("`at` is no instant", "write ISO 8601: 2026-03-02T10:00:00Z")
    return at


def _one_document(text: str, kind: str, key: str) -> Document:
    documents, faults = read_documents(text, _PAGE_FILE)
    if faults:
        raise Faulty(faults)
    if len(documents) != 1 or (documents[0].kind, documents[0].key) != (kind, key):
        why = f"the text does not hold the one document {kind} `{key}`"
        raise Invalid(why, "a key and a kind never change: make a new document, and remove the old one")
    return documents[0]
