"""Nobody sees what is not theirs: every route of every page, asked by everybody."""

import re
from collections.abc import Iterator

import pytest
from litestar.routes import HTTPRoute
from tests.web.conftest import NOW, PASSWORD, Browser

from trenza.access import RIGHTS, ROLES, Role, Vault, add_user, use_link
from trenza.api.live import Streams
from trenza.api.server import build_litestar
from trenza.api.tally import Tally
from trenza.app import Instance
from trenza.web import pages

PUBLIC = {"/sign-in", "/start/{token}"}
NO_PAGES = ("/api", "/v1", "/webhooks", "/u/", "/r/", "/p/", "/health", "/ready", "/metrics", "/static", "/sdk")
READS = frozenset({"GET", "HEAD", "OPTIONS"})


def page_routes(instance: Instance) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Path template, method and what the handler says of itself."""
    application = build_litestar(instance, pages(instance), Tally(), Streams(), "all")
    for route in application.routes:
        if isinstance(route, HTTPRoute) and not route.path.startswith(NO_PAGES):
            for handler in route.route_handlers:
                for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                    yield route.path_format, str(method), dict(handler.opt)


def made_up(path: str) -> str:
    """An address of a route; what it names is not there."""
    return re.sub(r"\{[^}]*\}", "1", path)


@pytest.fixture
def visitors(signed_in: Browser, vault: Vault) -> dict[Role, str]:
    """A session's cookie for each role."""
    cookies: dict[Role, str] = {"admin": str(signed_in.cookies["trenza_session"])}
    for role in ROLES:
        if role != "admin":
            _, token = add_user(vault, f"{role}@example.com", role, "cli", NOW)
            cookies[role] = use_link(vault, token, "", PASSWORD, NOW).cookie
    return cookies


def test_every_page_says_what_it_asks_of_its_reader(instance: Instance) -> None:
    found = list(page_routes(instance))
    silent = [path for path, _, opt in found if not opt.get("public") and opt.get("right") not in {*RIGHTS, "any"}]
    public = {path for path, _, opt in found if opt.get("public")}

    assert 40 < len(found)
    assert [] == silent
    assert PUBLIC == public


@pytest.mark.slow
def test_no_page_answers_without_its_right(browser: Browser, instance: Instance, visitors: dict[Role, str]) -> None:
    guarded = [(path, method, opt["right"]) for path, method, opt in page_routes(instance) if not opt.get("public")]
    wrong = []
    for path, method, right in guarded:
        browser.cookies.clear()
        if browser.request(method, made_up(path)).headers.get("location") != "/sign-in":
            wrong.append(("nobody", method, path))
        for role, cookie in visitors.items():
            if right != "any" and right not in ROLES[role]:
                browser.cookies.set("trenza_session", cookie)
                if browser.request(method, made_up(path)).status_code != 403:
                    wrong.append((role, method, path))

    assert [] == wrong


@pytest.mark.slow
def test_no_form_is_taken_without_the_token_of_its_session(
    browser: Browser, instance: Instance, visitors: dict[Role, str]
) -> None:
    forms = [path for path, method, opt in page_routes(instance) if method not in READS and not opt.get("public")]
    browser.cookies.set("trenza_session", visitors["admin"])

    taken = [path for path in forms if browser.post(made_up(path), data={"csrf": "made up"}).status_code != 403]

    assert 10 < len(forms)
    assert [] == taken
