"""Asking for jobs, looking at them, cancelling them; and keeping house."""

from collections.abc import Collection
from typing import Final

from trenza.jobs import store
from trenza.jobs.files import Files
from trenza.jobs.model import Job, WhenErased
from trenza.kernel import Conflict, Instant, JsonObject, NotFound, new_id
from trenza.storage import Database

DAY: Final = 24 * 60 * 60_000
KEPT: Final = 30 * DAY
"""How long an ended job and its file are kept."""


def enqueue(
    database: Database,
    kind: str,
    request: JsonObject,
    asked_by: str,
    now: Instant,
    person: int | None = None,
    when_erased: WhenErased = "keep",
    id_: str = "",
) -> Job:
    """Put a job into the queue.

    Args:
        database: the state.
        kind: its kind.
        request: its parameters, as they are kept.
        asked_by: who asks, as the audit names them.
        now: the present instant.
        person: whom it is about.
        when_erased: what an erasure does with it while it is under way.
        id_: its id where it has one already; see `new_job_id`.
    """
    job = Job(id=id_ or new_job_id(), kind=kind, asked_by=asked_by, state="queued", request=request, asked_at=now)
    with database.write() as tx:
        store.insert_job(tx, job, person, when_erased)
    return job


def new_job_id() -> str:
    """An id for a job to come."""
    return f"job_{new_id()}"


def find_job(database: Database, id_: str) -> Job:
    """One job.

    Raises:
        NotFound: there is none of that id.
    """
    with database.read() as tx:
        job = store.select_job(tx, id_)
    if job is None:
        raise NotFound("there is no such job", "see what there is: GET /api/jobs, `trenza job list`")
    return job


def list_jobs(
    database: Database,
    kinds: Collection[str],
    before: tuple[Instant, str] | None = None,
    limit: int = 50,
    *,
    ended: bool | None = None,
) -> list[Job]:
    """Jobs, the last asked for first.

    Args:
        database: the state.
        kinds: only of these.
        before: behind the place `(asked_at, id)` of the page before.
        limit: at most so many.
        ended: only those that have, or have not; None is all.
    """
    with database.read() as tx:
        return store.select_jobs(tx, kinds, before, limit, ended)


def cancel_job(database: Database, id_: str, now: Instant) -> Job:
    """Cancel a job: at once where nobody is doing it, else as soon as its worker looks. Asking again changes nothing.

    Raises:
        NotFound: there is none of that id.
        Conflict: it has ended already.
    """
    with database.write() as tx:
        store.cancel_waiting(tx, id_, now)
        store.ask_to_cancel(tx, id_)
    job = find_job(database, id_)
    if job.state in {"done", "failed"}:
        raise Conflict("the job has ended already", "there is nothing left to cancel")
    return job


def keep_house(database: Database, files: Files, now: Instant) -> int:
    """Drop what is too old and files that no job needs; returns how many files."""
    with database.write() as tx:
        store.delete_ended(tx, now - KEPT)
    return drop_unwanted(database, files, now - DAY)


def drop_unwanted(database: Database, files: Files, before: Instant) -> int:
    """Drop files that no job needs; returns how many."""
    with database.read() as tx:
        unwanted = files.unwanted(store.files_wanted(tx), before)
    for path in unwanted:
        path.unlink(missing_ok=True)
    return len(unwanted)
