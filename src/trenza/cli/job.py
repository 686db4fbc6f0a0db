"""`trenza job`: long work that was asked for on a page or through the API."""

from typing import Annotated, Literal

import msgspec
import typer

from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, opened, print_json, print_text
from trenza.job_kinds import KINDS
from trenza.jobs import Job, Progress, cancel_job, find_job, list_jobs
from trenza.kernel import Instant, JsonObject, format_instant

app = typer.Typer(name="job", help="Long work: see how far it is, cancel it.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="JOB", help="Its id (job_…).", show_default=False)]


@app.command("list")
def list_all(
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")] = 50,
    state: Annotated[Literal["all", "open", "ended"], typer.Option("--state", help="Which ones.")] = "all",
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print jobs, the last asked for first (JSON Lines with --json).

    Example: trenza job list --state open
    """
    ended = None if state == "all" else state == "ended"
    with opened(data, database, log, lake) as instance:
        jobs = list_jobs(instance.database, [*KINDS], limit=limit, ended=ended)
    for job in jobs:
        if as_json:
            print_json(_shown(job))
        else:
            print_text(f"{job.id}  {job.kind:<8}  {job.state:<9}  {format_instant(job.asked_at)}  {_far(job.progress)}")


@app.command("show")
def show(
    job: Id,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print one job: state, progress, result or failure, and where its file lies.

    Example: trenza job show job_3f0c1a52-6f5e-4c9a-9f44-0d1f6f3b8a11
    """
    with opened(data, database, log, lake) as instance:
        found = find_job(instance.database, job)
        path = instance.job_files.result(found.id, found.file) if found.file else None
    if as_json:
        print_json({**_shown(found), "path": str(path) if path else None})
        return
    print_text(f"{found.id}  {found.kind}  {found.state}  {_far(found.progress)}")
    if found.error:
        print_text(f"failed: {found.error.why} — {found.error.mend}")
    if path:
        print_text(f"file: {path}")


@app.command("cancel")
def cancel(
    job: Id,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Cancel a job: at once where it waits, within a second where a worker is at it.

    Example: trenza job cancel job_3f0c1a52-6f5e-4c9a-9f44-0d1f6f3b8a11
    """
    with opened(data, database, log, lake) as instance:
        found = cancel_job(instance.database, job, instance.clock.now())
    if as_json:
        print_json(_shown(found))
    else:
        print_text("cancelled" if found.state == "cancelled" else "its worker will end it")


def _shown(job: Job) -> JsonObject:
    return {
        "id": job.id,
        "kind": job.kind,
        "askedBy": job.asked_by,
        "state": job.state,
        "request": job.request,
        "progress": msgspec.to_builtins(job.progress),
        "askedAt": format_instant(job.asked_at),
        "startedAt": _text(job.started_at),
        "endedAt": _text(job.ended_at),
        "cancelRequested": job.cancel_requested,
        "result": job.result,
        "file": job.file.rpartition("/")[2] or None,
        "error": msgspec.to_builtins(job.error),
        "forgottenAt": _text(job.forgotten_at),
    }


def _far(progress: Progress) -> str:
    total = "" if progress.total is None else f" of {progress.total}"
    return f"{progress.phase} {progress.done}{total} {progress.unit}" if progress.unit else ""


def _text(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)


__all__ = ["app"]
