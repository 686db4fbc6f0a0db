"""What the collecting door answers: bytes and headers, made from plain values."""

import base64
from collections.abc import Mapping, Sequence

import msgspec

from trenza.kernel import JsonValue, TrenzaError, encode_json

JSON = b"application/json"
RETRY_SECONDS = 5
HURRIED_SECONDS = 1
_DAY = b"86400"
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

Header = tuple[bytes, bytes]
_CORS: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"retry-after"),
)


class Rejected(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An item that is no event, and why."""

    index: int
    message_id: str | None
    reason: str


class Answer(msgspec.Struct, frozen=True):
    """A response."""

    status: int
    body: bytes
    headers: tuple[Header, ...] = ()
    content_type: bytes = JSON

    def head(self) -> list[Header]:
        """Every header of the response."""
        return [
            (b"content-type", self.content_type),
            (b"content-length", str(len(self.body)).encode()),
            (b"x-content-type-options", b"nosniff"),
            *_CORS,
            *self.headers,
        ]


_NO_STORE: Header = (b"cache-control", b"no-store")
PIXEL = Answer(200, _PIXEL, (_NO_STORE,), b"image/gif")
METRICS = Answer(200, b'{"success":true}')
PREFLIGHT = Answer(
    204,
    b"",
    (
        (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
        (
            b"access-control-allow-headers",
            b"authorization, content-type, x-retry-count, anonymousid, x-write-key, content-encoding",
        ),
        (b"access-control-max-age", _DAY),
    ),
)


def verdict_answer(total: int, rejected: Sequence[Rejected], *, strict: bool) -> Answer:
    """What became of each item. Only a strict source hears of it by the status, too."""
    accepted = total - len(rejected)
    answer: dict[str, JsonValue] = {"success": True, "accepted": accepted, "rejected": rejected}
    if not (strict and rejected):
        return Answer(200, encode_json(answer))
    if accepted:
        return Answer(207, encode_json(answer))
    refused = {"code": "invalid", "message": "no message was valid, see `rejected`"}
    return Answer(400, encode_json({**answer, "success": False, **refused}))


def error_answer(status: int, code: str, message: str, headers: tuple[Header, ...] = ()) -> Answer:
    """An error as the clients read it; what may be tried again says when."""
    return Answer(status, encode_json({"code": code, "message": message}), headers)


def refusal_answer(error: TrenzaError, status: int) -> Answer:
    """One of our own errors; one that knows how long to wait says so."""
    wait: int | None = getattr(error, "retry_after", None)
    headers: tuple[Header, ...] = () if wait is None else ((b"retry-after", str(wait).encode()),)
    return error_answer(status, error.code, str(error), headers)


def busy_answer() -> Answer:
    """Too much at once."""
    return _later(429, "too_many_requests", "too much is waiting here", HURRIED_SECONDS)


def unavailable_answer() -> Answer:
    """Nothing can be written now."""
    return _later(503, "unavailable", "events cannot be kept now", RETRY_SECONDS)


def settings_answer(key: str, scheme: str, host: str) -> Answer:
    """What Segment's browser client asks before it sends: it uses the key and host named here."""
    segment = {"apiKey": key, "apiHost": f"{host}/v1", "protocol": scheme, "unbundledIntegrations": []}
    settings = {"integrations": {"Segment.io": segment}, "plan": {}, "metrics": {"sampleRate": 0}}
    return Answer(200, encode_json(settings), (_NO_STORE,))


def source_config_answer(key: str, name: str) -> Answer:
    """What RudderStack's browser client asks before it sends."""
    source = {
        "id": name or "source",
        "name": name or "source",
        "writeKey": key,
        "enabled": True,
        "workspaceId": "trenza",
        "config": {"statsCollection": {"errors": {"enabled": False}, "metrics": {"enabled": False}}},
        "destinations": [],
        "dataplanes": {},
    }
    return Answer(200, encode_json({"source": source}), (_NO_STORE,))


def script_answer(script: bytes, tag: str, headers: Mapping[str, str]) -> Answer:
    """The browser client, or word that the caller's copy is still good."""
    quoted = f'"{tag}"'
    kept: tuple[Header, ...] = ((b"etag", quoted.encode()), (b"cache-control", b"public, max-age=3600"))
    if headers.get("if-none-match") == quoted:
        return Answer(304, b"", kept)
    return Answer(200, script, kept, b"text/javascript; charset=utf-8")


def _later(status: int, code: str, why: str, seconds: int) -> Answer:
    return error_answer(status, code, f"{why} — send it again later", ((b"retry-after", str(seconds).encode()),))
