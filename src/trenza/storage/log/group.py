"""Group commit: many requests, one fsync.

Callers hand in an entry and wait; one thread takes whatever has gathered, appends it in one transaction and then lets
all of them go. The busier the door, the larger the group. All who wait in one event loop are told with one call.
"""

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue

from trenza.kernel import Clock, Unavailable
from trenza.storage.log.port import Entry, Log

_LARGEST_GROUP = 512

_Waiter = tuple[asyncio.AbstractEventLoop, "asyncio.Future[int]"] | Future[int]
_Group = list[tuple[Entry, _Waiter]]


class GroupCommit:
    """Appends for many callers at once.

    Args:
        log: where entries go.
        clock: tells when they arrived.
    """

    def __init__(self, log: Log, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._waiting: SimpleQueue[tuple[Entry, _Waiter] | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    async def append(self, entry: Entry) -> int:
        """Wait until the entry is on disk.

        Raises:
            Unavailable: the instance is shutting down.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[int] = loop.create_future()
        self._hand_in(entry, (loop, future))
        return await future

    def submit(self, entry: Entry) -> "Future[int]":
        """Hand in an entry; the future is done when it is on disk."""
        future: Future[int] = Future()
        self._hand_in(entry, future)
        return future

    def close(self) -> None:
        """Take no more; return when all that was handed in is on disk."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def _hand_in(self, entry: Entry, waiter: _Waiter) -> None:
        with self._closing:
            if self._closed:
                raise Unavailable("the instance is shutting down", "send it again in a moment")
            self._waiting.put((entry, waiter))

    def _run(self) -> None:
        closed = False
        while not closed:
            group, closed = self._next_group()
            if group:
                self._append(group)

    def _next_group(self) -> tuple[_Group, bool]:
        """What has gathered, and whether nothing will come after it."""
        group: _Group = []
        handed_in = self._waiting.get()
        with contextlib.suppress(Empty):
            while handed_in is not None:
                group.append(handed_in)
                if len(group) == _LARGEST_GROUP:
                    return group, False
                handed_in = self._waiting.get_nowait()
            return group, True
        return group, False

    def _append(self, group: _Group) -> None:
        try:
            last = self._log.append([entry for entry, _ in group], self._clock.now())
        except Exception as error:  # noqa: BLE001 — every waiting caller is told, whatever it was
            _tell([waiter for _, waiter in group], error)
        else:
            _tell([waiter for _, waiter in group], last)


def _tell(waiters: Sequence[_Waiter], outcome: int | Exception) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[int]]] = {}
    for waiter in waiters:
        if isinstance(waiter, tuple):
            loops.setdefault(waiter[0], []).append(waiter[1])
        elif waiter.set_running_or_notify_cancel():
            _settle(waiter, outcome)
    for loop, futures in loops.items():
        with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits there any more
            loop.call_soon_threadsafe(_settle_all, futures, outcome)


def _settle_all(futures: "Sequence[asyncio.Future[int]]", outcome: int | Exception) -> None:
    for future in futures:
        if not future.done():
            _settle(future, outcome)


def _settle(future: "asyncio.Future[int] | Future[int]", outcome: int | Exception) -> None:
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
