"""The door: who is calling, may they, and was it done before.

Every route under `/api` and every page passes `Door`. What a route asks is written in one table here, by path and
method; a handler may say otherwise in its `opt`: `right` (a right of `access`), or `public=True`. Every write goes into
the audit, but for what only looks something up without having it in an address: `only_reads=True`.
"""

import asyncio
import hmac
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal, TypeVar, cast

from litestar import Request
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from trenza.access import (
    SESSION_COOKIE,
    Answer,
    Caller,
    Right,
    Vault,
    caller_of_key,
    caller_of_session,
    claim_answer,
    drop_answer,
    keep_answer,
    write_down,
)
from trenza.app import Instance
from trenza.kernel import Conflict, Forbidden, Invalid, TooLarge, Unauthorised

LARGEST_BODY = 1024 * 1024
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ASKED: tuple[tuple[str, Right, Right], ...] = (
    # beginning of the path, right to read, right to write; the first that fits counts
    ("/api/users", "admin", "admin"),
    ("/api/keys", "admin", "admin"),
    ("/api/audit", "admin", "admin"),
    ("/api/sources", "admin", "admin"),
    ("/api/failed-events", "admin", "admin"),
    ("/api/people", "people", "erase"),
    ("/api/events", "people", "write"),
    ("/api/live", "people", "people"),
    ("/api/identity", "people", "write"),
    ("/api/decisions", "people", "write"),
    ("/api/tasks", "work", "work"),
    ("/api/messages", "people", "write"),
    ("/", "read", "write"),
)
T = TypeVar("T")


def right_for(path: str, method: str, opt: dict[str, Any]) -> Right | Literal["any"] | None:
    """What a route asks of its caller: a right, `any` (to have come in), or None where it is public."""
    if opt.get("public"):
        return None
    if "right" in opt:
        return cast("Right", opt["right"])
    read, write = next((read, write) for start, read, write in _ASKED if path.startswith(start))
    return read if method in _SAFE else write


def cookie_of(scope: Scope) -> str:
    """The session's cookie; empty where there is none."""
    try:
        jar = SimpleCookie(_header(scope, b"cookie"))
    except CookieError:
        return ""
    return jar[SESSION_COOKIE].value if SESSION_COOKIE in jar else ""


def caller_of(request: Request[Any, Any, Any]) -> Caller:
    """The caller that `Door` let in: a dependency of handlers.

    Raises:
        Unauthorised: nobody; only on a route that is public.
    """
    caller = request.scope.get("user")
    if isinstance(caller, Caller):
        return caller
    raise Unauthorised("you are not signed in", "sign in, or send an API key as `Authorization: Bearer …`")


class Door:
    """Middleware of everything that is somebody's: tells who calls, refuses who may not, writes down what was done."""

    def __init__(self, app: ASGIApp, instance: Instance) -> None:
        self._app = app
        self._instance = instance
        self._vault = Vault(instance.database, instance.secret)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, with its `Caller` as `scope["user"]`."""
        request = cast("HTTPScope", scope)
        _refuse_nul(request)
        caller = await self._caller(request)
        scope["user"] = caller
        opt = scope["route_handler"].opt
        right = right_for(_template(scope), request["method"], opt)
        if right is None:
            await self._app(scope, receive, send)
            return
        allowed = _allow(caller, right)
        if request["method"] in _SAFE:
            await self._app(scope, receive, send)
            return
        if not opt.get("csrf_in_form"):
            _refuse_foreign_page(scope, allowed)
        await self._write(request, receive, send, allowed)

    async def _caller(self, scope: HTTPScope) -> Caller | None:
        authorization = _header(scope, b"authorization")
        kind, _, token = authorization.partition(" ")
        if kind.lower() == "bearer":
            return await asyncio.to_thread(caller_of_key, self._vault, token.strip())
        if not (cookie := cookie_of(scope)):
            return None
        return await asyncio.to_thread(caller_of_session, self._vault, cookie, self._instance.clock.now())

    async def _write(self, scope: HTTPScope, receive: Receive, send: Send, caller: Caller) -> None:
        key = _header(scope, b"idempotency-key", missing=None)
        if key is None:
            answer = _Recorder(send, keep_body=False)
            await self._app(scope, receive, answer)
            await self._write_down(scope, caller, answer)
            return
        body = await _read_all(receive)
        asked = b"\n".join([scope["method"].encode(), scope["raw_path"], scope["query_string"], body])
        claim = await self._in_thread(
            claim_answer, self._instance.database, caller.id, key, asked, self._instance.clock.now()
        )
        if isinstance(claim, Answer):
            if scope["route_handler"].opt.get("secret_answer"):
                raise Conflict("this was done before, and its secret is shown once", "make another one with a new key")
            await _send_again(send, claim)
            return
        answer = _Recorder(send, keep_body=True)
        try:
            await self._app(scope, _replay(body, receive), answer)
        finally:
            await self._settle(claim, answer, secret=bool(scope["route_handler"].opt.get("secret_answer")))
        await self._write_down(scope, caller, answer)

    async def _settle(self, claim: bytes, answer: "_Recorder", *, secret: bool) -> None:
        database = self._instance.database
        if answer.done_well:
            content_type, body = ("", b"") if secret else (answer.content_type, answer.body)
            await self._in_thread(keep_answer, database, claim, answer.status, content_type, body)
        else:
            await self._in_thread(drop_answer, database, claim)

    async def _write_down(self, scope: HTTPScope, caller: Caller, answer: "_Recorder") -> None:
        if not answer.done_well or scope["route_handler"].opt.get("only_reads"):
            return
        action = f"{scope['method']} {_template(scope)}"

        def write() -> None:
            with self._instance.database.write() as tx:
                write_down(tx, caller.id, action, str(scope["state"].get("audit", "")), self._instance.clock.now())

        await self._in_thread(write)

    @staticmethod
    async def _in_thread(work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.to_thread(work, *arguments)


class _Recorder:
    """Sends an answer on and remembers it."""

    def __init__(self, send: Send, *, keep_body: bool) -> None:
        self._send = send
        self._keep_body = keep_body
        self.status = 0
        self.content_type = ""
        self.body = b""

    @property
    def done_well(self) -> bool:
        return 200 <= self.status < 400  # noqa: PLR2004 — HTTP's own ranges

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = dict(message.get("headers", []))
            self.content_type = headers.get(b"content-type", b"").decode("latin-1")
        elif message["type"] == "http.response.body" and self._keep_body:
            self.body += message.get("body", b"")
        await self._send(message)


def _allow(caller: Caller | None, right: Right | Literal["any"]) -> Caller:
    if caller is None:
        raise Unauthorised("you are not signed in", "sign in, or send an API key as `Authorization: Bearer …`")
    if right != "any" and right not in caller.rights:
        raise Forbidden(f"this asks for the right {right!r}", "ask an admin for another role or a key with this scope")
    return caller


def _refuse_nul(scope: HTTPScope) -> None:
    """No database can be asked for a text with a NUL in it, and nothing is called so."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise Invalid("there is a NUL character in the address", "take `%00` out of it")


def _refuse_foreign_page(scope: Scope, caller: Caller) -> None:
    """A browser sends its cookie for any page; only ours knows the token."""
    token = _header(scope, b"x-csrf-token")
    if caller.csrf and not hmac.compare_digest(token.encode(), caller.csrf.encode()):
        raise Forbidden("the write does not come from a page of this instance", "send `X-CSRF-Token` from `/api/me`")


def _template(scope: Scope) -> str:
    return str(scope.get("path_template") or scope["path"])


def _header(scope: Scope, name: bytes, missing: Any = "") -> Any:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), missing)


async def _read_all(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        if sum(map(len, parts)) > LARGEST_BODY:
            raise TooLarge("the body is larger than 1 MB", "send less at once")
        if not message.get("more_body"):
            break
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _send_again(send: Send, answer: Answer) -> None:
    headers = [(b"content-type", answer.content_type.encode("latin-1")), (b"idempotent-replayed", b"true")]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
