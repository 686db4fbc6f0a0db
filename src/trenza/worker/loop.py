"""Threads that know nothing of each other: the hallway, the delivery, the filling of segments, the lake, each
kind of job.

A slow provider never holds up an event, and a slow disk under the lake holds up neither. Each thread turns its crank
until there is nothing left, then sleeps for a moment; an error is logged, and it goes on after a pause that grows.
"""

import atexit
import gc
import threading
from collections.abc import Callable
from functools import partial

import structlog

from trenza.app import Instance
from trenza.job_kinds import KINDS, ask_to_reassign, runner_of
from trenza.jobs import keep_house
from trenza.kernel import Instant
from trenza.people import erasers_of
from trenza.profiles import finish_erasures

SETTLE = 250
"""Milliseconds that the hallway stays behind the wall clock, so that what was acknowledged before a timer is known."""
_RESTS = {"hallway": 0.05, "delivery": 0.1, "filling": 0.5, "lake": 1.0, "keeping": 600.0}
_REST_OF_A_KIND = 0.5
"""Seconds that a thread sleeps when there is nothing left to do."""
_LONGEST_PAUSE = 10.0
_logger = structlog.get_logger()

Turn = Callable[[], bool]
"""One turn of a crank; True where there may be more to do."""


class Worker:
    """Runs an instance's background work.

    Args:
        instance: whose work it is.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._stopped = threading.Event()
        turns: dict[str, Turn] = {
            "hallway": self._hallway,
            "delivery": self._delivery,
            "filling": self._filling,
            "lake": self._lake,
            "keeping": self._keeping,
            **{f"job-{kind}": partial(self._job, kind) for kind in KINDS},
        }
        self._runner = runner_of(instance)
        self._threads = [
            threading.Thread(target=self._turn, args=each, name=each[0], daemon=True) for each in turns.items()
        ]

    def start(self) -> None:
        """Begin."""
        calm_collector()
        finish_erasures(self._instance.database, self._instance.secret, erasers_of(self._instance))
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 8.0) -> None:
        """Finish the turns in hand and end. What is left in the log stays for the next start."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(seconds)

    def _hallway(self) -> bool:
        return turn_hallway(self._instance, self._instance.clock.now() - SETTLE)

    def _delivery(self) -> bool:
        return self._instance.deliverer.deliver_due(self._instance.clock.now()) > 0

    def _filling(self) -> bool:
        instance = self._instance
        return ask_to_reassign(instance) or instance.fill_segments() > 0 or instance.fill_search() > 0

    def _lake(self) -> bool:
        return self._instance.write_lake(self._instance.clock.now()) > 0

    def _keeping(self) -> bool:
        keep_house(self._instance.database, self._instance.job_files, self._instance.clock.now())
        return False

    def _job(self, kind: str) -> bool:
        return self._runner.run_next(kind, self._stopped)

    def _turn(self, name: str, turn: Turn) -> None:
        rest = pause = _RESTS.get(name, _REST_OF_A_KIND)
        while not self._stopped.is_set():
            try:
                more = turn()
                pause = rest
            except Exception:
                _logger.exception("worker.failed", thread=name)
                more, pause = False, min(pause * 2, _LONGEST_PAUSE)
            if not more:
                self._stopped.wait(pause)


def calm_collector() -> None:
    """Let Python look for circular garbage rarely: a micro-batch makes and drops half a million objects without any.

    Measured on the hallway with ten segments and five journeys: a quarter of the time (bench/process.py).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    atexit.register(gc.unfreeze)  # what is frozen is never freed, and extension modules complain of that at the end


def turn_hallway(instance: Instance, now: Instant) -> bool:
    """One turn: the next micro-batch, or else what is due before `now`; then what the house itself has to say."""
    worked = instance.hallway.step() > 0 or instance.hallway.advance(now) > 0
    return instance.relay() > 0 or worked


def process_until_idle(instance: Instance, told: Callable[[int], None] = lambda _: None) -> None:
    """Work until the log is consumed, nothing is due now, every message is out and every job done.

    Args:
        instance: whose work it is.
        told: called after every turn with the number of records left in the log.
    """
    calm_collector()
    runner, stopped = runner_of(instance), threading.Event()
    while True:
        now = instance.clock.now()
        worked = turn_hallway(instance, now + 1)
        worked = worked or ask_to_reassign(instance) or any(runner.run_next(kind, stopped) for kind in KINDS)
        worked = (
            worked
            or instance.fill_segments() > 0
            or instance.fill_search() > 0
            or instance.deliverer.deliver_due(now) > 0
        )
        told(instance.backlog())
        if not worked:
            break
    while instance.write_lake():
        pass
