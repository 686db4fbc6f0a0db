"""Pages in gzip, where the browser takes that.

Only a whole page of HTML is packed: streams (`text/event-stream`) pass as they are, each event when it comes, and
`/api` is none of ours. A page holds a secret (the token of its forms) and may repeat what stood in its address, so
its packed length could tell the secret bit by bit to somebody who listens to the network and makes the browser load it
again and again (BREACH). The session's cookie goes along with no request that another site makes except a visible visit
(`SameSite=Lax`), and a name of random length in the head of the gzip hides differences of a few octets from the rest.
"""

import gzip
import secrets

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_WORTH = 1024
_LEVEL = 6
_MOST_HIDING = 128
_HEAD = 10
_NAMED = 0x08


class Packing:
    """Middleware of the pages' router."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != ScopeType.HTTP or "gzip" not in Headers.from_scope(scope).get("accept-encoding", ""):
            await self._app(scope, receive, send)
            return
        held: list[Message] = []

        async def send_packed(message: Message) -> None:
            if message["type"] == "http.response.start":
                held.append(message)
                return
            if held:
                start = held.pop()
                await send(start if not _fits(start, message) else _mark(start, message))
            await send(message)

        await self._app(scope, receive, send_packed)


def pack(body: bytes) -> bytes:
    """The body in gzip, with a head of random length."""
    packed = gzip.compress(body, _LEVEL, mtime=0)
    name = b"t" * secrets.randbelow(_MOST_HIDING) + b"\0"
    return packed[:3] + bytes([packed[3] | _NAMED]) + packed[4:_HEAD] + name + packed[_HEAD:]


def _fits(start: Message, message: Message) -> bool:
    """Whether an answer is one whole page that is worth it."""
    headers = MutableScopeHeaders.from_message(start)
    whole = message["type"] == "http.response.body" and not message.get("more_body")
    worth = whole and len(message.get("body", b"")) >= _WORTH  # type: ignore[arg-type]  # octets, by ASGI
    return worth and headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers


def _mark(start: Message, message: Message) -> Message:
    """Pack the body in its message, and say so in the head of the answer."""
    message["body"] = pack(message["body"])  # type: ignore[typeddict-item]  # `_fits` has looked
    headers = MutableScopeHeaders.from_message(start)
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(message["body"]))  # type: ignore[typeddict-item]  # the same
    headers["vary"] = ", ".join(filter(None, (headers.get("vary"), "accept-encoding")))
    return start
