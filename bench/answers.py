"""How long one waits for a profile and a decision, how long for the start, and what an idle instance holds in memory.

    python bench/answers.py [--people 1000000]

Looked up are people at random places of an instance with 20,000 events. The baseline of the waits is the same server's
`/health` over the same kind of connection; the baseline of the start is Python itself importing the same web server.
"""

import argparse
import http.client
import json
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from harness import Figure, Server, compared, figure, percentile, serving, timed
from messages import BEGIN, PEOPLE, bodies
from process import drain, prepare, process

from trenza.access import add_key
from trenza.app import Instance
from trenza.events import add_source
from trenza.storage.log import Entry

KEY = "bench-key"
ASKED = 500
ROUNDS = 3
STARTS = 3
BASELINE_WAIT = "p99 of GET /health on the same connection"
BASELINE_START = "Python importing its web server and database toolkit"


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Waits, start, memory."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        instance = prepare(data)
        process(instance, bodies(20_000, 100))
        add_source(instance.database, "answers", "server", KEY, answers="anybody")
        _, token = add_key(instance.vault, "bench", ["people"], "bench", instance.clock.now())
        instance.close()
        with serving(data) as server:
            time.sleep(3)
            waits = _waits(server, token, rounds)
            busy = figure("memory after the look-ups and the lake", [server.memory()], "MB")
        starts = [_start(data) for _ in range(STARTS)]
        with serving(data) as server:
            time.sleep(3)
            idle = figure("memory of an idle instance", [server.memory()], "MB", wanted="< 250 MB")
    against = [timed(partial(subprocess.run, _IMPORTS, check=True)) for _ in range(STARTS)]
    started = compared("start to ready", starts, "s", BASELINE_START, against, wanted="< 3 s")
    return [*waits, started, idle, busy]


_IMPORTS = [sys.executable, "-c", "import litestar, granian, sqlalchemy, duckdb, pyarrow"]


def _waits(server: Server, token: str, rounds: int) -> list[Figure]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    basic = {"Authorization": f"Basic {b64encode(f'{KEY}:'.encode()).decode()}"}
    bearer = {"Authorization": f"Bearer {token}"}
    profiles: list[float] = []
    decisions: list[float] = []
    health: list[float] = []
    for number in range(rounds):
        health.append(_slowest(connection, lambda _: ("GET", "/health", None), {}))
        profiles.append(_slowest(connection, partial(_profile, number), bearer))
        decisions.append(_slowest(connection, partial(_decide, number), basic))
    return [
        compared("look-up of a profile, p99", profiles, "ms", BASELINE_WAIT, health),
        compared("POST /v1/decide, p99", decisions, "ms", BASELINE_WAIT, health),
    ]


def _profile(number: int, asked: int) -> tuple[str, str, bytes | None]:
    return "GET", f"/api/people/user_id:user-{(asked * 7 + number) % PEOPLE}", None


def _decide(number: int, asked: int) -> tuple[str, str, bytes | None]:
    person = f"user-{(asked * 11 + number) % PEOPLE}"
    message = {
        "type": "track",
        "event": "Product Viewed",
        "userId": person,
        "messageId": f"decide-{number}-{asked}",
        "properties": {"product_id": "p1"},
    }
    return "POST", "/v1/decide", json.dumps(message).encode()


def _slowest(
    connection: http.client.HTTPConnection,
    ask: Callable[[int], tuple[str, str, bytes | None]],
    headers: dict[str, str],
) -> float:
    """The p99 in milliseconds of a few hundred requests, one after the other."""
    spans = []
    for number in range(ASKED):
        method, path, body = ask(number)
        begun = time.perf_counter()
        connection.request(method, path, body, {**headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        spans.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
    return percentile(spans, 0.99)


def _start(data: Path) -> float:
    with serving(data) as server:
        return server.seconds_to_ready


def measure_people(people: int) -> list[Figure]:
    """Memory of a serving instance that knows so many people, two identifiers each."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        instance = prepare(data)
        seconds = timed(partial(_fill, instance, people))
        instance.close()
        with serving(data) as server:
            time.sleep(3)
            memory = server.memory()
            size = sum(file.stat().st_size for file in data.rglob("*") if file.is_file())
    details = {"people": people, "octets on disk for each": size // people, "people/s": round(people / seconds)}
    return [figure(f"memory with {people:,} people", [memory], "MB", details=details)]


def _fill(instance: Instance, people: int) -> None:
    for some in _chunks(people):
        instance.log.append([Entry("bench", "batch", body) for body in some], instance.clock.now())
        drain(instance)


def _chunks(people: int) -> Iterator[list[bytes]]:
    for start in range(0, people, 20_000):
        end = min(start + 20_000, people)
        yield [_strangers(number, min(number + 500, end)) for number in range(start, end, 500)]


def _strangers(first: int, end: int) -> bytes:
    messages = [
        {
            "type": "track",
            "event": "Product Viewed",
            "messageId": f"p-{number}",
            "anonymousId": f"browser-{number}",
            "userId": f"person-{number}",
            "timestamp": f"{1970 + BEGIN // 31_557_600}-01-01T00:00:00Z",
            "properties": {"product_id": f"p{number % 500}"},
        }
        for number in range(first, end)
    ]
    return json.dumps({"batch": messages}).encode()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int)
    options = parser.parse_args()
    for each in measure_people(options.people) if options.people else measure():
        print(f"{each.name}: {each.value:,.1f} {each.unit}" + (f", ratio {each.ratio:.2f}" if each.ratio else ""))
