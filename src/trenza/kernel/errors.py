"""The error tree. An error says whose fault it is, suggests a status and names the remedy.

TrenzaError
├── Invalid        400  what was sent cannot be read or is not allowed
│   └── Faulty     422  a document with faults, all of them gathered
├── Unauthorised   401  no key or session, or an unknown one
├── Forbidden      403  known, but without the right
├── NotFound       404  nothing of that name
├── Conflict       409  true once, not now
├── TooLarge       413  past a limit
└── Unavailable    503  ours: try again later
"""

from typing import ClassVar

import msgspec


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong in a file, with its place (1-based) and how to mend it."""

    file: str
    line: int
    column: int
    why: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.why} — {self.mend}"


class TrenzaError(Exception):
    """Root of all errors of the house.

    Args:
        why: what happened, in one sentence, without personal data.
        mend: what the reader can do about it.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong here"

    def __init__(self, why: str, mend: str = "") -> None:
        super().__init__(f"{why} — {mend}" if mend else why)
        self.why = why
        self.mend = mend


class Invalid(TrenzaError):
    """What was sent cannot be read or is not allowed."""

    status = 400
    code = "invalid"
    title = "The request is not valid"


class Faulty(Invalid):
    """A document with faults: all of them, at once."""

    status = 422
    code = "faulty"
    title = "The document has faults"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class Unauthorised(TrenzaError):
    """No key or session, or an unknown one."""

    status = 401
    code = "unauthorised"
    title = "Who are you?"


class Forbidden(TrenzaError):
    """Known, but without the right."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFound(TrenzaError):
    """Nothing of that name."""

    status = 404
    code = "not_found"
    title = "Not found"


class Conflict(TrenzaError):
    """It was true once and is not now, or somebody was faster."""

    status = 409
    code = "conflict"
    title = "Conflict"


class TooLarge(TrenzaError):
    """Past a limit."""

    status = 413
    code = "too_large"
    title = "Too large"


class Unavailable(TrenzaError):
    """Ours: a part is not there now."""

    status = 503
    code = "unavailable"
    title = "Not available now"
