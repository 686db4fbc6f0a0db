"""Takes jobs and does them, one at a time for each caller; several workers never do one twice at once.

queued ──claim──▶ running ──▶ done | failed | cancelled
   ▲                 │
   └── the worker stops; an erasure takes the claim away; or the lease runs out (the worker was killed)
"""

import threading
from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar

import msgspec
import structlog

from trenza.jobs import store
from trenza.jobs.errors import Cancelled, Lost, Stopped
from trenza.jobs.files import Files
from trenza.jobs.kinds import Kind
from trenza.jobs.model import Failure, Job, Outcome, State
from trenza.jobs.work import Work
from trenza.kernel import Clock, TrenzaError, Unavailable, new_id
from trenza.storage import Database

LEASE: Final = 30_000
"""Milliseconds after which a job without a word from its worker may be taken by another."""
MOST_TAKES: Final = 5
"""A job that its worker did not survive so often is given up: it would take the next one along."""
Context = TypeVar("Context")
_logger = structlog.get_logger()


class Runner(Generic[Context]):
    """Does jobs.

    Args:
        context: what the kinds work on.
        kinds: by name.
        database: the state.
        clock: tells the time.
        files: the jobs' files.
    """

    def __init__(
        self, context: Context, kinds: Mapping[str, Kind[Context, Any]], database: Database, clock: Clock, files: Files
    ) -> None:
        self._context = context
        self._kinds = kinds
        self._database = database
        self._clock = clock
        self._files = files

    def run_next(self, kind: str, stopped: threading.Event) -> bool:
        """Take the next job of a kind and do it; False where there is none.

        Args:
            kind: its name.
            stopped: when it is set the job goes back into the queue.
        """
        claim = new_id()
        job = self._claim(kind, claim)
        if job is None:
            return False
        work = Work(self._database, self._clock, job, claim, LEASE, self._files, stopped)
        self._do(self._kinds[kind], work, claim)
        return True

    def _claim(self, kind: str, claim: str) -> Job | None:
        now = self._clock.now()
        with self._database.read() as tx:
            if not store.is_claimable(tx, kind, now):
                return None
        with self._database.write() as tx:
            return store.claim_job(tx, kind, claim, now + LEASE, now)

    def _do(self, kind: Kind[Context, Any], work: Work, claim: str) -> None:
        try:
            with work:
                outcome = self._run(kind, work)
        except Stopped:
            self._files.drop_folder(work.job.id, claim)
            with self._database.write() as tx:
                store.give_back(tx, work.job.id, claim)
        except Lost:
            self._files.drop_folder(work.job.id, claim)
            _logger.warning("job.lost", job=work.job.id, kind=kind.name)
        except Cancelled:
            self._end(work, claim, "cancelled")
        except TrenzaError as error:
            self._end(work, claim, "failed", failure=Failure.of(error))
        except Exception as error:
            _logger.exception("job.failed", job=work.job.id, kind=kind.name)
            self._end(work, claim, "failed", failure=Failure.of(error))
        else:
            self._end(work, claim, "done", outcome)

    def _run(self, kind: Kind[Context, Any], work: Work) -> Outcome:
        if work.job.cancel_requested:
            raise Cancelled
        if work.job.takes > MOST_TAKES:
            raise Unavailable(
                "the worker did not survive this job", "see the worker's log; is the machine out of memory?"
            )
        return kind.run(self._context, msgspec.convert(work.job.request, kind.request), work)

    def _end(
        self,
        work: Work,
        claim: str,
        state: State,
        outcome: Outcome | None = None,
        failure: Failure | None = None,
    ) -> None:
        """Settle it, where it still is ours; its files go but for the result."""
        job = work.job.id
        file = f"{claim}/{outcome.file}" if outcome and outcome.file else ""
        with self._database.write() as tx:
            ours = store.end_job(tx, job, claim, state, self._clock.now(), work.latest)
            if ours and outcome:
                store.save_outcome(tx, job, outcome.result, file)
            if ours and failure:
                store.save_failure(tx, job, failure)
        if ours:
            self._files.keep_only(job, file)
        else:
            self._files.drop_folder(job, claim)
