"""The collecting door: the wire of Segment's and RudderStack's clients, as one raw ASGI application.

A request is judged item by item, its whole body appended to the log as one entry, and answered when that is on disk.
What the answer says of an item is what admission does with it, because both ask the same function. Content types are
not looked at: real clients send JSON as text and as forms.
"""

import asyncio
import base64
import binascii
import hashlib
import re
import traceback
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl

import msgspec
import structlog

import trenza
from trenza.api import collect_answers as answers
from trenza.api.collect_answers import Answer
from trenza.api.intake import Intake, TooManyItems, named, read_request, take_in, take_in_plain
from trenza.api.limiter import Limiter
from trenza.api.tally import Tally
from trenza.events import BATCH, BODY_LIMIT, MESSAGE_TYPES, ROUTES, Plans, Sources, header_key, read_plain, unpack
from trenza.kernel import Clock, JsonValue, TooLarge, TrenzaError, Unauthorised, Unavailable, decode_json, encode_json
from trenza.settings import Settings
from trenza.storage.log import GroupCommit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SCRIPT = Path(trenza.__file__).parent / "web" / "static" / "vendor" / "analytics.js"
_MOST_WAITING = 64 * 1024 * 1024
_MOST_DRAINED = 16 * 1024 * 1024
_LARGEST_QUERY = 64 * 1024
_SHORT = {"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias", "b": BATCH}
_POSTS = {
    **{f"/v1/{route}": route for route in ROUTES},
    **{f"/v1/{letter}": route for letter, route in _SHORT.items()},
    "/beacon/v1/batch": BATCH,
}
_METRICS = "/v1/m"
_SETTINGS = re.compile(r"/v1/projects/([^/]{1,200})/settings")
_PIXEL = re.compile(r"/v1/pixel/([a-z]{1,10})")
_SOURCE_CONFIG = "/sourceConfig"
_CLIENT = "/sdk/analytics.js"
_logger = structlog.get_logger(__name__)


class Collecting(Protocol):
    """What the door needs of an instance."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102 — says itself

    @property
    def clock(self) -> Clock:
        """Tells the time."""
        ...

    @property
    def sources(self) -> Sources:
        """The live view of the sources."""
        ...

    @property
    def plans(self) -> Plans:
        """The tracking plans in force; asked for when the sources are read anew."""
        ...

    @property
    def group(self) -> GroupCommit:
        """The way into the log."""
        ...


class Call(msgspec.Struct, frozen=True):
    """A request without its body."""

    method: str
    path: str
    scheme: str
    headers: dict[str, str]
    query: dict[str, str]


class Collector:
    """The door.

    Args:
        instance: what it collects for.
        limiter: the limits of its sources, shared with the process's other doors; its own where there is none.
        tally: where what came is counted.
    """

    def __init__(self, instance: Collecting, limiter: Limiter | None = None, tally: Tally | None = None) -> None:
        self._instance = instance
        self._tally = tally or Tally()
        self._limiter = limiter or Limiter(instance.clock, self._tally.limited)
        self._refreshing = asyncio.Lock()
        self._waiting = 0
        self._plans = Plans()
        self._script: tuple[bytes, str] | None = None

    @staticmethod
    def handles(path: str) -> bool:
        """The path is one of this door's."""
        path = path.rstrip("/")
        return (
            path in _POSTS
            or path in {_METRICS, _SOURCE_CONFIG, _CLIENT}
            or _SETTINGS.fullmatch(path) is not None
            or _PIXEL.fullmatch(path) is not None
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        try:
            answer = await self._answer(_call(scope), receive)
        except Exception as error:  # noqa: BLE001 — the last wall: a sender gets an answer whatever happened
            _logger.error("collecting failed", **_without_values(error))  # noqa: TRY400 — a traceback may hold what was sent
            answer = answers.error_answer(500, "internal", "something went wrong here — send it again later")
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.head()})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, call: Call, receive: Receive) -> Answer:
        path = call.path.rstrip("/")
        if not self.handles(path):
            return answers.error_answer(
                404, "not_found", "nothing is collected here — see docs/reference/collecting.md"
            )
        if call.method == "OPTIONS":
            return answers.PREFLIGHT
        if path in _POSTS:
            return await self._post(call, receive, _POSTS[path]) if call.method == "POST" else _not_allowed("POST")
        if path == _METRICS:
            return answers.METRICS if call.method == "POST" else _not_allowed("POST")
        if call.method != "GET":
            return _not_allowed("GET")
        return await self._get(call, path)

    async def _get(self, call: Call, path: str) -> Answer:
        if (found := _SETTINGS.fullmatch(path)) is not None:
            return answers.settings_answer(found[1], *self._reached_at(call))
        if (found := _PIXEL.fullmatch(path)) is not None:
            return await self._pixel(call, found[1])
        if path == _CLIENT:
            return await self._client(call)
        key = header_key(call.headers, call.query)
        await self._freshen([key])
        source = self._instance.sources.by_key(key)
        return answers.source_config_answer(key, source.name if source else "")

    async def _post(self, call: Call, receive: Receive, route: str) -> Answer:
        key = header_key(call.headers, call.query)
        try:
            sent = await _read(receive)
            self._limiter.check(self._instance.sources.by_key(key))  # before it costs more than being read
            body = unpack(sent)
            return await self._take(body, route, key)
        except TooLarge as error:
            return answers.refusal_answer(
                error, await self._too_large(error.key if isinstance(error, TooManyItems) else key)
            )
        except Unavailable:
            return answers.unavailable_answer()
        except TrenzaError as error:
            return answers.refusal_answer(error, error.status)

    async def _take(self, body: bytes, route: str, key: str) -> Answer:
        """Judge a body, keep it, and say what became of it.

        Raises:
            TrenzaError: nothing of it was kept; the error says why.
        """
        intake = await self._judge_plain(body, route, key) or await self._judge(body, route, key)
        if self._waiting > _MOST_WAITING:
            return answers.busy_answer()
        self._limiter.take(intake.shares)
        self._waiting += len(body)
        try:
            if len(intake.entries) == 1:
                await self._instance.group.append(intake.entries[0])
            else:
                await asyncio.gather(*map(self._instance.group.append, intake.entries))
        except TrenzaError:
            raise
        except Exception as error:
            _logger.error("the log does not take events", **_without_values(error))  # noqa: TRY400 — the same
            raise Unavailable("events cannot be kept now", "send it again later") from error
        finally:
            self._waiting -= len(body)
        self._tally.count(named(intake.shares), intake.reasons)
        return answers.verdict_answer(intake.total, intake.rejected, strict=intake.strict)

    async def _judge_plain(self, body: bytes, route: str, key: str) -> Intake | None:
        """Nearly every body is valid beyond doubt, which is told without decoding it."""
        if self._plans or (plain := read_plain(body, route)) is None:
            return None
        await self._freshen([key or plain.key])
        return take_in_plain(body, route, plain, self._instance.sources.by_key(key or plain.key), self._plans)

    async def _judge(self, body: bytes, route: str, key: str) -> Intake:
        reading = read_request(body, route, key)
        await self._freshen(reading.keys)
        refuse = self._instance.settings.unknown_key == "401"
        intake = take_in(reading, self._instance.sources, self._plans, refuse_unknown=refuse)
        if not reading.items and refuse and self._instance.sources.by_key(key) is None:
            raise Unauthorised("the write key is unknown", "see `trenza source list`")
        return intake

    async def _too_large(self, key: str) -> int:
        """The status that an oversize body gets: only a strict source's clients are known to bear a 413."""
        await self._freshen([key])
        source = self._instance.sources.by_key(key)
        return 413 if source is not None and source.strict else 400

    async def _freshen(self, keys: Collection[str]) -> None:
        sources = self._instance.sources
        if any(sources.is_stale(key) for key in set(keys) or {""}):
            async with self._refreshing:
                if any(sources.is_stale(key) for key in set(keys) or {""}):
                    await asyncio.to_thread(self._refresh)

    def _refresh(self) -> None:
        """Read sources and plans anew."""
        self._plans = self._instance.plans
        self._instance.sources.refresh()

    async def _pixel(self, call: Call, method: str) -> Answer:
        """Always an image; what the data lacks is a failed event."""
        route = _SHORT.get(method, method)
        data = call.query.get("data", "")
        if route in MESSAGE_TYPES and data:
            message = _pixel_message(data, call.headers.get("user-agent", ""))
            try:
                await self._take(encode_json(message), route, header_key(call.headers, call.query))
            except TrenzaError as error:
                _logger.info("a pixel was not kept", code=error.code)
        return answers.PIXEL

    async def _client(self, call: Call) -> Answer:
        if self._script is None:
            try:
                script = await asyncio.to_thread(SCRIPT.read_bytes)
            except OSError:
                return answers.error_answer(404, "not_built", "the browser client was not built — run `make setup`")
            self._script = (script, hashlib.blake2b(script, digest_size=12).hexdigest())
        return answers.script_answer(*self._script, call.headers)

    def _reached_at(self, call: Call) -> tuple[str, str]:
        """Scheme and host under which the browser reaches the instance."""
        if self._instance.settings.public_url:
            scheme, _, host = self._instance.settings.base_url.partition("://")
            return scheme, host
        scheme = call.headers.get("x-forwarded-proto", call.scheme).partition(",")[0].strip()
        host = call.headers.get("host") or self._instance.settings.base_url.partition("://")[2]
        return scheme if scheme in {"http", "https"} else "http", host


def _without_values(error: Exception) -> dict[str, str]:
    """What and where an error is, without its words: they may repeat what was sent."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    return {"error": type(error).__name__, "at": f"{Path(place[0].filename).name}:{place[0].lineno}" if place else ""}


def _call(scope: Scope) -> Call:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = _query(scope.get("query_string") or b"")
    return Call(scope["method"], scope["path"], scope.get("scheme") or "http", headers, query)


def _query(raw: bytes) -> dict[str, str]:
    if not 0 < len(raw) <= _LARGEST_QUERY:
        return {}
    try:
        return dict(parse_qsl(raw.decode("latin-1"), max_num_fields=100))
    except ValueError:
        return {}


async def _read(receive: Receive) -> bytes:
    """The whole body. Past the limit it is read on for a while and forgotten, so that the sender hears the answer.

    Raises:
        TooLarge: past the limit.
        Unavailable: the sender went away.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Unavailable("the sender went away")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size <= BODY_LIMIT:
            chunks.append(chunk)
        if not message.get("more_body", False) or size > _MOST_DRAINED:
            break
    if size > BODY_LIMIT:
        raise TooLarge(f"the body has more than {BODY_LIMIT // 1024} KB", "send smaller batches")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _pixel_message(data: str, agent: str) -> JsonValue:
    """The message of a pixel, with the user agent that asked for it; the data as text where it is no message."""
    for text in (data, _unpacked(data)):
        try:
            message = decode_json(text)
        except ValueError:
            continue
        if isinstance(message, dict):
            context = message.get("context")
            if context is None or isinstance(context, dict):
                message["context"] = {"userAgent": agent, "library": {"name": "pixel"}, **(context or {})}
            return message
    return data


def _unpacked(data: str) -> bytes:
    """Base 64, plain or for URLs, with or without its padding; empty where it is none."""
    plain = data.strip().replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _not_allowed(method: str) -> Answer:
    return answers.error_answer(405, "method_not_allowed", f"use {method} here", ((b"allow", method.encode()),))
