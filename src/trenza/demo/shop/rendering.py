"""The shop's pages: one Jinja environment for each language, everything escaped."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie

from trenza.access import Caller
from trenza.app import Instance
from trenza.demo.shop.aisles import AISLE_WORDS
from trenza.demo.shop.pictures import picture_of_aisle
from trenza.demo.shop.texts import LANGUAGES, Language, choose_language, translate
from trenza.events import ensure_source
from trenza.kernel import NotFound, ShiftedClock

if TYPE_CHECKING:
    from jinja2 import Environment

Face = Literal["web", "app"]
AnyRequest = Request[Any, Any, Any]
ROOTS: Final[dict[Face, str]] = {"web": "/shop", "app": "/shop/app"}
FILES: Final = Path(__file__).parent / "files"
_COOKIE: Final = "trenza_language"
_YEAR: Final = 365 * 24 * 3600
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
SCRIPT_WORDS: Final = {
    "added": "In your cart",
    "sent": "Taken",
    "waiting": "On its way",
    "lost": "Not reached; it is tried again",
    "kept_back": "Not taken",
    "less": "One less",
    "more": "One more",
    "take_out": "Take out",
    "hello": "Hello, {name}",
    "page": "Page seen",
    "screen": "Screen seen",
    "identify": "Who it is",
}
"""What the scripts say."""


class Shelf:
    """What every page of the shop needs, found once.

    Args:
        instance: the demo.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._keys = {face: ensure_source(instance.database, face, face).key for face in ROOTS}

    def page(self, request: AnyRequest, face: Face, template: str, values: Mapping[str, Any]) -> Response[str]:
        """A whole page of one of the two faces."""
        language = language_of(request, self._instance)
        html = _environment(language).get_template(template).render(self._shell(request, face, language) | dict(values))
        status = int(values.get("status", 200))
        headers = {"content-language": language, "vary": "accept-language, cookie"}
        cookies = [Cookie(_COOKIE, value=language, max_age=_YEAR, httponly=True, samesite="lax")]
        kept = cookies if "language" in request.query_params else []
        return Response(html, status_code=status, media_type=MediaType.HTML, headers=headers, cookies=kept)

    def _shell(self, request: AnyRequest, face: Face, language: Language) -> dict[str, Any]:
        user, clock = request.scope.get("user"), self._instance.clock
        return {
            "face": face,
            "root": ROOTS[face],
            "key": self._keys[face],
            "path": request.url.path,
            "here": request.url.path.removeprefix(ROOTS[face]),
            "ahead": clock.ahead if isinstance(clock, ShiftedClock) else 0,
            "caller": user if isinstance(user, Caller) and "people" in user.rights else None,
            "words": {name: translate(language, text) for name, text in SCRIPT_WORDS.items()},
        }


def language_of(request: AnyRequest, instance: Instance) -> Language:
    """The language of an answer: asked for now, kept from before, the browser's, the instance's."""
    return choose_language(
        request.query_params.get("language", ""),
        request.cookies.get(_COOKIE, ""),
        request.headers.get("accept-language", ""),
        instance.settings.language,
    )


def serve_file(name: str, version: str) -> Response[bytes]:
    """A file of the shop; for ever, where its address bears its hash.

    Raises:
        NotFound: there is none of that name.
    """
    path = FILES / name
    if path.parent != FILES or path.suffix not in _TYPES or not path.is_file():
        raise NotFound("there is no such file", "load the page again")
    keep = "public, max-age=31536000, immutable" if version == _version(name) else "public, max-age=60"
    return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers={"cache-control": keep})


def _address(name: str) -> str:
    return f"/shop/files/{name}?v={_version(name)}"


def _version(name: str) -> str:
    return hashlib.sha256((FILES / name).read_bytes()).hexdigest()[:16]


@cache
def _environment(language: Language) -> "Environment":
    from babel.numbers import format_currency  # noqa: PLC0415 — a start need not wait for it
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 — the same

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
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
    environment.globals |= {
        "file": _address,
        "language": language,
        "languages": LANGUAGES,
        "aisle_words": AISLE_WORDS,
        "aisle_picture": picture_of_aisle,
        "money": lambda amount: format_currency(amount, "USD", locale=language),
    }
    return environment
