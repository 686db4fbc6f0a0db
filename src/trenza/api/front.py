"""The first look at a request: what is another role's is refused; collecting goes one way, everything else the other.

Collecting (`/v1` and what clients of others ask for) goes straight to its raw application, with nothing in its way;
everything else goes through Litestar, and its answers get the security headers.
"""

from collections import Counter
from typing import cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from trenza.api.collect import Collector
from trenza.api.decide import PATH as DECIDE
from trenza.api.errors import PROBLEM, problem_of
from trenza.api.live import Streams
from trenza.api.roles import Role, not_served, serves
from trenza.kernel import encode_json

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cache-control", b"no-store"),
)


class Front:
    """Looks at the path, hands over, and sets the security headers where they are missing."""

    def __init__(
        self,
        litestar: ASGIApp,
        collect: Collector,
        decide: ASGIApp,
        answered: Counter[int],
        streams: Streams,
        role: Role = "all",
    ) -> None:
        self._litestar = litestar
        self._handles = collect.handles
        self._collect = cast("ASGIApp", collect)
        self._decide = decide
        self._answered = answered
        self._streams = streams
        self._role = role

    def end_streams(self) -> None:
        """Let open streams end: before the server stops, which waits for its connections."""
        self._streams.stopping.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == ScopeType.HTTP:
            path = scope["path"]
            if not serves(self._role, path):
                await _refuse(self._role, path, send)
                return
            if path.startswith("/v1/") or self._handles(path):
                await (self._decide if path == DECIDE else self._collect)(scope, receive, self._counting(send))
                return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                given = {name for name, _ in headers}
                message["headers"] = [*headers, *(pair for pair in _HEADERS if pair[0] not in given)]
            await send(message)

        await self._litestar(scope, receive, send_guarded)

    def _counting(self, send: Send) -> Send:
        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._answered[message["status"]] += 1
            await send(message)

        return send_counted


async def _refuse(role: Role, path: str, send: Send) -> None:
    problem = problem_of(not_served(role, path))
    body = encode_json(problem)
    headers = [(b"content-type", PROBLEM.encode()), (b"content-length", str(len(body)).encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
