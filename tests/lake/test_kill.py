"""However often the writer is killed, the lake holds every event once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.lake.test_lake import rows

from trenza.storage import Database
from trenza.storage.lake import Lake

EVENTS = 6_000
KILLS = 25
WRITERS = Path(__file__).with_name("writers.py")


def test_a_killed_writer_loses_nothing_and_doubles_nothing(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    command = [sys.executable, str(WRITERS), database.url, str(folder), str(EVENTS), str(KILLS)]
    environment = {**os.environ, "PYTHONPATH": str(WRITERS.parents[2])}
    ended = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 — our own
    lake = Lake(database, folder)
    assert list(range(1, EVENTS + 1)) == sorted(int(str(row["seq"])) for row in rows(lake, folder))
    lake.erase([])
    assert {folder / file.path for file in lake.files()} == set(folder.glob("events/day=*/*"))
    if "killed in the midst: 0" in ended.stdout:
        pytest.fail("no writer was killed while it wrote")
