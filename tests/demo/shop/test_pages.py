import re
from io import BytesIO
from pathlib import Path

import pytest
from jinja2.ext import babel_extract
from litestar.testing import TestClient
from tests.support.browser import open_session

from trenza.access import SESSION_COOKIE, Role
from trenza.api import Front
from trenza.app import Instance
from trenza.demo.shop import handlers
from trenza.demo.shop.aisles import AISLE_WORDS
from trenza.demo.shop.rendering import SCRIPT_WORDS
from trenza.demo.shop.texts import catalogue
from trenza.events import list_sources
from trenza.worker import process_until_idle

Visitor = TestClient[Front]
TEMPLATES = sorted((Path(handlers.__file__).parent / "templates").glob("*.html"))
PAGES = ("", "/products/2", "/cart", "/checkout", "/account", "?aisle=produce", "?q=butter", "?page=99")


@pytest.mark.parametrize("root", ["/shop", "/shop/app"])
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_open_to_everybody_in_both_languages(
    visitor: Visitor, root: str, language: str, page: str
) -> None:
    visitor.cookies.set("trenza_language", language)
    answer = visitor.get(f"{root}{page}")

    assert (200, language) == (answer.status_code, answer.headers["content-language"])
    assert f'data-root="{root}"' in answer.text


def test_each_face_has_a_source_and_key_of_its_own(visitor: Visitor, demo: Instance) -> None:
    with demo.database.read() as tx:
        keys = {source.name: source.key for source in list_sources(tx) if source.key}

    assert {"web", "app"} == set(keys)
    assert f'data-key="{keys["web"]}"' in visitor.get("/shop").text
    assert f'data-key="{keys["app"]}"' in visitor.get("/shop/app").text


def test_the_shelves_can_be_searched(visitor: Visitor) -> None:
    found = visitor.get("/shop?q=BUTTER").text

    assert "/shop/products/2" in found
    assert "/shop/products/1" not in found
    assert "/shop/products/3" in visitor.get("/shop?aisle=drinks").text


def test_hostile_words_are_shown_as_text(visitor: Visitor) -> None:
    found = visitor.get("/shop", params={"q": '"><script>alert(1)</script>'}).text

    assert "<script>alert" not in found
    assert "&lt;script&gt;" in found


@pytest.mark.parametrize(
    "path", ["/shop/products/nothing", "/shop/pictures/none.svg", "/shop/files/none.js", "/shop/files/..%2fshop.css"]
)
def test_what_is_not_there_is_said_in_words(visitor: Visitor, path: str) -> None:
    assert 404 == visitor.get(path).status_code


def test_every_article_has_a_drawing(visitor: Visitor) -> None:
    drawn = set(re.findall(r"/shop/pictures/[a-z-]+\.svg", visitor.get("/shop").text))

    assert drawn
    for path in drawn:
        assert visitor.get(path).text.startswith("<svg")


def test_no_page_has_an_inline_script_or_style() -> None:
    for path in TEMPLATES:
        html = path.read_text(encoding="utf-8")
        assert " style=" not in html, path.name
        assert not re.search(r" on(click|load|submit|change|error|input)=", html), path.name
        scripts = [tag for tag in re.findall(r"<script[^>]*>", html) if 'type="application/json"' not in tag]
        assert all(tag.startswith('<script type="module" src="{{ file(') for tag in scripts), path.name


def test_every_text_has_its_spanish_and_the_catalogue_nothing_else() -> None:
    said = {*AISLE_WORDS.values(), *SCRIPT_WORDS.values()}
    for path in TEMPLATES:
        found = babel_extract(BytesIO(path.read_bytes()), ("_", "gettext"), (), {})
        said |= {str(text[0] if isinstance(text, tuple) else text) for _, _, text, _ in found if text}
    said.discard("None")  # where the text is a variable, it stands in a table

    assert [] == sorted(said - set(catalogue()))
    assert [] == sorted(set(catalogue()) - said)
    assert all(catalogue().values())


@pytest.mark.parametrize(("role", "status"), [("admin", 303), ("analyst", 303), ("agent", 303), (None, 303)])
def test_whoever_may_see_people_finds_oneself(visitor: Visitor, demo: Instance, role: Role | None, status: int) -> None:
    with demo.database.read() as tx:
        key = next(source.key for source in list_sources(tx) if source.name == "web")
    seen = {"anonymousId": "a-browser", "event": "Product Viewed", "writeKey": key}
    assert 200 == visitor.post("/v1/track", json=seen).status_code
    process_until_idle(demo)
    form = {"anonymous_id": "a-browser", "csrf": ""}
    if role:
        visitor.cookies.set(SESSION_COOKIE, open_session(demo, role))
        form["csrf"] = visitor.get("/api/me").json()["csrf"]

    answer = visitor.post("/shop/me", data=form)

    assert status == answer.status_code
    where = answer.headers["location"]
    assert "/sign-in" == where if role is None else re.fullmatch(r"/people/per_\w+", where)


def test_finding_oneself_needs_the_token_of_the_page(visitor: Visitor, demo: Instance) -> None:
    visitor.cookies.set(SESSION_COOKIE, open_session(demo, "admin"))

    assert 403 == visitor.post("/shop/me", data={"anonymous_id": "a", "csrf": "x"}).status_code
    assert 'name="csrf"' in visitor.get("/shop/account").text
