"""A worker that is killed: delivers what is due to a provider that notes each message in a file, then `kill -9`.

python -m tests.channels.killed DATABASE_URL FILE NOW ACCEPTANCES
"""

import itertools
import os
import signal
import sys
import time

from tests.channels.support import SECRET, let_go, template

from trenza.channels import Deliverer
from trenza.channels.lanes import Lanes
from trenza.channels.port import Accepted, Answer, Delivery
from trenza.channels.tracking import Tracker
from trenza.kernel import ManualClock
from trenza.storage import Database


class Notebook:
    """A provider whose acceptances outlive us: what stands in the file was sent."""

    idempotent = False
    concurrency = 4

    def __init__(self, path: str, killed_after: int) -> None:
        self._file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
        self._left = itertools.count(killed_after, -1)

    def deliver(self, delivery: Delivery) -> Answer:
        os.write(self._file, f"{delivery.id}\n".encode())
        if next(self._left) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.004)
        return Accepted()


def deliver_all(url: str, path: str, now: int, killed_after: int = 0) -> None:
    """Deliver until nothing is due, or until we are killed after so many acceptances (0: never)."""
    database = Database(url)
    lanes = Lanes({}, Notebook(path, killed_after))
    clock = ManualClock(now)
    deliverer = Deliverer(database, lanes, template, let_go, clock, Tracker(SECRET, "https://t.example"))
    while deliverer.deliver_due(now):
        pass
    deliverer.close()
    database.close()


if __name__ == "__main__":
    deliver_all(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
