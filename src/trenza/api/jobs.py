"""`/api/jobs`: long work. Ask for it, look each second how far it is, cancel it, take its file.

Each kind of job has a right of its own (`job_kinds`); a caller sees the jobs of the kinds that are theirs. Reloading a
page changes nothing: a job goes on wherever nobody looks.
"""

import asyncio
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.response import File

from trenza.access import Caller
from trenza.api.given import Calling, Here
from trenza.api.paging import Cursor, Limit, Page, page_of, unseal
from trenza.app import Instance
from trenza.job_kinds import KINDS, ask_for, kinds_for
from trenza.jobs import Failure, Job, Progress, State, Upload, cancel_job, find_job, list_jobs
from trenza.kernel import Forbidden, Instant, JsonObject, format_instant

ANY = {"right": "any"}
"""The kind of the job says which right is asked."""
Id = Annotated[str, PathParameter(max_length=60, description="`job_…`.")]
AnyRequest = Request[Any, Any, Any]


class JobShown(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A job as it is shown."""

    id: str
    kind: str
    asked_by: str
    state: State
    request: JsonObject
    progress: Progress
    asked_at: str
    started_at: str | None
    ended_at: str | None
    cancel_requested: bool
    result: JsonObject
    file: str | None
    """What the file is called; get it at `/api/jobs/{id}/file`."""
    error: Failure | None
    forgotten_at: str | None
    """When an erasure took its parameters or its file away."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do."""

    kind: Annotated[str, msgspec.Meta(max_length=40, description="`import`, `erase` or `export`.")]
    request: JsonObject = {}


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """An upload: give its id to the job that imports it; it is kept for a day."""

    upload: str
    bytes: int


class JobController(Controller):
    """Jobs."""

    path = "/api/jobs"
    tags = ("jobs",)

    @get("/", summary="Jobs, the last asked for first", opt=ANY, sync_to_thread=True)
    def list(
        self,
        instance: Here,
        caller: Calling,
        only: Annotated[
            Literal["open", "ended"] | None, QueryParameter(description="Under way, or ended; left out: all.")
        ] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[JobShown]:
        """Of the kinds that the caller may ask for."""
        place = unseal(instance.secret, "jobs", cursor) if cursor else None
        before = (int(place[0]), str(place[1])) if place else None
        found = list_jobs(instance.database, _kinds(caller), before, limit + 1, ended=_ended(only))
        page = page_of(found, limit, instance.secret, "jobs", lambda job: [job.asked_at, job.id])
        return Page(items=[shown(job) for job in page.items], next=page.next)

    @post("/", summary="Ask for a job", status_code=202, opt=ANY, sync_to_thread=True)
    def ask(self, instance: Here, caller: Calling, request: AnyRequest, data: JSONBody[Asked]) -> JobShown:
        """It is queued; look at it by its id."""
        if data.kind in KINDS:
            _allow(caller, data.kind)
        else:
            _kinds(caller)
        job = ask_for(instance, data.kind, data.request, caller.id)
        request.state.audit = job.id
        return shown(job)

    @post(
        "/uploads",
        summary="Send a file to be imported",
        opt={"right": "admin"},
        request_max_body_size=None,
    )
    async def upload(self, instance: Here, request: AnyRequest) -> Received:
        """The body is the file as it is, of up to 4 GB; send no `Idempotency-Key`."""
        upload = await asyncio.to_thread(instance.job_files.receive)
        await _receive(upload, request)
        request.state.audit = upload.id
        return Received(upload=upload.id, bytes=upload.octets)

    @get("/{job:str}", summary="One job", opt=ANY, sync_to_thread=True)
    def show(self, instance: Here, caller: Calling, job: Id) -> JobShown:
        """State, progress, result or failure."""
        return shown(_found(instance, caller, job))

    @post("/{job:str}/cancel", summary="Cancel a job", status_code=200, opt=ANY, sync_to_thread=True)
    def cancel(self, instance: Here, caller: Calling, request: AnyRequest, job: Id) -> JobShown:
        """At once where it waits, within a second where it runs; 409 where it has ended."""
        _found(instance, caller, job)
        request.state.audit = job
        return shown(cancel_job(instance.database, job, instance.clock.now()))

    @get("/{job:str}/file", summary="A job's file", opt=ANY, sync_to_thread=True, media_type="application/octet-stream")
    def file(self, instance: Here, caller: Calling, job: Id) -> File:
        """Exported lines, or rejected ones with their reasons."""
        found = _found(instance, caller, job)
        path = instance.job_files.result(found.id, found.file)
        return File(path, filename=f"{found.kind}-{path.name}", media_type="application/octet-stream")


def shown(job: Job) -> JobShown:
    """A job for people and programs: instants as text, the file by its name."""
    return JobShown(
        id=job.id,
        kind=job.kind,
        asked_by=job.asked_by,
        state=job.state,
        request=job.request,
        progress=job.progress,
        asked_at=format_instant(job.asked_at),
        started_at=_text(job.started_at),
        ended_at=_text(job.ended_at),
        cancel_requested=job.cancel_requested,
        result=job.result,
        file=job.file.rpartition("/")[2] or None,
        error=job.error,
        forgotten_at=_text(job.forgotten_at),
    )


async def _receive(upload: Upload, request: AnyRequest) -> None:
    try:
        async for piece in request.stream():
            await asyncio.to_thread(upload.write, piece)
        await asyncio.to_thread(upload.finish)
    except BaseException:
        upload.drop()
        raise


def _found(instance: Instance, caller: Caller, id_: str) -> Job:
    """A job that the caller may see."""
    _kinds(caller)
    job = find_job(instance.database, id_)
    _allow(caller, job.kind)
    return job


def _kinds(caller: Caller) -> list[str]:
    if not (kinds := kinds_for(caller.rights)):
        raise Forbidden("no kind of job is yours", "ask an admin for another role or a key with another scope")
    return kinds


def _allow(caller: Caller, kind: str) -> None:
    if kind not in kinds_for(caller.rights):
        right = KINDS[kind].right if kind in KINDS else "admin"
        raise Forbidden(f"this asks for the right {right!r}", "ask an admin for another role or a key with this scope")


def _ended(only: str | None) -> bool | None:
    return None if only is None else only == "ended"


def _text(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)


__all__ = ["JobController", "shown"]
