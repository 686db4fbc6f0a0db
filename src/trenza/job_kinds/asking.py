"""Asking for a job: what was sent is read and looked at, and only then queued."""

import msgspec

from trenza.app import Instance
from trenza.job_kinds.table import KINDS
from trenza.jobs import Job, enqueue, new_job_id
from trenza.kernel import Invalid, JsonObject, NotFound


def ask_for(instance: Instance, kind: str, request: JsonObject, asked_by: str) -> Job:
    """Ask for a job.

    Args:
        instance: whose work it is.
        kind: its name.
        request: its parameters; see the kind's request.
        asked_by: who asks, as the audit names them.

    Raises:
        NotFound: there is no such kind, or what the job is about is not there.
        Invalid: a parameter is wrong.
    """
    if (found := KINDS.get(kind)) is None:
        raise NotFound(f"there is no kind of job {kind[:40]!r}", f"choose one of {', '.join(KINDS)}")
    try:
        wanted = msgspec.convert(request, found.request)
    except msgspec.ValidationError as error:
        raise Invalid(f"the request is wrong: {error}", f"see the {kind} job in docs/reference/http.md") from error
    prepared = found.prepare(instance, wanted)
    job = new_job_id()
    if prepared.upload:
        instance.job_files.take_upload(prepared.upload, job, prepared.name)
    kept: JsonObject = msgspec.to_builtins(prepared.request)
    now = instance.clock.now()
    return enqueue(instance.database, kind, kept, asked_by, now, prepared.person, prepared.when_erased, job)
