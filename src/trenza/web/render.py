"""Templates to pages: one Jinja environment per language, everything escaped; `View` is what a handler answers with."""

from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect

from trenza.access import Caller, Right
from trenza.app import Instance
from trenza.web.assets import ASSETS
from trenza.web.demo_clock import demo_clock_of
from trenza.web.forms import Form
from trenza.web.icons import icon
from trenza.web.navigation import navigation_for
from trenza.web.texts import LANGUAGES, Language, choose_language, translate, translate_many

if TYPE_CHECKING:
    from jinja2 import Environment, Template

    from trenza.web.compiled import CompiledTemplates

AnyRequest = Request[Any, Any, Any]
LANGUAGE_COOKIE = "trenza_language"
THEME_COOKIE = "trenza_theme"
SAID_COOKIE = "trenza_said"
_YEAR = 365 * 24 * 3600
_FOLDER = Path(__file__).parent
_SYNTAX: Any = {"extensions": ["jinja2.ext.i18n"], "trim_blocks": True, "lstrip_blocks": True}
SAID = {
    "saved": "Saved",
    "added": "Added",
    "removed": "Removed",
    "sent": "Sent",
    "started": "Started: its progress stands here",
    "done": "Done",
    "cancelled": "Cancelled",
    "clock_moved": "The clock was moved",
    "nothing_due": "Nothing is due in any journey or segment",
    "being_done": "Something is due now and being done",
}
"""What a page may say after a form was sent; the key travels in a cookie."""


@cache
def _compiled() -> "CompiledTemplates":
    from trenza.web.compiled import CompiledTemplates  # noqa: PLC0415 — a start need not wait for Jinja

    return CompiledTemplates(_FOLDER / "templates" / "__pycache__", repr(_SYNTAX))


@cache
def _environment(language: Language) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 — a start need not wait for it

    from trenza.web.formats import initials  # noqa: PLC0415 — the same, for Babel

    environment = Environment(
        loader=FileSystemLoader([_FOLDER / "templates", _FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=_compiled(),
        **_SYNTAX,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        lambda text: translate(language, text),
        lambda one, many, n: translate_many(language, one, many, n),
        newstyle=True,
    )
    environment.globals |= {"asset": ASSETS.address}
    environment.globals |= {"icon": icon, "initials": initials, "language": language, "languages": LANGUAGES}
    return environment


def warm(language: Language) -> Iterator[str]:
    """Make one template after the other ready for pages in a language; gives their names."""
    environment = _environment(language)
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
        yield name


def language_of(request: AnyRequest, fallback: Language) -> Language:
    """The language that a request is answered in."""
    return choose_language(
        request.query_params.get("language", ""),
        request.cookies.get(LANGUAGE_COOKIE, ""),
        request.headers.get("accept-language", ""),
        fallback,
    )


class View:
    """What a handler answers one request with: whole pages, parts of pages, or the way to another page.

    Args:
        request: the request.
        instance: the instance.
    """

    def __init__(self, request: AnyRequest, instance: Instance) -> None:
        self.request = request
        self.instance = instance
        self.language: Language = language_of(request, instance.settings.language)
        user = request.scope.get("user")
        self.caller = user if isinstance(user, Caller) else None

    def may(self, right: Right) -> bool:
        """Whether the reader has a right."""
        return self.caller is not None and right in self.caller.rights

    def say(self, text: str) -> str:
        """An English text in the reader's language."""
        return translate(self.language, text)

    def page(self, template: str, values: Mapping[str, Any] | None = None, status: int = 200) -> Response[str]:
        """A whole page."""
        html = self._template(template).render(self._values(values))
        return self._answer(html, status, self._kept())

    def fragment(self, template: str, block: str, values: Mapping[str, Any] | None = None) -> Response[str]:
        """One block of a page's template, for a page that is there already and asks by htmx."""
        found = self._template(template)
        context = found.new_context(self._values(values))
        return self._answer("".join(found.blocks[block](context)), 200, [])

    def asks_for(self, target: str) -> bool:
        """Whether htmx asks for the part of the page with this id."""
        return self.request.headers.get("hx-target") == target

    def redirect(self, path: str, said: str = "") -> Response[Any]:
        """Go to another page after a form was done; `said` is a key of `SAID`, shown there once."""
        cookies = [Cookie(SAID_COOKIE, value=said, max_age=60, httponly=True, samesite="lax")] if said else []
        if self.request.headers.get("hx-request"):
            return Response("", status_code=HTTPStatus.OK, headers={"hx-redirect": path}, cookies=cookies)
        return Redirect(path, status_code=303, cookies=cookies)

    def _template(self, name: str) -> "Template":
        return _environment(self.language).get_template(name)

    def _values(self, values: Mapping[str, Any] | None) -> dict[str, Any]:
        from trenza.web.formats import Formats  # noqa: PLC0415 — a start need not wait for Babel

        settings = self.instance.settings
        formats = Formats(self.language, settings.timezone, self.instance.clock.now())
        path = self.request.url.path
        rights = self.caller.rights if self.caller else ()
        said = SAID.get(self.request.cookies.get(SAID_COOKIE, ""))
        shell = {
            **formats.filters,
            "me": self.caller,
            "may": self.may,
            "path": path,
            "demo": settings.demo,
            "demo_clock": demo_clock_of(self.instance),
            "zone": settings.timezone,
            "theme": self.request.cookies.get(THEME_COOKIE, ""),
            "navigation": navigation_for(rights, path, demo=settings.demo),
            "toast": self.say(said) if said else "",
            "partial": False,
        }
        return shell | dict(values or {})

    def _kept(self) -> list[Cookie]:
        """Cookies that a page sets: the language that was asked for, and the end of what was said."""
        kept = []
        if "language" in self.request.query_params:
            kept.append(Cookie(LANGUAGE_COOKIE, value=self.language, max_age=_YEAR, httponly=True, samesite="lax"))
        if SAID_COOKIE in self.request.cookies:
            kept.append(Cookie(SAID_COOKIE, value="", max_age=0))
        return kept

    def _answer(self, html: str, status: int, cookies: list[Cookie]) -> Response[str]:
        headers = {"content-language": self.language, "vary": "accept-language, cookie, hx-target"}
        return Response(html, status_code=status, media_type=MediaType.HTML, headers=headers, cookies=cookies)


def view_of(request: AnyRequest, instance: NamedDependency[Instance]) -> View:
    """The view of a request: a dependency of the pages' handlers, `view: Viewing`."""
    return View(request, instance)


async def form_of(request: AnyRequest) -> Form:
    """The form that was sent: a dependency of the pages' handlers, `form: Sent`."""
    sent = await request.form()
    return Form({name: [str(each) for each in sent.getall(name)] for name in sent})


Here = NamedDependency[Instance]
Viewing = NamedDependency[View]
Sent = NamedDependency[Form]
