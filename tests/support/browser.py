"""The system's Chromium, driven by Playwright; how it is started stands here once, for the tests and `scripts/shoot`.

Playwright's own browsers are never downloaded. The flags keep the browser from asking anybody but the instance.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it bears no types
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from trenza.access import ROLES, SESSION_COOKIE, Role, add_user, renew_link, use_link
from trenza.app import Instance
from trenza.kernel import Conflict, new_secret

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MISSING = "Chromium is not installed (Debian: apt-get install chromium)"
WIDTHS = {1280: 900, 768: 1024, 360: 740}
"""A desktop, a tablet and a phone: width → height."""
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
_LOCALES = {"es": "es-ES", "en": "en-GB"}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with an empty profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


def new_context(
    browser: Browser,
    address: str,
    cookie: str = "",
    *,
    language: str = "es",
    width: int = 1280,
    dark: bool = False,
) -> BrowserContext:
    """A reader: their language, the width of their window, and their session where `cookie` is given."""
    scheme: Literal["dark", "light"] = "dark" if dark else "light"
    context = browser.new_context(
        base_url=address,
        locale=_LOCALES[language],
        timezone_id="Europe/Madrid",
        viewport={"width": width, "height": WIDTHS.get(width, 900)},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    if cookie:
        host = urlsplit(address).hostname or ""
        context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "domain": host, "path": "/"}])
    return context


def open_session(instance: Instance, role: Role = "admin") -> str:
    """The cookie of a new session of somebody with that role, who is made where not there yet."""
    assert role in ROLES
    email, now = f"{role}@browser.example.com", instance.clock.now()
    try:
        _, token = add_user(instance.vault, email, role, "cli", now)
    except Conflict:
        token = renew_link(instance.vault, email, "cli", now)
    return use_link(instance.vault, token, "", new_secret(12), now).cookie


def watch(page: Page, address: str) -> list[str]:
    """What goes wrong on a page from now on, as lines; what the browser was refused by the policy is among them.

    A form that is answered with what is wrong with it (409, 422) is no error of the page.
    """
    said: list[str] = []
    page.on("console", lambda message: said.append(f"console: {message.text}") if _is_error(message) else None)
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("request", lambda request: None if _is_own(request.url, address) else said.append(f"asked {request.url}"))
    return said


def _is_error(message: ConsoleMessage) -> bool:
    return message.type == "error" and not any(f"status of {code}" in message.text for code in (409, 422))


def _is_own(url: str, address: str) -> bool:
    return url.startswith((f"{address.rstrip('/')}/", "data:", "blob:", "about:"))


def axe(page: Page) -> list[str]:
    """What axe finds serious or critical on a page, a line for each place."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for each in found
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


def too_wide(page: Page) -> int:
    """By how many pixels a page must be moved sideways to be read; 0 is good."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
