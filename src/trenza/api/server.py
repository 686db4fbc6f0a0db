"""The HTTP door of an instance: one ASGI application.

`Front` looks at the path once. Collecting (`/v1` and what clients of others ask for) goes straight to its raw
application, with nothing in its way; everything else goes through Litestar, and its answers get the security headers.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol, cast

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Reference, SecurityScheme
from litestar.types import ASGIApp, ControllerRouterHandler, Message, Receive, Scope, Send

from trenza import __version__
from trenza.api.auth import LARGEST_BODY, Door, caller_of
from trenza.api.collect import Collector
from trenza.api.decide import PATH as DECIDE
from trenza.api.decide import Decide
from trenza.api.decisions import DecisionController
from trenza.api.definitions import DefinitionController, SchemaController, SegmentController
from trenza.api.errors import AnswerError, handlers_for
from trenza.api.health import health, ready
from trenza.api.identity import IdentityController
from trenza.api.journeys import JourneyController, TaskController
from trenza.api.keys import AuditController, KeyController, MeController, UserController
from trenza.api.links import ask_to_leave, follow, leave, see
from trenza.api.live import LiveController, Streams
from trenza.api.metrics import make_registry, metrics
from trenza.api.people import PeopleController
from trenza.api.webhooks import take_webhook
from trenza.app import Instance

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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
_SOMEBODYS: tuple[ControllerRouterHandler, ...] = (
    MeController,
    UserController,
    KeyController,
    AuditController,
    LiveController,
    PeopleController,
    IdentityController,
    DefinitionController,
    SchemaController,
    SegmentController,
    JourneyController,
    DecisionController,
    TaskController,
)
_OPEN: tuple[ControllerRouterHandler, ...] = (
    health,
    ready,
    metrics,
    take_webhook,
    ask_to_leave,
    leave,
    follow,
    see,
)


class Pages(Protocol):
    """What is needed of the pages; `trenza.web` has them."""

    @property
    def handlers(self) -> Sequence[ControllerRouterHandler]:
        """Handlers with errors of their own."""
        ...

    @property
    def answer_error(self) -> AnswerError:
        """For addresses that no handler has."""
        ...


def build_app(instance: Instance, pages: Pages | None = None) -> ASGIApp:
    """The whole door.

    Args:
        instance: what it serves.
        pages: the web pages, from `trenza.web`; they pass the same `Door` as `/api`.
    """
    answered: Counter[int] = Counter()
    litestar = build_litestar(instance, pages, answered)
    return Front(litestar, Collector(instance), Decide(instance), answered)


def build_litestar(instance: Instance, pages: Pages | None, answered: Counter[int]) -> Litestar:
    """Everything but collecting; `answered` counts what collecting has answered, by status."""
    registry = make_registry(instance, answered)

    def door(app: ASGIApp) -> ASGIApp:
        return Door(app, instance)

    guarded = [*_SOMEBODYS, *(pages.handlers if pages else ())]
    streams = Streams()
    return Litestar(
        route_handlers=[Router("/", route_handlers=guarded, middleware=[door]), *_OPEN],
        dependencies={
            "instance": Provide(lambda: instance, sync_to_thread=False),
            "registry": Provide(lambda: registry, sync_to_thread=False),
            "streams": Provide(lambda: streams, sync_to_thread=False),
            "caller": Provide(caller_of, sync_to_thread=False),
        },
        exception_handlers=handlers_for(pages.answer_error if pages else None),
        openapi_config=_openapi(),
        request_max_body_size=LARGEST_BODY,
        on_shutdown=[streams.stopping.set],
        logging_config=None,
    )


class Front:
    """Looks at the path, hands over, and sets the security headers where they are missing."""

    def __init__(self, litestar: ASGIApp, collect: Collector, decide: ASGIApp, answered: Counter[int]) -> None:
        self._litestar = litestar
        self._handles = collect.handles
        self._collect = cast("ASGIApp", collect)
        self._decide = decide
        self._answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == ScopeType.HTTP:
            path = scope["path"]
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


def _openapi() -> OpenAPIConfig:
    schemes: dict[str, SecurityScheme | Reference] = {
        "key": SecurityScheme(type="http", scheme="bearer", description="An API key."),
        "session": SecurityScheme(type="apiKey", name="trenza_session", security_scheme_in="cookie"),
    }
    return OpenAPIConfig(
        title="Trenza",
        version=__version__,
        description="Errors are RFC 9457 problem documents; lists are paged by cursor; writes take `Idempotency-Key`.",
        path="/api/openapi.json",  # the document itself; Litestar's own pages would load from the network
        render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
        components=Components(security_schemes=schemes),
        security=[{"key": []}, {"session": []}],
        use_handler_docstrings=True,
    )
