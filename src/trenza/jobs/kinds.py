"""What a kind of job is. The kinds there are stand in `trenza.job_kinds`, in one table."""

from collections.abc import Callable
from typing import Generic, Literal, TypeVar

import msgspec

from trenza.access import Right
from trenza.identity import Person
from trenza.jobs.model import Outcome, WhenErased
from trenza.jobs.work import Work

Context = TypeVar("Context")
Request = TypeVar("Request", bound=msgspec.Struct)


class Prepared(msgspec.Struct, Generic[Request], frozen=True):
    """A request that was looked at before it was queued."""

    request: Request
    """With public ids in the place of names: what is kept."""
    person: Person | None = None
    """Whom it is about: an erasure of them takes the job's parameters and file away."""
    upload: str = ""
    """The upload that becomes the job's."""
    name: str = ""
    """How the upload's file is called in the job's folder."""
    when_erased: WhenErased = "keep"


class Kind(msgspec.Struct, Generic[Context, Request], frozen=True, kw_only=True):
    """One kind of job."""

    name: str
    right: Right
    """What it asks of whoever asks for it, looks at it, or cancels it."""
    request: type[Request]
    """Its parameters; every field has a default, for an erasure may have emptied them."""
    prepare: Callable[[Context, Request], Prepared[Request]]
    """Refuses what cannot be done, before it is queued."""
    run: Callable[[Context, Request, Work], Outcome]
    """Does it. May be run again from the start at any point: its worker may have been killed there."""
    taken_up: Literal["resumes", "restarts"]
    """What happens to one whose worker was lost."""
