"""Writers of the lake, each in its own process, killed one after the other: `writers.py DATABASE FOLDER EVENTS KILLS`.

They are forked from one process that has imported everything, so that a kill falls into the writing.
"""

import os
import signal
import sys
import time
from pathlib import Path

from tests.lake.test_lake import Events, event

import trenza.storage.lake.parquet  # noqa: F401 — imported before the first fork
from trenza.storage import Database
from trenza.storage.lake import Lake

_PAGE = 100


def write(url: str, folder: Path, events: Events) -> None:
    """Write until everything is written."""
    lake = Lake(Database(url), folder)
    while lake.write_next(events, _PAGE):
        pass


def begun(url: str, folder: Path, events: Events, seconds: float) -> bool:
    """Let a writer begin and kill it; whether it was killed before its end."""
    writer = os.fork()
    if not writer:
        write(url, folder, events)
        os._exit(0)
    time.sleep(seconds)
    os.kill(writer, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(writer, 0)[1])


def main() -> None:
    url, folder, count, kills = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    events = Events([event(seq) for seq in range(1, count + 1)])
    killed = sum(begun(url, folder, events, 0.02 + 0.009 * kill) for kill in range(kills))
    sys.stdout.write(f"killed in the midst: {killed}\n")
    write(url, folder, events)


if __name__ == "__main__":
    main()
