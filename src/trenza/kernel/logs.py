"""Logs go to standard error, and never hold a word of anybody's.

An error is written as what kind it is and where it was raised, frame by frame, and so its causes: without local
variables, which hold what is being worked on, and without its message, which may repeat what somebody sent.
"""

import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TextIO

_Error = tuple[type[BaseException], BaseException, TracebackType | None]


def guard_logs() -> None:
    """Set up how this process logs, where nobody did."""
    import structlog  # noqa: PLC0415 — the ground is imported by those too who never log

    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=write_without_words),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def write_without_words(output: TextIO, error: _Error) -> None:
    """Write an error as a log may hold it; structlog's exception formatter."""
    output.write("\n".join(_told(error[1])))


def _told(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    lead = ""
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield f"{lead}{type(current).__module__}.{type(current).__qualname__}"
        for frame in traceback.extract_tb(current.__traceback__):
            yield f"  {_place(frame.filename)}:{frame.lineno} {frame.name}"
        lead = "caused by " if current.__cause__ else "while handling "
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _place(file: str) -> str:
    """The end of a path: enough to find the file, nothing of whose machine it is."""
    return "/".join(Path(file).parts[-3:])
