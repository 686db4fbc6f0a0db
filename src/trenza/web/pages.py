"""The pages as handlers for the server, with errors that people can read.

Every form of a page bears the token of its session; what comes in without it goes no further (`refuse_foreign_form`).
"""

import hmac
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from trenza.access import SESSION_COOKIE, Caller, caller_of_session
from trenza.app import Instance
from trenza.kernel import Forbidden, TrenzaError, Unauthorised, new_id
from trenza.web.assets import serve_asset
from trenza.web.audit import AuditPageController
from trenza.web.contents import CONTROLLERS as CONTENTS
from trenza.web.decisions import DecisionPageController
from trenza.web.demo import DemoClockController
from trenza.web.documents import DocumentController
from trenza.web.editor import EditorController
from trenza.web.home import HomeController
from trenza.web.identity import CONTROLLERS as IDENTITY
from trenza.web.jobs import CONTROLLERS as JOBS
from trenza.web.journeys import CONTROLLERS as JOURNEYS
from trenza.web.live import EventPageController, FailedPageController, LiveController
from trenza.web.messages import MessageController
from trenza.web.packing import Packing
from trenza.web.people import PEOPLE_CONTROLLERS
from trenza.web.phones import PhoneController
from trenza.web.render import View, form_of, view_of
from trenza.web.segments import CONTROLLERS as SEGMENTS
from trenza.web.settings import CONTROLLERS as SETTINGS
from trenza.web.sign_in import SignInController
from trenza.web.sources import SourceController
from trenza.web.tasks import TaskController
from trenza.web.theme import ThemeController

AnyRequest = Request[Any, Any, Any]
_logger = structlog.get_logger(__name__)
SAID: dict[int, tuple[str, str]] = {
    400: ("The request is not valid", "Something in it cannot be read. Go back and try again."),
    403: ("Not allowed", "Your role does not include this. An admin can change that."),
    404: ("Not found", "There is nothing here; or the link was used already, or is too old."),
    405: ("Not found", "There is nothing here; or the link was used already, or is too old."),
    413: ("Too large", "Less than this fits at once."),
    429: ("Too many attempts", "Too many attempts. Wait a quarter of an hour."),
    500: ("Something went wrong here", "It is noted in the log. Try again."),
    503: ("Not available now", "Try again in a moment."),
}


CONTROLLERS = (
    HomeController,
    LiveController,
    EventPageController,
    FailedPageController,
    DecisionPageController,
    *PEOPLE_CONTROLLERS,
    *IDENTITY,
    SourceController,
    AuditPageController,
    *JOURNEYS,
    *CONTENTS,
    *SETTINGS,
    *SEGMENTS,
    EditorController,
    MessageController,
    PhoneController,
    TaskController,
    *JOBS,
    DocumentController,
    SignInController,
    ThemeController,
)
"""Every page."""
DEMO_CONTROLLERS = (DemoClockController,)
"""Pages of a demo instance; others have no such addresses."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Pages(msgspec.Struct, frozen=True):
    """What the server needs of the pages."""

    handlers: Sequence[ControllerRouterHandler]
    answer_error: Callable[[AnyRequest, Exception], Response[Any]]
    """For addresses that no handler has."""


def pages(instance: Instance) -> Pages:
    """Every page and the files they need."""

    def answer_error(request: AnyRequest, error: Exception) -> Response[Any]:
        if isinstance(error, Unauthorised):
            return Redirect("/sign-in", status_code=303)
        return error_page(request, error, instance)

    handlers = (
        Router(
            "/",
            route_handlers=[*CONTROLLERS, *(DEMO_CONTROLLERS if instance.settings.demo else ())],
            dependencies={"view": Provide(view_of, sync_to_thread=False), "form": Provide(form_of)},
            before_request=refuse_foreign_form,
            middleware=[Packing],
            opt={"csrf_in_form": True},
            exception_handlers={Exception: answer_error, HTTPException: answer_error},
        ),
        serve_asset,
    )
    return Pages(handlers, answer_error)


async def refuse_foreign_form(request: AnyRequest) -> None:
    """A browser sends its cookie with any form; only ours knows the token, in a field or, asked by htmx, in a header.

    Raises:
        Forbidden: the token is missing or of another session.
    """
    caller = request.scope.get("user")
    if request.method in _SAFE or not isinstance(caller, Caller) or not caller.csrf:
        return
    token = request.headers.get("x-csrf-token") or str((await request.form()).get("csrf", ""))
    if not hmac.compare_digest(token.encode(), caller.csrf.encode()):
        raise Forbidden("the form is not of this page", "load the page again")


def error_page(request: AnyRequest, error: Exception, instance: Instance) -> Response[str]:
    """An error as a page."""
    status = error.status if isinstance(error, TrenzaError) else getattr(error, "status_code", 500)
    if status not in SAID:
        status = 500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        route = request.scope.get("path_template", "")
        _logger.error("page failed", request=new_id(), route=route, exc_info=error)
    cookie = request.cookies.get(SESSION_COOKIE, "")
    if not isinstance(request.scope.get("user"), Caller):  # an address of nobody's: no door has asked who calls
        request.scope["user"] = caller_of_session(instance.vault, cookie, instance.clock.now()) if cookie else None
    view = View(request, instance)
    title, detail = (view.say(text) for text in SAID[status])
    return view.page("error.html", {"title": title, "detail": detail, "status": status}, status)
