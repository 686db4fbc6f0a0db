"""A job being done: the kind tells how far it is, and two threads beside it look whether to go on and keep the claim.

The kind only ever writes into memory, so it may tell its progress as often as it likes. One thread only reads: a write
that waits for its turn must not keep a cancelling from being seen. The other writes what is new at most four times a
second, each time in a transaction of one statement, and renews the lease in time.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import structlog

from trenza.jobs import store
from trenza.jobs.errors import BrokenOff, Cancelled, Lost, Stopped
from trenza.jobs.files import Files
from trenza.jobs.model import Job, Progress
from trenza.kernel import Clock, Instant
from trenza.storage import Database

_BEAT: Final = 0.25
_logger = structlog.get_logger()


class Work:
    """What a kind's `run` is handed; a context that keeps the claim.

    Args:
        database: the state.
        clock: tells when the lease ends.
        job: the job as it was claimed.
        claim: what makes it ours.
        lease: milliseconds that a claim lasts without a word.
        files: the jobs' files.
        stopped: set when the worker has to end.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        job: Job,
        claim: str,
        lease: int,
        files: Files,
        stopped: threading.Event,
    ) -> None:
        self.job = job
        self._database = database
        self._clock = clock
        self._claim = claim
        self._lease = lease
        self._files = files
        self._stopped = stopped
        self._latest = self._saved = job.progress
        self._renew_at: Instant = clock.now() + lease // 3
        self._broken: BrokenOff | None = None
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=[act], name=f"job-{act.__name__}", daemon=True)
            for act in (self._look, self._save)
        ]

    @property
    def folder(self) -> Path:
        """Where to write; of what stands there only the result outlives the job."""
        return self._files.folder(self.job.id, self._claim)

    def given(self, name: str) -> Path:
        """A file that the job was given."""
        return self._files.given(self.job.id, name)

    def progress(self, done: int, total: int | None = None, unit: str = "", phase: str = "") -> None:
        """Say how far it is. Costs next to nothing.

        Raises:
            BrokenOff: the work has to end here; let it through.
        """
        self._latest = Progress(done, total, unit, phase)
        self.check()

    def check(self) -> None:
        """See whether to go on.

        Raises:
            BrokenOff: no; let it through.
        """
        if self._broken is not None:
            raise self._broken

    @property
    def latest(self) -> Progress:
        """How far it has come."""
        return self._latest

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, act: Callable[[], BrokenOff | None]) -> None:
        while self._broken is None and not self._over.wait(_BEAT):
            try:
                self._broken = act() or self._broken
            except Exception:
                _logger.exception("job.beat_failed", job=self.job.id)

    def _look(self) -> BrokenOff | None:
        """Whether to go on; None is yes."""
        if self._stopped.is_set():
            return Stopped()
        with self._database.read() as tx:
            held, cancel = store.read_claim(tx, self.job.id)
        if held != self._claim:
            return Lost()
        return Cancelled() if cancel else None

    def _save(self) -> BrokenOff | None:
        """Write what is new; whether the claim is still good."""
        now, latest = self._clock.now(), self._latest
        if latest == self._saved and now < self._renew_at:
            return None
        with self._database.write() as tx:
            still_ours = store.save_progress(tx, self.job.id, self._claim, latest, now + self._lease)
        self._saved, self._renew_at = latest, now + self._lease // 3
        return None if still_ours else Lost()
