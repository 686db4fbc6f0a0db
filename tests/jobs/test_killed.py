"""The door and the worker as processes of their own: a job outlives `kill -9` of either."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.jobs.conftest import seen
from tests.trust.instance import free_port

from trenza.access import Vault, add_key
from trenza.app import open_instance
from trenza.events import export_events
from trenza.jobs import LEASE
from trenza.kernel import ManualClock, SystemClock, encode_json
from trenza.settings import Settings
from trenza.worker import process_until_idle

_TRENZA = str(Path(sys.executable).parent / "trenza")
LINES = 80_000


@contextlib.contextmanager
def running(settings: Settings, role: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`trenza serve` of one role."""
    environment = {**os.environ, "TRENZA_DATABASE": settings.database, "TRENZA_LOG": settings.log}
    command = [_TRENZA, "serve", "--data", str(settings.data), "--role", role, "--port", str(port)]
    with (settings.data / f"{role}.log").open("ab") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)  # noqa: S603 — ours
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(true: Callable[[], object]) -> None:
    last = time.monotonic() + 60
    while not true():
        assert time.monotonic() < last
        time.sleep(0.02)


def answers(door: httpx.Client) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return 200 == door.get("/ready").status_code
    return False


@pytest.mark.slow
def test_a_killed_worker_s_import_ends_as_if_nothing_had_been(settings: Settings) -> None:
    settings.data.mkdir()
    instance = open_instance(settings)
    key = add_key(Vault(instance.database, instance.secret), "test", ["admin"], "cli", 0)[1]
    instance.close()
    body = b"".join(encode_json({**seen(number % 50), "messageId": f"m{number}"}) + b"\n" for number in range(LINES))
    body += b"no json\n"
    port = free_port()
    door = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {key}"}, timeout=60)
    with running(settings, "web", port), running(settings, "worker", free_port()) as worker, door:
        until(lambda: answers(door))
        upload = door.post("/api/jobs/uploads", content=body).json()["upload"]
        asked = {"kind": "import", "request": {"upload": upload, "name": "a.jsonl"}}
        job = door.post("/api/jobs", json=asked).json()["id"]
        until(lambda: 0 < door.get(f"/api/jobs/{job}").json()["progress"]["done"] < len(body))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert "running" == door.get(f"/api/jobs/{job}").json()["state"]

        later = open_instance(settings, ManualClock(SystemClock().now() + LEASE + 1))
        process_until_idle(later)
        shown = door.get(f"/api/jobs/{job}").json()
        assert ("done", {"read": LINES + 1, "accepted": LINES, "rejected": 1}) == (shown["state"], shown["result"])
        assert b'"no json"' in door.get(f"/api/jobs/{job}/file").content
    with later.database.read() as tx:
        stored = Counter(each["messageId"] for each in export_events(tx, lambda _: {}))
    assert {f"m{number}": 1 for number in range(LINES)} == stored
    later.close()


@pytest.mark.slow
def test_a_worker_in_a_process_of_its_own_is_told_to_cancel(settings: Settings) -> None:
    settings.data.mkdir()
    instance = open_instance(settings)
    key = add_key(Vault(instance.database, instance.secret), "test", ["admin"], "cli", 0)[1]
    instance.close()
    body = b"".join(encode_json(seen(number)) + b"\n" for number in range(2_000)) * 400
    port = free_port()
    door = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {key}"}, timeout=60)
    with running(settings, "web", port), running(settings, "worker", free_port()), door:
        until(lambda: answers(door))
        upload = door.post("/api/jobs/uploads", content=body).json()["upload"]
        asked = {"kind": "import", "request": {"upload": upload, "name": "a.jsonl"}}
        job = door.post("/api/jobs", json=asked).json()["id"]
        until(lambda: door.get(f"/api/jobs/{job}").json()["progress"]["done"])
        door.post(f"/api/jobs/{job}/cancel")
        until(lambda: door.get(f"/api/jobs/{job}").json()["state"] != "running")
        shown = door.get(f"/api/jobs/{job}").json()
        assert ("cancelled", None) == (shown["state"], shown["file"])
        until(lambda: not [path for path in (settings.data / "jobs").rglob("*") if path.is_file()])
