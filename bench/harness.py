"""What the benchmarks share: a server of their own, the figures they give, and how a figure is told.

A figure is worth something beside its baseline of the same run on the same machine; so each is told as a ratio, the
median of several rounds, baseline and subject by turns.
"""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import create_engine, text

from trenza.storage import Database

ROOT = Path(__file__).resolve().parent.parent


class Figure(msgspec.Struct, kw_only=True):
    """One result of a benchmark."""

    name: str
    value: float
    unit: str
    baseline: str = ""
    """What it is compared with; empty where a number stands alone."""
    baseline_value: float = 0.0
    ratio: float = 0.0
    """Value over baseline: of rates the more the better, of spans the less."""
    wanted: str = ""
    details: dict[str, Any] = {}


def figure(name: str, values: Sequence[float], unit: str, **more: Any) -> Figure:
    """A figure that stands alone: the median."""
    return Figure(name=name, value=statistics.median(values), unit=unit, **more)


def compared(
    name: str, values: Sequence[float], unit: str, baseline: str, against: Sequence[float], **more: Any
) -> Figure:
    """A figure and its baseline: medians of each, and the median of the rounds' ratios."""
    ratio = statistics.median(value / other for value, other in zip(values, against, strict=True))
    return Figure(
        name=name,
        value=statistics.median(values),
        unit=unit,
        baseline=baseline,
        baseline_value=statistics.median(against),
        ratio=ratio,
        **more,
    )


@contextmanager
def databases(postgresql: str) -> Iterator[Iterator[tuple[str, Database]]]:
    """An empty database of each kind that is there, by name: SQLite, and PostgreSQL where a URL is given."""
    with tempfile.TemporaryDirectory() as folder:

        def opened() -> Iterator[tuple[str, Database]]:
            database = Database(f"sqlite:///{Path(folder) / 'state.db'}")
            yield "SQLite", database
            database.close()
            if postgresql:
                yield from _on_postgresql(postgresql)

        yield opened()


def _on_postgresql(url: str) -> Iterator[tuple[str, Database]]:
    server = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS bench CASCADE"))
        connection.execute(text("CREATE SCHEMA bench"))
        database = Database(f"{url}?options=-csearch_path%3Dbench")
        try:
            yield "PostgreSQL", database
        finally:
            database.close()
            connection.execute(text("DROP SCHEMA bench CASCADE"))
    server.dispose()


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part of all lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server(msgspec.Struct):
    """A running `trenza serve`."""

    process: subprocess.Popen[bytes]
    port: int
    seconds_to_ready: float

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Any:
        """The JSON that a path answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=dict(headers or {}))
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 — our own server
            return json.load(answer)

    def memory(self) -> int:
        """Megabytes that the process and its children hold in memory, what they share counted once."""
        return sum(_proportional(pid) for pid in _family(self.process.pid)) // 1024


def _family(pid: int) -> list[int]:
    """A process with its children and theirs."""
    files = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for file in files for child in file.read_text(encoding="ascii").split()]
    return [pid, *(each for child in children for each in _family(child))]


def _proportional(pid: int) -> int:
    """Kilobytes of a process; a page that several have is shared out among them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


@contextmanager
def serving(data: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """`trenza serve` on a data folder, in its own process; stopped at the end."""
    port = free_port()
    command = [*trenza("serve", "--data", str(data), "--port", str(port)), *options]
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 — our own words
        command, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_ready(port, process)
        yield Server(process, port, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Ask until the instance says that it is ready."""
    last = time.perf_counter() + seconds
    while time.perf_counter() < last:
        if process.poll() is not None:
            raise RuntimeError(f"serve ended with {process.returncode} before it was ready")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=1) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError("serve was not ready in time")


def trenza(*words: str) -> list[str]:
    """The command line of this very environment."""
    return [str(Path(sys.executable).parent / "trenza"), *words]


def command(*words: str) -> str:
    """Run a command of ours to its end; returns what it printed."""
    done = subprocess.run(trenza(*words), check=True, capture_output=True, text=True)  # noqa: S603 — our own words
    return done.stdout


def processor() -> str:
    """What this machine computes with."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("model name"):
            return f"{line.partition(':')[2].strip()}, {os.cpu_count()} cores"
    return f"{os.cpu_count()} cores"
