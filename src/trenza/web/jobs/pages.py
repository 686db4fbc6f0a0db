"""`/jobs` and `/jobs/{id}`: both ask anew each second while something is under way, so a reload changes nothing."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import PathParameter

from trenza.app import Instance
from trenza.job_kinds import kinds_for
from trenza.jobs import ENDED, Job, cancel_job, find_job, list_jobs
from trenza.kernel import Conflict, Forbidden, NotFound
from trenza.web.editor import FaultLine, said_faults
from trenza.web.jobs.lines import line_of, names_of_askers
from trenza.web.jobs.words import MENDING_WORDS, PHASE_WORDS
from trenza.web.paging import PER_PAGE, part_of, place_of
from trenza.web.render import Here, View, Viewing

Id = Annotated[str, PathParameter(max_length=60)]
_REJECTED_SHOWN = 10
_LONGEST_LINE = 400


class Rejected(msgspec.Struct, frozen=True):
    """A line that an import refused."""

    line: int
    reason: str
    content: str


class JobPageController(Controller):
    """`/jobs`. Each kind of job has a right of its own; whoever has none of them sees an empty list and is told why."""

    include_in_schema = False

    @get("/jobs", opt={"right": "read"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """What is under way, and what has ended."""
        values = _list_values(view, instance)
        if view.asks_for("jobs"):
            return view.fragment("jobs/list.html", "jobs", values)
        return view.page("jobs/list.html", values)

    @get("/jobs/{job:str}", opt={"right": "read"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, job: Id) -> Response[str]:
        """One job: progress, result, or why it failed."""
        values = _job_values(view, instance, _found(view, job))
        if view.asks_for("job"):
            return view.fragment("jobs/show.html", "job", values)
        return view.page("jobs/show.html", values)

    @post("/jobs/{job:str}/cancel", opt={"right": "read"}, sync_to_thread=True)
    def cancel(self, view: Viewing, instance: Here, job: Id) -> Response[Any]:
        """End it; one that has ended meanwhile is only shown."""
        found = _found(view, job)
        view.request.state.audit = found.id
        try:
            cancel_job(instance.database, found.id, instance.clock.now())
        except Conflict:
            return view.redirect(f"/jobs/{found.id}")
        return view.redirect(f"/jobs/{found.id}", said="cancelled")


def _list_values(view: View, instance: Instance) -> dict[str, Any]:
    kinds = kinds_for(view.caller.rights if view.caller else ())
    names = names_of_askers(view)
    place = place_of(view, "jobs")
    before = (int(place[0]), str(place[1])) if place else None
    ended = list_jobs(instance.database, kinds, before, PER_PAGE + 1, ended=True)
    part = part_of(view, "jobs", ended, lambda job: [job.asked_at, job.id])
    open_ = list_jobs(instance.database, kinds, ended=False) if part.first else []
    return {
        "kinds": kinds,
        "part": part,
        "ended": [line_of(view, job, names) for job in part.items],
        "open": [line_of(view, job, names) for job in open_],
        "phases": _phases(view),
    }


def _job_values(view: View, instance: Instance, job: Job) -> dict[str, Any]:
    path = _file(instance, job)
    return {
        "line": line_of(view, job, names_of_askers(view)),
        "job": job,
        "phases": _phases(view),
        "file": path.name if path else "",
        "octets": path.stat().st_size if path else 0,
        "rejected": _rejected(path) if path and job.kind == "import" else (),
        "receipt": _receipt(job),
        "faults": _faults(view, job),
        "mend": view.say(MENDING_WORDS.get(job.error.code, "")) if job.error else "",
    }


def _phases(view: View) -> dict[str, str]:
    return {phase: view.say(text) for phase, text in PHASE_WORDS.items()}


def _found(view: View, id_: str) -> Job:
    """A job that the reader may see."""
    job = find_job(view.instance.database, id_)
    if job.kind not in kinds_for(view.caller.rights if view.caller else ()):
        raise Forbidden("this kind of job is not yours", "ask an admin for another role")
    return job


def _file(instance: Instance, job: Job) -> Path | None:
    """The file to download; None where there is none (any more)."""
    try:
        return instance.job_files.result(job.id, job.file) if job.state in ENDED else None
    except NotFound:
        return None


def _rejected(path: Path) -> tuple[Rejected, ...]:
    with path.open("rb") as file:
        lines = [
            msgspec.json.decode(line, type=Rejected) for line, _ in zip(file, range(_REJECTED_SHOWN), strict=False)
        ]
    return tuple(Rejected(each.line, each.reason, each.content[:_LONGEST_LINE]) for each in lines)


def _receipt(job: Job) -> str:
    """The receipt of an erasure as a text to keep; empty where there is none."""
    receipt = job.result.get("receipt")
    return msgspec.json.format(msgspec.json.encode(receipt), indent=2).decode() if receipt else ""


def _faults(view: View, job: Job) -> tuple[FaultLine, ...]:
    return said_faults(view, job.error.faults) if job.error else ()
