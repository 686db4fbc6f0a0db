"""Templates to pages: one Jinja environment per language, everything escaped."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie

from trenza.web.texts import LANGUAGES, Language, choose_language, translate

if TYPE_CHECKING:
    from jinja2 import Environment

LANGUAGE_COOKIE = "trenza_language"
_YEAR = 365 * 24 * 3600
_FOLDER = Path(__file__).parent
STATIC = _FOLDER / "static"


@cache
def _environment(language: Language) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 — a start need not wait for it

    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        lambda text: translate(language, text),
        lambda one, many, n: translate(language, one if n == 1 else many),
        newstyle=True,
    )
    return environment


def language_of(request: Request[Any, Any, Any], fallback: Language) -> Language:
    """The language that a request is answered in."""
    return choose_language(
        request.query_params.get("language", ""),
        request.cookies.get(LANGUAGE_COOKIE, ""),
        request.headers.get("accept-language", ""),
        fallback,
    )


def page(
    request: Request[Any, Any, Any],
    template: str,
    values: Mapping[str, Any],
    *,
    fallback: Language,
    status: int = 200,
) -> Response[str]:
    """A page in the reader's language; a language that was asked for (`?language=es`) is kept in a cookie."""
    language = language_of(request, fallback)
    caller = request.scope.get("user")
    html = (
        _environment(language)
        .get_template(template)
        .render(language=language, languages=LANGUAGES, caller=caller, path=request.url.path, **values)
    )
    kept = [Cookie(LANGUAGE_COOKIE, value=language, max_age=_YEAR, httponly=True, samesite="lax")]
    asked = "language" in request.query_params
    return Response(
        html,
        status_code=status,
        media_type=MediaType.HTML,
        headers={"content-language": language, "vary": "accept-language, cookie"},
        cookies=kept if asked else [],
    )
