"""Clients nobody here wrote, against a real server: every message id they made is stored once, field for field."""

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rudderstack.analytics.client import Client as RudderClient  # type: ignore[import-untyped]  # it bears none
from segment.analytics.client import Client as SegmentClient  # type: ignore[import-untyped]  # the same

from tests.support.collecting import CollectingInstance
from tests.support.serving import served
from trenza.events import add_source, export_events
from trenza.kernel import SystemClock
from trenza.storage import Database
from trenza.storage.log import SqlLog

CLIENTS = Path(__file__).parent.parent / "clients"
Served = tuple[CollectingInstance, str]


@pytest.fixture
def server(database: Database, tmp_path: Path) -> Iterator[Served]:
    add_source(database, "web", "web", "web-key")
    kept = database if not database.is_sqlite else Database(f"sqlite:///{tmp_path / 'log.db'}")
    instance = CollectingInstance(database, SqlLog(kept), SystemClock())
    with served(instance.collector) as url:
        yield instance, url
    instance.close()
    if kept is not database:
        kept.close()


@pytest.fixture(scope="session")
def node_clients() -> Path:
    """A folder in which the npm clients are installed, kept in the environment from run to run."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed (Debian: apt-get install npm)")
    folder = Path(sys.prefix) / "share" / "trenza-clients"
    lock = (CLIENTS / "package-lock.json").read_bytes()
    mark = folder / "installed"
    if not (mark.exists() and mark.read_bytes() == lock):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(CLIENTS / name, folder)
        command = ["npm", "install", "--omit=optional"]
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=280, check=False)  # noqa: S603 — our own words
        if done.returncode:
            pytest.skip(f"npm could not install the clients: {done.stderr.decode()[-200:]}")
        mark.write_bytes(lock)
    for script in ("segment.js", "rudder.cjs"):
        shutil.copy(CLIENTS / script, folder)
    return folder


@pytest.mark.parametrize("packed", [True, False])
def test_segments_python_client(server: Served, *, packed: bool) -> None:
    instance, url = server
    client = SegmentClient("web-key", host=url, gzip=packed, upload_interval=0.05, on_error=_fail)

    made = _say_everything(client, 230)
    client.shutdown()

    _assert_stored_once(instance, made)


def test_rudderstacks_python_client(server: Served) -> None:
    instance, url = server
    client = RudderClient("web-key", host=url, upload_interval=0.05, on_error=_fail)

    made = _say_everything(client, 120)
    client.shutdown()

    _assert_stored_once(instance, made)


def test_segments_node_client(server: Served, node_clients: Path) -> None:
    instance, url = server

    made = _run_node(node_clients, "segment.js", url, "web-key", "100")

    assert 105 == len(made)
    _assert_stored_once(instance, made)


def test_rudderstacks_node_client(server: Served, node_clients: Path) -> None:
    instance, url = server

    made = _run_node(node_clients, "rudder.cjs", url, "web-key", "40")

    assert 40 == len(made)
    _assert_stored_once(instance, made)


@pytest.mark.slow
def test_the_own_suite_of_segments_python_client(embedded: CollectingInstance) -> None:
    script = Path(__file__).parent.parent / "support" / "segment_suite.py"
    with served(embedded.collector) as url:
        done = subprocess.run(  # noqa: S603 — our own script
            [sys.executable, script, url],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )

    assert 0 == done.returncode, done.stderr[-3000:]
    assert int(done.stderr.rpartition("ran ")[2]) > 100
    assert embedded.log.read(0, 1)


def _say_everything(client: Any, count: int) -> list[dict[str, Any]]:
    now = datetime.now(UTC)  # noqa: TID251 — a client's own clock
    said = [
        client.identify("u1", {"email": "ana@example.com", "born": date(1985, 3, 2), "since": now}),
        client.identify(12345, {"plan": "básico"}),
        client.page("u1", "Docs", "Inicio", {"url": "https://shop.example/ñ?a=1&b=2"}),
        client.screen(anonymous_id="a1", name="Cesta"),
        client.group("u1", "g1", {"name": "Casa"}),
        client.alias("a1", "u1"),
        client.track("u1", "Price Seen", {"not": math.nan, "far": math.inf, "deep": {"list": [1, [2, {"x": None}]]}}),
    ]
    said += [
        client.track(f"u{n}", "Product Viewed 😀", {"number": n, "text": "x" * n}, timestamp=now - timedelta(minutes=n))
        for n in range(count)
    ]
    assert all(good for good, _ in said)
    return [json.loads(json.dumps(message, default=_written), parse_constant=lambda _: None) for _, message in said]


def _written(moment: date) -> str:
    return moment.isoformat()


def _run_node(folder: Path, script: str, *arguments: str) -> list[dict[str, Any]]:
    command = ["node", script, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 — our own script
    assert 0 == done.returncode, done.stderr
    made: list[dict[str, Any]] = json.loads(done.stdout)
    return made


def _assert_stored_once(instance: CollectingInstance, made: Sequence[dict[str, Any]]) -> None:
    instance.admit()
    with instance.database.read() as tx:
        exported = list(export_events(tx, lambda leaves: dict.fromkeys(leaves, "somebody")))
    assert sorted(each["messageId"] for each in made) == sorted(each["messageId"] for each in exported)
    by_id = {each["messageId"]: each for each in exported}
    for message in made:
        stored = by_id[message["messageId"]]
        expected = {**message, **({"originalTimestamp": message["timestamp"]} if "timestamp" in message else {})}
        expected = {
            **expected,
            **{name: str(value) for name, value in expected.items() if name in _IDS and value is not None},
        }
        expected.pop("timestamp", None)
        assert expected == {name: stored[name] for name in expected}
        assert ("web", "web", "somebody") == (stored["source"], stored["sourceChannel"], stored["person"])
        assert stored["timestamp"] <= stored["receivedAt"]


_IDS = ("userId", "anonymousId", "previousId", "groupId")


def _fail(error: Exception, _: object) -> None:
    raise AssertionError(error)
