"""The browser client that the instance serves, in a real browser, talking to nobody else."""

import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.collecting import CollectingInstance
from tests.support.serving import served
from trenza.api.collect import SCRIPT
from trenza.events import Event, browser_snippet
from trenza.kernel import SystemClock

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CALLS = """<script>
analytics.identify("u1", {email: "ana@example.com"})
analytics.track("Product Added", {price: 19.9, name: "Bolso 😀"})
analytics.alias("u2")
</script>"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)"),
    pytest.mark.skipif(
        not SCRIPT.exists(), reason="the browser client was not built (make setup does, with a network)"
    ),
]


class Site:
    """A page at `/`, and the collecting door behind everything else."""

    def __init__(self, instance: CollectingInstance) -> None:
        self.page = ""
        self.paths: list[str] = []
        self._collect = instance.collector

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        if scope["type"] != "http":
            return
        self.paths.append(scope["path"])
        if scope["path"] != "/":
            await self._collect(scope, receive, send)
            return
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", _POLICY)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": f"<!doctype html><title>Tienda</title>{self.page}".encode()})


_POLICY = b"default-src 'self' 'unsafe-inline'"
"""The browser itself refuses whatever is asked of another host."""


@pytest.mark.parametrize("way", ["script", "snippet"])
def test_the_served_client_collects_in_a_browser(embedded: CollectingInstance, tmp_path: Path, way: str) -> None:
    instance = CollectingInstance(embedded.database, clock=SystemClock())
    site = Site(instance)
    with served(site) as url:
        script = (
            f'<script src="{url}/sdk/analytics.js" data-write-key="web-key"></script><script>analytics.page()</script>'
        )
        site.page = (script if way == "script" else browser_snippet(url, "web-key")) + CALLS
        _visit(url, tmp_path)
        events = _wait_for(instance, 4)
    instance.close()

    assert {"Page Viewed": 1, "Product Added": 1, "": 2} == _counted(event.name for event in events)
    assert {"web"} == {event.source_name for event in events}
    identify = next(event for event in events if event.type == "identify")
    assert {"email": "ana@example.com"} == identify.message["traits"]
    alias = next(event for event in events if event.type == "alias")
    assert {type_ for type_, _ in alias.identifiers} <= {"user_id", "anonymous_id"}
    assert 1 == len({event.message["anonymousId"] for event in events if "anonymousId" in event.message})
    assert all(event.bot for event in events)  # it is headless


def _visit(url: str, folder: Path) -> None:
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=8000", "--dump-dom"]
    command = [str(CHROMIUM), *flags, f"--user-data-dir={folder / 'browser'}", f"{url}/"]
    subprocess.run(command, capture_output=True, timeout=60, check=True)  # noqa: S603 — our own words


def _wait_for(instance: CollectingInstance, count: int) -> list[Event]:
    events: list[Event] = []
    for _ in range(50):
        events += instance.admit()
        if len(events) >= count:
            break
        time.sleep(0.1)
    return events


def _counted(names: Any) -> dict[str, int]:
    found = list(names)
    return {name: found.count(name) for name in found}
