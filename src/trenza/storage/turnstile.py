"""Who writes next, where SQLite keeps no order: a writer stands at the turnstile until it has the write lock.

SQLite lets waiting writers look again now and then, so one that commits and begins again at once is nearly always
faster, and the others starve. Here it finds the turnstile taken by whoever waits, and comes after. The turnstile is a
lock on an empty file beside the database: it counts between processes as between threads, the system gives it back
when its holder dies, and nobody holds it longer than SQLite lets a writer wait.
"""

import fcntl
import os
from types import TracebackType


class Turnstile:
    """One writer's way through; each connection has its own.

    Args:
        path: the file; it is made where there is none.
    """

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> None:
        """Wait for those who came before."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Let the next one stand here."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)
