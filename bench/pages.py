"""What pages cost: processor time of the first and of later requests, octets loaded, and when something is painted.

    python bench/pages.py [--data FOLDER]

Measured on a copy of a demo's data. A request is cold in a process that has answered nothing yet, as right after
`/ready`; it is told for three pages, each in a process of its own, with nothing made ready and with what `serve` makes
ready. The octets are those of the page and every file that it loads, packed. First paint is what Chromium says, the
median of five loads with an empty cache each, where there is a Chromium; the baseline is `/sign-in`, the least page
there is.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from harness import ROOT, Figure, compared, serving
from litestar.testing import TestClient

from trenza.api import build_app
from trenza.app import Instance, open_instance
from trenza.identity import person_text, recent_people
from trenza.settings import load_settings
from trenza.web import pages
from trenza.web.warming import steps

sys.path.insert(0, str(ROOT))
from tests.support.browser import CHROMIUM, chromium, new_context, open_session

DATA = Path(os.environ.get("TRENZA_BENCH_DATA", "/tmp/demo-data"))  # noqa: S108 — only read, and copied first
LEAST = "/sign-in"
PATHS = (
    "/",
    "/live",
    "/people",
    "/people/{person}",
    "/people/{person}/story",
    "/people/{person}/identity",
    "/segments",
    "/segments/{segment}",
    "/segments/new",
    "/journeys",
    "/journeys/{journey}",
    "/messages",
    "/phones",
    "/tasks",
    "/sources",
    "/settings",
    "/audit",
)
ROUNDS = 5
_LATER = 700
"""Milliseconds after the first paint in which a page loads what it can do without at first: charts."""
_BASELINE = f"{LEAST}, the least page"
_PAINT = "performance.getEntriesByName('first-contentful-paint').map(each => each.startTime)"
_WEIGHT = "performance.getEntries().reduce((sum, each) => sum + (each.transferSize || 0), 0)"


def measure(data: Path = DATA, rounds: int = ROUNDS) -> list[Figure]:
    """All figures; none where there is no data."""
    if not (data / "state.db").exists():
        sys.stderr.write(f"no demo at {data}: make one with `trenza demo --data {data} --no-serve`\n")
        return []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(data, Path(folder) / "data"))
        instance = _opened(copy)
        cookie, paths = open_session(instance), addresses(instance)
        warm = _warm(instance, cookie, paths, rounds)
        instance.close()
        cold = {path: _cold(copy, cookie, paths[path]) for path in ("/", "/people", "/journeys")}
        return [*_handlers(warm, cold), *(_painted(copy, cookie, paths, rounds) if CHROMIUM else [])]


def addresses(instance: Instance) -> dict[str, str]:
    """Each page with its address: of whoever was seen last, the first segment and the first journey."""
    with instance.database.read() as tx:
        person = person_text(recent_people(tx, None, 1)[0].person)
    definitions = instance.definitions()
    names = {kind.lower(): next(iter(sorted(definitions.of(kind))), "") for kind in ("Segment", "Journey")}
    return {path: path.format(person=person, **names) for path in (LEAST, *PATHS)}


def _opened(data: Path) -> Instance:
    return open_instance(load_settings({"data": data}))


def _client(instance: Instance, cookie: str) -> TestClient[Any]:
    client = TestClient(build_app(instance, pages(instance)))
    client.cookies.set("trenza_session", cookie)
    return client


def _spent(client: TestClient[Any], path: str) -> float:
    """Milliseconds of our own processor for one request."""
    begun = time.process_time()
    answer = client.get(path, follow_redirects=False)
    spent = (time.process_time() - begun) * 1_000
    if answer.status_code not in {200, 303}:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return spent


def _warm(instance: Instance, cookie: str, paths: dict[str, str], rounds: int) -> dict[str, list[float]]:
    with _client(instance, cookie) as client:
        for path in paths.values():
            _spent(client, path)
        return {path: [_spent(client, address) for _ in range(rounds)] for path, address in paths.items()}


def _cold(data: Path, cookie: str, path: str) -> tuple[float, float]:
    """The first request of a process: with nothing made ready, and with all that `warming` does."""
    made = []
    for ready in ("", "ready"):
        words = [
            sys.executable,
            __file__,
            "--data",
            str(data),
            f"--first={path}",
            f"--cookie={cookie}",
            f"--ready={ready}",
        ]
        done = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 — our own words
        made.append(float(done.stdout.split()[-1]))
    return made[0], made[1]


def first_request(data: Path, path: str, cookie: str, *, ready: bool) -> float:
    """What the first request costs here."""
    instance = _opened(data)
    with _client(instance, cookie) as client:
        client.get("/ready")
        if ready:
            list(steps(instance))
        return _spent(client, path)


def _handlers(warm: dict[str, list[float]], cold: dict[str, tuple[float, float]]) -> list[Figure]:
    found = [compared(f"processor time of {path}, warm", warm[path], "ms", _BASELINE, warm[LEAST]) for path in PATHS]
    for path, (nothing, ready) in cold.items():
        name, against = f"processor time of {path}, first request", "nothing made ready before"
        found.append(compared(name, [ready], "ms", against, [nothing]))
    return found


def _painted(data: Path, cookie: str, paths: dict[str, str], rounds: int) -> list[Figure]:
    """Paint and weight, from a real server in a real browser."""
    spans: dict[str, list[float]] = {path: [] for path in paths}
    octets: dict[str, int] = {}
    with serving(data, "--role", "web") as server, chromium() as browser:
        time.sleep(5)
        for _ in range(rounds):
            for path, address in paths.items():
                paint, weight = _load(browser, f"http://127.0.0.1:{server.port}", cookie, address)
                spans[path].append(paint)
                octets[path] = max(weight, octets.get(path, 0))
        memory = server.memory()
    weights = [_weight(path, octets[path], octets[LEAST]) for path in PATHS]
    painted = [
        compared(f"first paint of {path}", spans[path], "ms", _BASELINE, spans[LEAST], wanted="< 300 ms")
        for path in PATHS
    ]
    held = Figure(name="memory of the door, all pages warm", value=memory, unit="MB", wanted="< 250 MB")
    return [*painted, *weights, held]


def _load(browser: Any, address: str, cookie: str, path: str) -> tuple[float, int]:
    context = new_context(browser, address, "" if path == LEAST else cookie)
    page = context.new_page()
    page.goto(path, wait_until="load")
    paints: list[float] = []
    last = time.monotonic() + 10
    while not paints and time.monotonic() < last:
        paints = page.evaluate(_PAINT)
        with suppress(Exception):
            page.wait_for_timeout(20)
    page.wait_for_timeout(_LATER)
    weight = int(page.evaluate(_WEIGHT))
    context.close()
    return statistics.median(paints), weight


def _weight(path: str, octets: int, least: int) -> Figure:
    name = f"octets of {path} with all it loads, packed"
    return compared(name, [octets / 1_000], "kB", _BASELINE, [least / 1_000], wanted="< 500 kB, but for charts")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--first", default="")
    parser.add_argument("--cookie", default="")
    parser.add_argument("--ready", default="")
    options = parser.parse_args()
    if options.first:
        print(first_request(options.data, options.first, options.cookie, ready=bool(options.ready)))
    else:
        for each in measure(options.data, options.rounds):
            print(f"{each.name}: {each.value:,.1f} {each.unit}, ratio {each.ratio:.2f}")
