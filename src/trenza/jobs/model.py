"""The words of the room: a job, its progress, its failure, and what came of it."""

from typing import Final, Literal, get_args

import msgspec

from trenza.kernel import Fault, Faulty, Instant, JsonObject, TrenzaError

State = Literal["queued", "running", "done", "failed", "cancelled"]
STATES: Final[tuple[State, ...]] = get_args(State)
WhenErased = Literal["keep", "again", "cancel"]
"""What becomes of a job that is under way when somebody is erased: `again` begins anew (its file would be about
everybody), `cancel` ends it (if it is about them), `keep` goes on."""
ENDED: Final[tuple[State, ...]] = ("done", "failed", "cancelled")


class Progress(msgspec.Struct, frozen=True):
    """How far a job has come."""

    done: int = 0
    total: int | None = None
    """None where nobody knows."""
    unit: str = ""
    """What is counted: `bytes`, `events`, `people`, `parts`."""
    phase: str = ""
    """What is being done: `reading`, `writing`, `gathering`, `erasing`."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a job failed, for people."""

    code: str
    title: str
    why: str
    mend: str = ""
    faults: list[Fault] = []

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        """What to show of an error; what is not ours is said to be internal, and stands in the worker's log."""
        if not isinstance(error, TrenzaError):
            why = "the work broke off unexpectedly"
            return cls(code="internal", title=TrenzaError.title, why=why, mend="the worker's log has more")
        faults = error.faults if isinstance(error, Faulty) else []
        return cls(code=error.code, title=error.title, why=error.why, mend=error.mend, faults=faults)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Long work that somebody asked for."""

    id: str
    kind: str
    asked_by: str
    """`user:usr_…`, `key:key_…` or `cli`, as in the audit."""
    state: State
    request: JsonObject
    """As the kind wrote it down; empty once an erasure has reached it."""
    asked_at: Instant
    started_at: Instant | None = None
    ended_at: Instant | None = None
    progress: Progress = Progress()
    cancel_requested: bool = False
    result: JsonObject = {}
    file: str = ""
    """Path of the file to download, in the job's folder; empty where there is none."""
    error: Failure | None = None
    forgotten_at: Instant | None = None
    """When an erasure took parameters or file away."""
    takes: int = 0
    """How often a worker has begun it."""


class Outcome(msgspec.Struct, frozen=True):
    """What came of a job that was done."""

    result: JsonObject
    """Small; nothing of a person."""
    file: str = ""
    """Name of a file in `Work.folder`."""
