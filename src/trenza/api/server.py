"""The HTTP door of an instance, put together: every room's routes are registered here by name."""

from collections.abc import Sequence
from typing import Protocol

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Reference, SecurityScheme
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ASGIApp, ControllerRouterHandler

from trenza import __version__
from trenza.api.auth import LARGEST_BODY, Door, caller_of
from trenza.api.collect import Collector
from trenza.api.decide import Decide
from trenza.api.decisions import DecisionController
from trenza.api.definitions import DefinitionController, SchemaController, SegmentController
from trenza.api.errors import AnswerError, handlers_for
from trenza.api.front import Front
from trenza.api.health import health, ready
from trenza.api.identity import IdentityController
from trenza.api.jobs import JobController
from trenza.api.journeys import JourneyController, TaskController
from trenza.api.keys import AuditController, KeyController, MeController, UserController
from trenza.api.limiter import Limiter
from trenza.api.links import ask_to_leave, follow, leave, see
from trenza.api.live import LiveController, Streams
from trenza.api.matches import MatchController
from trenza.api.metrics import make_registry, metrics
from trenza.api.people import PeopleController
from trenza.api.roles import Role, serves
from trenza.api.tally import Tally
from trenza.api.webhooks import take_webhook
from trenza.app import Instance

_SOMEBODYS: tuple[ControllerRouterHandler, ...] = (
    MeController,
    UserController,
    KeyController,
    AuditController,
    LiveController,
    PeopleController,
    IdentityController,
    MatchController,
    DefinitionController,
    SchemaController,
    SegmentController,
    JourneyController,
    DecisionController,
    TaskController,
    JobController,
)
_OPEN: tuple[BaseRouteHandler, ...] = (
    health,
    ready,
    metrics,
    take_webhook,
    ask_to_leave,
    leave,
    follow,
    see,
)
_OPENAPI = "/api/openapi.json"


class _Litestar(Litestar):
    """Without what Litestar adds of its own accord for Pydantic and attrs: nothing here is theirs, and it is slow."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


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


def build_app(instance: Instance, pages: Pages | None = None, role: Role = "all") -> Front:
    """The door of a role.

    Args:
        instance: what it serves.
        pages: the web pages, from `trenza.web`; they pass the same `Door` as `/api`.
        role: which addresses it answers, see `roles`.
    """
    tally, streams = Tally(), Streams()
    limiter = Limiter(instance.clock, tally.limited)
    litestar = build_litestar(instance, pages, tally, streams, role)
    collector, decide = Collector(instance, limiter, tally), Decide(instance, limiter, tally)
    return Front(litestar, collector, decide, tally.answered, streams, role)


def build_litestar(instance: Instance, pages: Pages | None, tally: Tally, streams: Streams, role: Role) -> Litestar:
    """Everything but collecting; `tally` counts what collecting has answered."""
    registry = make_registry(instance, tally)

    def door(app: ASGIApp) -> ASGIApp:
        return Door(app, instance)

    return _Litestar(
        route_handlers=[Router("/", route_handlers=_somebodys(role, pages), middleware=[door]), *_open(role)],
        dependencies={
            "instance": Provide(lambda: instance, sync_to_thread=False),
            "registry": Provide(lambda: registry, sync_to_thread=False),
            "streams": Provide(lambda: streams, sync_to_thread=False),
            "caller": Provide(caller_of, sync_to_thread=False),
        },
        exception_handlers=handlers_for(pages.answer_error if pages else None),
        openapi_config=_openapi() if serves(role, _OPENAPI) else None,
        request_max_body_size=LARGEST_BODY,
        logging_config=None,
    )


def _somebodys(role: Role, pages: Pages | None) -> list[ControllerRouterHandler]:
    """What passes the door of callers: all of it is the web's."""
    return [*_SOMEBODYS, *(pages.handlers if pages else ())] if serves(role, "/") else []


def _open(role: Role) -> list[BaseRouteHandler]:
    return [handler for handler in _OPEN if all(serves(role, path) for path in handler.paths)]


def _openapi() -> OpenAPIConfig:
    schemes: dict[str, SecurityScheme | Reference] = {
        "key": SecurityScheme(type="http", scheme="bearer", description="An API key."),
        "session": SecurityScheme(type="apiKey", name="trenza_session", security_scheme_in="cookie"),
    }
    return OpenAPIConfig(
        title="Trenza",
        version=__version__,
        description="Errors are RFC 9457 problem documents; lists are paged by cursor; writes take `Idempotency-Key`.",
        path=_OPENAPI,  # the document itself; Litestar's own pages would load from the network
        render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
        components=Components(security_schemes=schemes),
        security=[{"key": []}, {"session": []}],
        use_handler_docstrings=True,
    )
