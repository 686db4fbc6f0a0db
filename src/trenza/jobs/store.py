"""The table of jobs. Whoever holds the claim writes; every change of state is one statement that asks for it."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from trenza.jobs.model import ENDED, Failure, Job, Progress, State, WhenErased
from trenza.kernel import Instant, JsonObject, decode_json, encode_json
from trenza.storage import Transaction, among, bulk_insert, comes_before, metadata

_jobs = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("person", BigInteger),
    Column("state", Text, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("unit", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("cancel", Integer, nullable=False),
    Column("claim", Text, nullable=False),
    Column("lease_until", BigInteger),
    Column("takes", Integer, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("file", Text, nullable=False),
    Column("error", LargeBinary, nullable=False),
    Column("when_erased", Text, nullable=False),
    Column("forgotten_at", BigInteger),
    Index("ix_job_asked_at", "asked_at", "id"),
    Index("ix_job_state", "state", "kind", "asked_at"),
)
_COLUMNS = [column.name for column in _jobs.columns]
_NOTHING = encode_json({})


def insert_job(tx: Transaction, job: Job, person: int | None, when_erased: WhenErased) -> None:
    """Put a job into the queue."""
    row = {
        **dict.fromkeys(_COLUMNS),
        "id": job.id,
        "kind": job.kind,
        "asked_by": job.asked_by,
        "person": person,
        "state": job.state,
        "request": encode_json(job.request),
        "asked_at": job.asked_at,
        "done": 0,
        "unit": "",
        "phase": "",
        "cancel": 0,
        "claim": "",
        "takes": 0,
        "result": _NOTHING,
        "file": "",
        "error": b"",
        "when_erased": when_erased,
    }
    bulk_insert(tx, _jobs, _COLUMNS, [list(row.values())])


def is_claimable(tx: Transaction, kind: str, now: Instant) -> bool:
    """Whether there is a job of a kind to be taken: a look without a lock."""
    return tx.scalar(select(_jobs.c.id).where(_free(kind, now)).limit(1)) is not None


def claim_job(tx: Transaction, kind: str, claim: str, lease_until: Instant, now: Instant) -> Job | None:
    """Take the oldest job of a kind that is queued, or whose worker was lost; those that others take are passed by."""
    oldest = (
        select(_jobs.c.id)
        .where(_free(kind, now))
        .order_by(_jobs.c.asked_at, _jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(_jobs)
        .where(_jobs.c.id == oldest.scalar_subquery(), _free(kind, now))
        .values(
            state="running",
            claim=claim,
            lease_until=lease_until,
            started_at=func.coalesce(_jobs.c.started_at, now),
            takes=_jobs.c.takes + 1,
        )
        .returning(_jobs)
    )
    row = tx.execute(taken).one_or_none()
    return None if row is None else _job(row)


def read_claim(tx: Transaction, job: str) -> tuple[str, bool]:
    """Whose a job is, and whether it is to be cancelled."""
    row = tx.execute(select(_jobs.c.claim, _jobs.c.cancel).where(_jobs.c.id == job)).one_or_none()
    return ("", False) if row is None else (row.claim, bool(row.cancel))


def save_progress(tx: Transaction, job: str, claim: str, progress: Progress, lease_until: Instant) -> bool:
    """Write how far it is and renew the lease; False where the claim is no longer good."""
    values = {**msgspec.structs.asdict(progress), "lease_until": lease_until}
    return tx.execute(_of(job, claim).values(**values)).rowcount == 1


def end_job(tx: Transaction, job: str, claim: str, state: State, now: Instant, progress: Progress) -> bool:
    """Settle a job that is the claim's; False where it is no longer."""
    values = {**msgspec.structs.asdict(progress), "state": state, "ended_at": now, "claim": "", "lease_until": None}
    return tx.execute(_of(job, claim).values(**values)).rowcount == 1


def save_outcome(tx: Transaction, job: str, result: JsonObject, file: str) -> None:
    """Keep what came of a job."""
    tx.execute(update(_jobs).where(_jobs.c.id == job).values(result=encode_json(result), file=file))


def save_failure(tx: Transaction, job: str, failure: Failure) -> None:
    """Keep why a job failed."""
    tx.execute(update(_jobs).where(_jobs.c.id == job).values(error=encode_json(failure)))


def give_back(tx: Transaction, job: str, claim: str) -> None:
    """Put a job that is the claim's back into the queue, as if it had never been taken."""
    tx.execute(_of(job, claim).values(state="queued", claim="", lease_until=None, takes=_jobs.c.takes - 1))


def cancel_waiting(tx: Transaction, job: str, now: Instant) -> None:
    """Cancel a job that nobody is doing: at once."""
    waits = or_(_jobs.c.state == "queued", _is_lost(now))
    tx.execute(
        update(_jobs)
        .where(_jobs.c.id == job, waits)
        .values(state="cancelled", cancel=1, ended_at=now, claim="", lease_until=None)
    )


def ask_to_cancel(tx: Transaction, job: str) -> None:
    """Cancel a job that is being done: its worker looks for it."""
    tx.execute(update(_jobs).where(_jobs.c.id == job, _jobs.c.state == "running").values(cancel=1))


def select_job(tx: Transaction, job: str) -> Job | None:
    """One job."""
    row = tx.execute(select(_jobs).where(_jobs.c.id == job)).one_or_none()
    return None if row is None else _job(row)


def select_jobs(
    tx: Transaction,
    kinds: Collection[str],
    before: tuple[Instant, str] | None,
    limit: int,
    ended: bool | None,
) -> list[Job]:
    """Jobs of some kinds, the last asked for first."""
    query = select(_jobs).where(among(_jobs.c.kind, kinds))
    if before is not None:
        query = query.where(comes_before(_jobs.c.asked_at, _jobs.c.id, before))
    if ended is not None:
        query = query.where(_jobs.c.ended_at.is_not(None) if ended else _jobs.c.ended_at.is_(None))
    return [_job(row) for row in tx.execute(query.order_by(_jobs.c.asked_at.desc(), _jobs.c.id.desc()).limit(limit))]


def files_wanted(tx: Transaction) -> dict[str, str | None]:
    """By job: the name of its file; None where it has not ended and needs all its files."""
    rows = tx.execute(select(_jobs.c.id, _jobs.c.state, _jobs.c.file))
    return {row.id: row.file if row.state in ENDED else None for row in rows}


def delete_ended(tx: Transaction, before: Instant) -> int:
    """Drop jobs that ended before an instant."""
    return tx.execute(delete(_jobs).where(_jobs.c.ended_at < before)).rowcount


def forget_person(tx: Transaction, leaves: Collection[int], now: Instant) -> int:
    """Take a person's parameters, results and files out of jobs; returns of how many. What is not done never is."""
    theirs = among(_jobs.c.person, leaves)
    waits = or_(_jobs.c.state == "queued", and_(_jobs.c.state == "running", _jobs.c.when_erased != "keep"))
    ended = {"state": "cancelled", "ended_at": now, "claim": "", "lease_until": None}
    tx.execute(update(_jobs).where(theirs, waits).values(**ended))
    forgotten = {"person": None, "request": _NOTHING, "file": "", "forgotten_at": now}
    return tx.execute(update(_jobs).where(theirs).values(**forgotten)).rowcount


def forget_files(tx: Transaction, now: Instant) -> int:
    """Give up the files that are about everybody; returns how many. What is being written is begun anew."""
    about_all = _jobs.c.person.is_(None)
    again = and_(about_all, _jobs.c.state == "running", _jobs.c.when_erased == "again")
    tx.execute(update(_jobs).where(again).values(state="queued", claim="", lease_until=None, takes=0))
    kept = and_(about_all, _jobs.c.file != "")
    return tx.execute(update(_jobs).where(kept).values(file="", forgotten_at=now)).rowcount


def people_named(tx: Transaction, until: Instant) -> list[int]:
    """Whom jobs are about that were asked for up to an instant."""
    query = select(_jobs.c.person).where(_jobs.c.person.is_not(None), _jobs.c.asked_at <= until)
    return list(tx.scalars(query.distinct()))


def count_files(tx: Transaction, until: Instant) -> int:
    """Files about everybody of jobs that ended up to an instant."""
    query = select(func.count()).where(_jobs.c.person.is_(None), _jobs.c.file != "", _jobs.c.ended_at < until)
    return tx.scalar(query.select_from(_jobs)) or 0


def _free(kind: str, now: Instant) -> ColumnElement[bool]:
    return and_(_jobs.c.kind == kind, or_(_jobs.c.state == "queued", _is_lost(now)))


def _is_lost(now: Instant) -> ColumnElement[bool]:
    return and_(_jobs.c.state == "running", _jobs.c.lease_until < now)


def _of(job: str, claim: str) -> Any:
    return update(_jobs).where(_jobs.c.id == job, _jobs.c.claim == claim)


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        asked_by=row.asked_by,
        state=row.state,
        request=decode_json(row.request),
        asked_at=row.asked_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        progress=Progress(row.done, row.total, row.unit, row.phase),
        cancel_requested=bool(row.cancel),
        result=decode_json(row.result),
        file=row.file,
        error=msgspec.json.decode(row.error, type=Failure) if row.error else None,
        forgotten_at=row.forgotten_at,
        takes=row.takes,
    )
