"""`kill -9` in the midst of delivering: marketing goes at most once, service at least once, and the state is true."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.channels.killed import deliver_all
from tests.channels.support import NOW, Rig, message

from trenza.channels.outcomes import LEASE
from trenza.storage import Database

_ROOT = Path(__file__).parents[2]
_KILLS = (1, 13, 40)
"""After how many acceptances each worker is killed, with up to seven more in the air."""
_COUNT = 120


def _kill_after(database: Database, path: Path, now: int, acceptances: int) -> None:
    command = [sys.executable, "-m", "tests.channels.killed", database.url, str(path), str(now), str(acceptances)]
    assert -signal.SIGKILL == subprocess.run(command, cwd=_ROOT, check=False).returncode  # noqa: S603 — our own words


def _accepted(path: Path) -> Counter[str]:
    return Counter(path.read_text().split()) if path.exists() else Counter()


@pytest.mark.slow
def test_a_killed_worker_sends_marketing_at_most_once_and_service_at_least_once(
    rig: Callable[..., Rig], database: Database, tmp_path: Path
) -> None:
    made, path = rig(), tmp_path / "accepted"
    made.put(
        *(message(f"m{number}", expires_at=None) for number in range(_COUNT)),
        *(message(f"s{number}", expires_at=None, purpose="service") for number in range(_COUNT)),
    )
    now = NOW
    for acceptances in _KILLS:
        _kill_after(database, path, now, acceptances)
        now += LEASE
    for _ in range(3):
        deliver_all(database.url, str(path), now)
        now += LEASE * 20

    sent = _accepted(path)
    states = {id_: made.state(id_) for id_ in (f"{kind}{number}" for kind in "ms" for number in range(_COUNT))}
    marketing = {id_: state for id_, state in states.items() if id_.startswith("m")}
    assert {1} == {sent[id_] for id_, state in marketing.items() if state == "sent"}
    assert {0, 1} >= {sent[id_] for id_, state in marketing.items() if state == "unknown"}
    assert {"sent", "unknown"} == set(marketing.values())
    assert {1, 2} >= {sent[id_] for id_, state in states.items() if id_.startswith("s") and state == "sent"}
    assert all(sent[id_] >= 1 for id_, state in states.items() if id_.startswith("s") and state == "sent")
    assert set(states.values()) <= {"sent", "unknown"}
