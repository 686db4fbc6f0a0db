"""`POST /v1/decide`: send an event, get the person's segments, next best content and open tasks in the same answer.

For the web, the app, the till and the clerk. The event goes into the log like any other and the answer waits for the
disk. What is answered is what is known at that moment: the event itself counts once the hallway has taken it, an
instant later. Nothing here costs more than a few indexed look-ups.

A write key stands in web pages, where anybody can read it; so its source says about whom it is answered (`telling`),
and tasks need an API key with the right `work`.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import msgspec
import structlog
from litestar.types import HTTPScope, Receive, Scope, Send

from trenza.access import Caller, caller_of_key
from trenza.api.collect_answers import PREFLIGHT, Answer, error_answer, refusal_answer, unavailable_answer
from trenza.api.intake import Reading, named, read_request, take_in
from trenza.api.limiter import Limiter
from trenza.api.tally import Tally
from trenza.api.telling import may_ask_by, may_hear_of
from trenza.app import Instance
from trenza.channels import list_sandbox, messages_of
from trenza.events import (
    ITEM_LIMIT,
    MESSAGE_TYPES,
    Answers,
    Plans,
    Source,
    ensure_source,
    header_key,
    identifiers_of,
    read_body,
    unpack,
)
from trenza.identity import (
    BlockedValues,
    Leaf,
    Person,
    Recognition,
    known_of,
    person_text,
    recognise,
)
from trenza.journeys import open_tasks
from trenza.kernel import (
    Forbidden,
    Instant,
    Invalid,
    JsonObject,
    TooLarge,
    TrenzaError,
    Unauthorised,
    Unavailable,
    encode_json,
)
from trenza.profiles import Facts
from trenza.segments import Memberships
from trenza.storage import Transaction

PATH = "/v1/decide"
_SOURCE = "decide"
_CHANNEL = "api"
_IN_APP = "in_app"
_MOST_MESSAGES = 50
_MOST_TASKS = 20
_logger = structlog.get_logger(__name__)


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """A message to show in a slot."""

    message: str
    title: str
    text: str
    fields: dict[str, str]


class OpenTask(msgspec.Struct, frozen=True, kw_only=True):
    """Something for the clerk or agent to do for this person."""

    id: str
    queue: str
    title: dict[str, str]
    due: Instant | None


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """What the identifiers of the message say of who it is."""

    agree: bool
    """False where they point to several people: `person` is then whom the strongest points to."""
    people: list[str]
    identifiers: dict[str, str]
    """State by `type:value`: known, unknown, shared, ambiguous, nobody."""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """The answer."""

    accepted: bool = True
    answers: Answers
    """About whom this caller is told: what is empty below may be withheld."""
    person: str | None = None
    contact: Contact | None = None
    """Only for callers who may ask about anybody."""
    segments: list[str] = []
    content: dict[str, Content] = {}
    tasks: list[OpenTask] = []


class Decide:
    """The door, raw ASGI like collecting.

    Args:
        instance: what it answers for.
        limiter: the limits of its sources, shared with the process's other doors.
        tally: where what came is counted.
    """

    def __init__(self, instance: Instance, limiter: Limiter, tally: Tally) -> None:
        self._instance = instance
        self._tally = tally
        self._limiter = limiter
        self._source: Source | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        answer = await self._answer(scope, receive)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.head()})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        request = cast("HTTPScope", scope)
        if request["method"] == "OPTIONS":
            return PREFLIGHT
        if request["method"] != "POST":
            return error_answer(405, "method_not_allowed", "use POST here", ((b"allow", b"POST"),))
        try:
            decided = await self._decide(scope, await _read(receive))
        except Unavailable:
            return unavailable_answer()
        except TrenzaError as error:
            return refusal_answer(error, error.status)
        except Exception as error:  # noqa: BLE001 — the last wall: no trace of what was sent goes out or into the log
            _logger.error("decide failed", kind=type(error).__name__)  # noqa: TRY400 — the same
            return error_answer(500, "internal", "something went wrong here — send it again later")
        return Answer(200, encode_json(decided), ((b"cache-control", b"no-store"),))

    async def _decide(self, scope: Scope, sent: bytes) -> Decided:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        caller = await asyncio.to_thread(self._caller, headers)
        body = unpack(sent, ITEM_LIMIT)
        reading = read_request(body, _route(body), await self._write_key(caller, headers))
        source, message = await self._keep(reading)
        pairs = identifiers_of({**message, "type": reading.route}, source.identifiers)
        answers: Answers = source.answers if caller is None else "anybody"
        may_see_tasks = caller is not None and "work" in caller.rights
        return await asyncio.to_thread(self._look_up, pairs, source.country, answers, tasks=may_see_tasks)

    def _caller(self, headers: dict[str, str]) -> Caller | None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        caller = caller_of_key(self._instance.vault, token.strip())
        if "collect" not in caller.rights:
            raise Forbidden("this asks for the scope 'collect'", "make a key that has it")
        return caller

    async def _write_key(self, caller: Caller | None, headers: dict[str, str]) -> str:
        """The key to keep the event under: the request's own, or that of the source for callers with an API key."""
        if caller is None or headers.get("x-write-key"):
            return header_key(headers, {})
        if self._source is None:
            self._source = await asyncio.to_thread(ensure_source, self._instance.database, _SOURCE, _CHANNEL)
        return self._source.key

    async def _keep(self, reading: Reading) -> tuple[Source, JsonObject]:
        key = reading.keys[0]
        sources = self._instance.sources
        if sources.is_stale(key):
            await asyncio.to_thread(sources.refresh)
        source = sources.by_key(key)
        if source is None:
            raise Unauthorised("the write key is unknown", "see `trenza source list`, or send an API key")
        intake = take_in(reading, sources, Plans(), refuse_unknown=True)
        if intake.rejected:
            raise Invalid(intake.rejected[0].reason, "see docs/reference/collecting.md")
        self._limiter.take(intake.shares)
        await asyncio.gather(*(self._instance.group.append(entry) for entry in intake.entries))
        self._tally.count(named(intake.shares), intake.reasons)
        message: JsonObject = reading.items[0]
        return source, message

    def _look_up(self, pairs: Sequence[tuple[str, str]], country: str, answers: Answers, *, tasks: bool) -> Decided:
        asked = [pair for pair in pairs if may_ask_by(answers, pair[0])]
        if not asked:
            return Decided(answers=answers)
        with self._instance.database.read() as tx:
            found = self._recognise(tx, asked, country)
            person, contact = found.person, _contact(found) if answers == "anybody" else None
            known = known_of(tx, [person])[person] if person is not None else []
            if person is None or not may_hear_of(answers, [each.type for each in known]):
                return Decided(answers=answers, contact=contact)
            leaves = {each.leaf for each in known}
            return Decided(
                answers=answers,
                person=person_text(person),
                contact=contact,
                segments=self._segments(tx, person),
                content=_content(tx, leaves, self._instance.clock.now()),
                tasks=_tasks(tx, leaves) if tasks else [],
            )

    def _recognise(self, tx: Transaction, pairs: Sequence[tuple[str, str]], country: str) -> Recognition:
        settings = self._instance.settings
        blocked = BlockedValues(settings.blocked_values)
        return recognise(tx, pairs, country or settings.country, self._instance.types_in(tx), blocked)

    def _segments(self, tx: Transaction, person: Person) -> list[str]:
        facts = Facts(person=person)
        live = self._instance.in_force(tx).of("Segment")
        Memberships(live, self._instance.settings.timezone).load(tx, {person: facts})
        return sorted(facts.segments)


def _contact(found: Recognition) -> Contact:
    return Contact(
        agree=found.agree,
        people=[person_text(person) for person in found.people],
        identifiers={f"{each.type}:{each.value}": each.state for each in found.shown},
    )


def _content(tx: Transaction, leaves: set[Leaf], now: Instant) -> dict[str, Content]:
    """The latest message of each slot that was released to the person and has not expired."""
    sent = {
        queued.id: queued.address
        for queued, _ in messages_of(tx, leaves, _MOST_MESSAGES, _IN_APP)
        if queued.state == "sent" and (queued.expires_at or now + 1) > now
    }
    if not sent:
        return {}
    found: dict[str, Content] = {}
    for shown in list_sandbox(tx, addresses=set(sent.values()), limit=_MOST_MESSAGES):
        if shown.message in sent:
            content = Content(message=shown.message, title=shown.title, text=shown.text, fields=shown.fields)
            found.setdefault(shown.fields.get("slot", "default"), content)
    return found


def _tasks(tx: Transaction, leaves: set[Leaf]) -> list[OpenTask]:
    found = open_tasks(tx, leaves, limit=_MOST_TASKS)
    return [OpenTask(id=task.id, queue=task.queue, title=task.title, due=task.due) for task in found]


def _route(body: bytes) -> str:
    """The message type that the body names; a track where it names none."""
    root = read_body(body)
    if not isinstance(root, dict):
        raise Invalid("the body is no message", "send one JSON object, as to /v1/track")
    type_ = root.get("type") or "track"
    if type_ not in MESSAGE_TYPES:
        raise Invalid("the message is of an unknown type", f"use one of {', '.join(MESSAGE_TYPES)}")
    return str(type_)


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message: Any = await receive()
        if message["type"] != "http.request":
            raise Unavailable("the sender went away")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > ITEM_LIMIT:
            raise TooLarge(f"the body has more than {ITEM_LIMIT // 1024} KB", "send one message")
        if not message.get("more_body", False):
            return b"".join(parts)
