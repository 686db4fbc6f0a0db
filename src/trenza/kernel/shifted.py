"""A clock that is ahead of another one, by a span that processes share through a file: the time of a demo.

It goes at the pace of the clock below and is only ever moved on, never back: what has happened stays in the past. Every
process looks at the file again ten times a second, so the door and the worker are moved together.
"""

import contextlib
import os
import threading
import time
from pathlib import Path

from trenza.kernel.clock import Clock, Instant

_FRESH = 0.1


class ShiftedClock:
    """A clock ahead of another.

    Args:
        clock: the one below.
        path: the file that holds by how many milliseconds it is ahead; without it, by none.
    """

    def __init__(self, clock: Clock, path: Path) -> None:
        self._clock = clock
        self._path = path
        self._lock = threading.Lock()
        self._ahead = 0
        self._read_at = float("-inf")

    @property
    def ahead(self) -> int:
        """By how many milliseconds it is ahead of the clock below."""
        if time.monotonic() - self._read_at > _FRESH:
            self._read()
        return self._ahead

    def now(self) -> Instant:
        """The instant of the clock below, and what it is ahead."""
        return self._clock.now() + self.ahead

    def advance(self, milliseconds: int) -> None:
        """Move on by a span, here and in every process that has the file; a span below zero moves nothing."""
        with self._lock:
            self._read()
            self._write(self._ahead + max(milliseconds, 0))

    def _read(self) -> None:
        """Look at the file. What it has lost, or what cannot be read, counts no less than what was read before."""
        with contextlib.suppress(OSError, ValueError):
            self._ahead = max(self._ahead, int(self._path.read_text(encoding="ascii")))
        self._read_at = time.monotonic()

    def _write(self, ahead: int) -> None:
        """Keep it; the file is never half written."""
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        draft.write_text(str(ahead), encoding="ascii")
        draft.replace(self._path)
        self._ahead = ahead
