"""How many events a second are acknowledged, and how long one waits, against appending the same bodies to SQLite.

    python bench/collect.py

`trenza serve` runs in its own process, fsync on; sixteen connections send from another. The baseline is a loop in plain
Python that inserts the same bodies into SQLite (write-ahead log, synchronous=FULL), one commit for each body.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from harness import ROOT, Figure, compared, figure, percentile, serving, timed, trenza
from messages import bodies

CONNECTIONS = 16
ROUNDS = 3
KEY = "bench-key"
SIZES = {100: 60_000, 1: 6_000}
BASELINE = "the same bodies appended to SQLite in plain Python, one commit each (synchronous=FULL)"


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Figures of batches of a hundred and of single events, of a whole instance and of a collector alone."""
    figures: list[Figure] = []
    for role in ("all", "collector"):
        for size, count in SIZES.items():
            figures += _measure(role, size, count, rounds)
    return figures


def _measure(role: str, size: int, count: int, rounds: int) -> list[Figure]:
    rates: list[float] = []
    against: list[float] = []
    medians: list[float] = []
    slowest: list[float] = []
    errors = 0
    for number in range(rounds):
        sent = list(bodies(count, size, f"{role}{size}-{number}"))
        with tempfile.TemporaryDirectory() as folder:
            against.append(count / timed(partial(append_plainly, Path(folder) / "plain.db", sent)))
            found = _send(Path(folder) / "data", role, sent, "/v1/track" if size == 1 else "/v1/batch")
        rates.append(count / found["seconds"])
        medians.append(percentile(found["milliseconds"], 0.5))
        slowest.append(percentile(found["milliseconds"], 0.99))
        errors += found["errors"]
    what = f"batch {size}, {'whole instance' if role == 'all' else 'collector alone'}"
    wanted = "ratio ≥ 0.5, no error" if size == 100 else ""
    return [
        compared(
            f"acknowledged, {what}", rates, "events/s", BASELINE, against, wanted=wanted, details={"errors": errors}
        ),
        figure(f"wait for an answer, {what}, p50", medians, "ms"),
        figure(f"wait for an answer, {what}, p99", slowest, "ms", wanted="< 100 ms" if size == 100 else ""),
    ]


def append_plainly(path: Path, sent: list[bytes]) -> None:
    """The baseline."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE body (id INTEGER PRIMARY KEY AUTOINCREMENT, received_at INTEGER, body BLOB)")
    for body in sent:
        database.execute("BEGIN")
        database.execute("INSERT INTO body (received_at, body) VALUES (?, ?)", (0, body))
        database.execute("COMMIT")
    database.close()


def _send(data: Path, role: str, sent: list[bytes], route: str) -> dict[str, Any]:
    subprocess.run(  # noqa: S603 — our own words
        trenza("source", "add", "bench", "--channel", "web", "--key", KEY, "--data", str(data)),
        check=True,
        capture_output=True,
    )
    with serving(data, "--role", role) as server:
        sender = [sys.executable, str(ROOT / "bench" / "load.py"), str(server.port), KEY, route, str(CONNECTIONS)]
        done = subprocess.run(sender, input=b"\n".join(sent), check=True, capture_output=True)  # noqa: S603 — the same
    found: dict[str, Any] = json.loads(done.stdout)
    if found["errors"]:
        print(found["first_error"], file=sys.stderr)
    return found


if __name__ == "__main__":
    for each in measure():
        print(f"{each.name}: {each.value:,.1f} {each.unit}" + (f", ratio {each.ratio:.2f}" if each.ratio else ""))
