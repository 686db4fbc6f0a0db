"""Group commit: many requests, one fsync.

Callers hand in an entry and wait; one thread takes whatever has gathered, appends it in one transaction and then lets
all of them go. The busier the door, the larger the group.
"""

import asyncio
import threading
from concurrent.futures import Future

from trenza.kernel import Clock, Unavailable
from trenza.storage.log.port import Entry, Log

_LARGEST_GROUP = 512


class GroupCommit:
    """Appends for many callers at once.

    Args:
        log: where entries go.
        clock: tells when they arrived.
    """

    def __init__(self, log: Log, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._waiting: list[tuple[Entry, Future[int]]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    async def append(self, entry: Entry) -> int:
        """Wait until the entry is on disk.

        Raises:
            Unavailable: the instance is shutting down.
        """
        return await asyncio.wrap_future(self.submit(entry))

    def submit(self, entry: Entry) -> "Future[int]":
        """Hand in an entry; the future is done when it is on disk."""
        future: Future[int] = Future()
        with self._changed:
            if self._closed:
                raise Unavailable("the instance is shutting down", "send it again in a moment")
            self._waiting.append((entry, future))
            self._changed.notify()
        return future

    def close(self) -> None:
        """Take no more; return when all that was handed in is on disk."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while group := self._next_group():
            try:
                last = self._log.append([entry for entry, _ in group], self._clock.now())
            except Exception as error:  # noqa: BLE001 — every waiting caller is told, whatever it was
                for _, future in group:
                    if future.set_running_or_notify_cancel():
                        future.set_exception(error)
            else:
                for _, future in group:
                    if future.set_running_or_notify_cancel():
                        future.set_result(last)

    def _next_group(self) -> list[tuple[Entry, "Future[int]"]]:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            group, self._waiting = self._waiting[:_LARGEST_GROUP], self._waiting[_LARGEST_GROUP:]
        return group
