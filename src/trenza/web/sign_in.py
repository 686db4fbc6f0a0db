"""Signing in and out, and the links of one use that begin an account."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import PathParameter, URLEncodedBody
from litestar.response import Redirect

from trenza.access import (
    SESSION_COOKIE,
    SESSION_LASTS,
    SHORTEST_PASSWORD,
    Caller,
    Opened,
    TooMany,
    Vault,
    has_users,
    link_is_good,
    sign_in,
    sign_out,
    use_link,
)
from trenza.app import Instance
from trenza.kernel import Forbidden, Invalid, NotFound, Unauthorised
from trenza.web.render import View, Viewing

Here = NamedDependency[Instance]
WORDS = {
    "too_often": "Too many attempts. Wait a quarter of an hour.",
    "wrong": "E-mail or password is wrong.",
    "unusable": "E-mail or password cannot be used: look at both again.",
}
AnyRequest = Request[Any, Any, Any]


class Credentials(msgspec.Struct, frozen=True):
    """What the forms send."""

    email: str
    password: str


Entered = URLEncodedBody[Credentials]
Token = Annotated[str, PathParameter(max_length=100)]


class SignInController(Controller):
    """`/sign-in`, `/sign-out`, `/start/{token}`."""

    include_in_schema = False

    @get("/sign-in", opt={"public": True}, sync_to_thread=True)
    def ask(self, view: Viewing) -> Response[str]:
        """The form."""
        return _form(view)

    @post("/sign-in", opt={"public": True}, sync_to_thread=True)
    def enter(self, request: AnyRequest, instance: Here, view: Viewing, data: Entered) -> Response[Any]:
        """Open a session, or show the form again with what was wrong."""
        _refuse_foreign_page(request)
        place = request.client.host if request.client else ""
        try:
            opened = sign_in(vault_of(instance), data.email, data.password, place, instance.clock.now())
        except (Unauthorised, TooMany) as error:
            return _form(view, error, data.email)
        return _entered(instance, opened)

    @post("/sign-out", opt={"right": "any"}, sync_to_thread=True)
    def leave(self, request: AnyRequest, instance: Here, caller: NamedDependency[Caller]) -> Response[Any]:
        """Close the session."""
        sign_out(vault_of(instance), request.cookies.get(SESSION_COOKIE, ""), caller.id, instance.clock.now())
        return Redirect("/sign-in", status_code=303, cookies=[Cookie(SESSION_COOKIE, value="", max_age=0)])

    @get("/start/{token:str}", opt={"public": True}, sync_to_thread=True)
    def begin(self, instance: Here, view: Viewing, token: Token) -> Response[str]:
        """The form of a link; looking at it does not use it up."""
        return _start(instance, view, token)

    @post("/start/{token:str}", opt={"public": True}, sync_to_thread=True)
    def make(self, request: AnyRequest, instance: Here, view: Viewing, token: Token, data: Entered) -> Response[Any]:
        """Set the password and sign in."""
        _refuse_foreign_page(request)
        try:
            opened = use_link(vault_of(instance), token, data.email, data.password, instance.clock.now())
        except Invalid as error:
            return _start(instance, view, token, error, data.email)
        return _entered(instance, opened)


def vault_of(instance: Instance) -> Vault:
    """Where access is kept."""
    return Vault(instance.database, instance.secret)


def _entered(instance: Instance, opened: Opened) -> Redirect:
    cookie = Cookie(
        SESSION_COOKIE,
        value=opened.cookie,
        max_age=SESSION_LASTS // 1000,
        httponly=True,
        samesite="lax",
        secure=instance.settings.base_url.startswith("https:"),
    )
    return Redirect("/", status_code=303, cookies=[cookie])


def _form(view: View, error: Unauthorised | TooMany | None = None, email: str = "") -> Response[str]:
    values = {
        "email": email,
        "empty": not has_users(vault_of(view.instance)),
        "problem": view.say(_said(error)) if error else "",
    }
    answer = view.page("sign_in.html", values, error.status if error else 200)
    if isinstance(error, TooMany):
        answer.headers["retry-after"] = str(error.retry_after)
    return answer


def _said(error: Unauthorised | TooMany) -> str:
    if isinstance(error, TooMany):
        return WORDS["too_often"]
    return WORDS["wrong"]


def _start(instance: Instance, view: View, token: str, error: Invalid | None = None, email: str = "") -> Response[str]:
    invited = link_is_good(vault_of(instance), token, instance.clock.now())
    if invited is None:
        raise NotFound("this link was used already, or is too old", "ask an admin for a new one")
    values = {
        "email": invited or email,
        "invited": bool(invited),
        "shortest": SHORTEST_PASSWORD,
        "problem": view.say(WORDS["unusable"]) if error else "",
    }
    return view.page("start.html", values, error.status if error else 200)


def _refuse_foreign_page(request: AnyRequest) -> None:
    """Nobody may sign a visitor in from another site. Browsers say where a form came from."""
    site = request.headers.get("sec-fetch-site", "")
    origin = request.headers.get("origin", "")
    same_host = origin.partition("://")[2] == request.headers.get("host", "")
    if site not in {"", "same-origin", "none"} or (not site and origin and not same_host):
        raise Forbidden("the form comes from another site", "sign in on this one")
