"""The addresses of the shop: two faces over one catalogue, both open to everybody, and the way to oneself in Trenza.

Nothing of a customer is kept here: the cart and who signed in live in the browser, apart for each face, and what
Trenza knows it knows by the events alone.
"""

import hmac
from collections.abc import Sequence
from threading import Lock
from typing import Any

from litestar import Controller, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from trenza.access import Caller
from trenza.app import Instance
from trenza.demo.shop.catalogue import PER_PAGE, Article, Catalogue, open_catalogue
from trenza.demo.shop.pictures import draw
from trenza.demo.shop.rendering import ROOTS, AnyRequest, Face, Shelf, serve_file
from trenza.identity import person_text
from trenza.kernel import Forbidden, NotFound, TrenzaError, Unauthorised

_LONGEST_SEARCH = 100
_PUBLIC = {"public": True}


class Shop:
    """The shop behind its pages.

    Args:
        instance: the demo.
    """

    def __init__(self, instance: Instance) -> None:
        self.shelf = Shelf(instance)
        self._folder = instance.settings.data
        self._lock = Lock()
        self._catalogue: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue:
        """What is sold; read when somebody first comes in."""
        with self._lock:
            self._catalogue = self._catalogue or open_catalogue(self._folder)
        return self._catalogue

    def article(self, id_: str) -> Article:
        """An article.

        Raises:
            NotFound: there is none of that id.
        """
        if (found := self.catalogue.find(id_)) is None:
            raise NotFound("there is no such product", "look in the catalogue")
        return found


Selling = NamedDependency[Shop]


class FaceController(Controller):
    """The pages, as one of the two faces shows them."""

    include_in_schema = False
    opt = _PUBLIC
    face: Face = "web"

    @get("/", sync_to_thread=True)
    def browse(self, request: AnyRequest, selling: Selling) -> Response[str]:
        """What there is: all of it, an aisle, or what was looked for; a page at a time."""
        asked = request.query_params
        words, aisle = asked.get("q", "")[:_LONGEST_SEARCH], asked.get("aisle", "")
        found = selling.catalogue.search(words, aisle)
        pages = max(-(-len(found) // PER_PAGE), 1)
        page = min(max(int(text) if (text := asked.get("page", "1")).isascii() and text.isdigit() else 1, 1), pages)
        values = {
            "articles": found[(page - 1) * PER_PAGE : page * PER_PAGE],
            "aisles": selling.catalogue.aisles,
            "count": len(found),
            "q": words,
            "aisle": aisle if aisle in selling.catalogue.aisles else "",
            "page": page,
            "pages": pages,
        }
        return selling.shelf.page(request, self.face, "catalogue.html", values)

    @get("/products/{id:str}", sync_to_thread=True)
    def show(self, request: AnyRequest, selling: Selling, id: FromPath[str]) -> Response[str]:  # noqa: A002 — the path's word
        """One product."""
        article = selling.article(id)
        values = {"article": article, "articles": [article, *selling.catalogue.beside(article)]}
        return selling.shelf.page(request, self.face, "product.html", values)

    @get("/cart", sync_to_thread=True)
    def cart(self, request: AnyRequest, selling: Selling) -> Response[str]:
        """What the browser has put aside."""
        return selling.shelf.page(request, self.face, "cart.html", {"articles": []})

    @get("/checkout", sync_to_thread=True)
    def check_out(self, request: AnyRequest, selling: Selling) -> Response[str]:
        """The last look before ordering."""
        return selling.shelf.page(request, self.face, "checkout.html", {"articles": []})

    @get("/account", sync_to_thread=True)
    def account(self, request: AnyRequest, selling: Selling) -> Response[str]:
        """Signing in, and what the shop may send."""
        return selling.shelf.page(request, self.face, "account.html", {"articles": []})


class WebController(FaceController):
    """`/shop`: the shop in a browser."""

    path = ROOTS["web"]


class AppController(FaceController):
    """`/shop/app`: the same shop as an app on a phone."""

    path = ROOTS["app"]
    face = "app"


@post("/shop/me", opt={"right": "people", "csrf_in_form": True}, include_in_schema=False)
async def see_oneself(request: AnyRequest, instance: NamedDependency[Instance]) -> Redirect:
    """The page of the person to whom a browser belongs; its id comes in the form, never in an address.

    Raises:
        Forbidden: the form is not of this shop's page.
        NotFound: the browser has said nothing yet.
    """
    form, caller = await request.form(), request.scope.get("user")
    token = str(form.get("csrf", ""))
    if isinstance(caller, Caller) and caller.csrf and not hmac.compare_digest(token.encode(), caller.csrf.encode()):
        raise Forbidden("the form is not of this page", "load the page again")
    person = instance.find_person("anonymous_id", str(form.get("anonymous_id", ""))[:200])
    if person is None:
        raise NotFound("this browser has said nothing yet", "look at a product first")
    return Redirect(f"/people/{person_text(person)}", status_code=303)


@get("/shop/files/{name:str}", opt=_PUBLIC, include_in_schema=False, sync_to_thread=False)
def serve_shop_file(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Style and scripts of the shop."""
    return serve_file(name, request.query_params.get("v", ""))


@get("/shop/pictures/{name:str}", opt=_PUBLIC, include_in_schema=False, sync_to_thread=False)
def serve_picture(name: FromPath[str]) -> Response[str]:
    """A drawing."""
    drawn = draw(name.removesuffix(".svg"))
    if drawn is None:
        raise NotFound("there is no such picture", "look in the catalogue")
    return Response(drawn, media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"})


def shop(instance: Instance) -> Sequence[ControllerRouterHandler]:
    """Every address of the shop, for the server; the sources of both faces are made where they are missing."""
    opened = Shop(instance)

    def answer_error(request: AnyRequest, error: Exception) -> Response[Any]:
        if isinstance(error, Unauthorised):
            return Redirect("/sign-in", status_code=303)
        status = error.status if isinstance(error, TrenzaError) else getattr(error, "status_code", 500)
        face: Face = "app" if request.url.path.startswith(ROOTS["app"]) else "web"
        return opened.shelf.page(request, face, "error.html", {"articles": [], "status": status})

    return [
        Router(
            "/",
            route_handlers=[WebController, AppController, see_oneself, serve_shop_file, serve_picture],
            dependencies={"selling": Provide(lambda: opened, sync_to_thread=False)},
            exception_handlers={TrenzaError: answer_error, HTTPException: answer_error},
        )
    ]
