"""The worker in a process of its own beside the door, so that neither waits for the other's turn in the interpreter.

The process is forked before anything is opened: what was imported is shared, and each side opens the instance for
itself. Where a system cannot fork, the worker's threads live in the door's process.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

_LOOK = 0.5
_PATIENCE = 9.0

CAN_FORK = hasattr(os, "fork") and sys.platform == "linux"


class Beside:
    """A child process that does some work until it is told to stop, or its parent is gone.

    Args:
        work: what it does; it is handed an event that is set when it has to end.
    """

    def __init__(self, work: Callable[[threading.Event], None]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self._process = os.fork()
        if self._process == 0:
            _be_child(work)

    def is_alive(self) -> bool:
        """Whether it still works."""
        return self._ended() is None

    def stop(self) -> None:
        """Tell it to end, and wait until it has."""
        os.kill(self._process, signal.SIGTERM)
        last = time.monotonic() + _PATIENCE
        while self._ended() is None and time.monotonic() < last:
            time.sleep(0.02)
        if self._ended() is None:
            os.kill(self._process, signal.SIGKILL)

    def _ended(self) -> int | None:
        try:
            process, status = os.waitpid(self._process, os.WNOHANG)
        except ChildProcessError:
            return 0
        return status if process else None


def _be_child(work: Callable[[threading.Event], None]) -> None:
    """Work, then end the process without running what belongs to the parent."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    parent = os.getppid()
    threading.Thread(target=_watch, args=(parent, stopped), daemon=True).start()
    status = 1
    try:
        work(stopped)
        status = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _watch(parent: int, stopped: threading.Event) -> None:
    """End when the parent is gone: two workers do no harm, but nobody would ever stop this one."""
    while not stopped.wait(_LOOK):
        if os.getppid() != parent:
            stopped.set()
