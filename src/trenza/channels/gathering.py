"""Many writers, one transaction: who comes while another writes is written together with all who came meanwhile."""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class _Place(Generic[T]):
    """One writer's place in the queue."""

    def __init__(self, item: T) -> None:
        self.item = item
        self.written = False


class Gathering(Generic[T]):
    """Writes items of many threads in groups.

    Args:
        write: writes a group, all or nothing.
    """

    def __init__(self, write: Callable[[Sequence[T]], None]) -> None:
        self._write = write
        self._waiting: list[_Place[T]] = []
        self._queue = threading.Lock()
        self._turn = threading.Lock()

    def add(self, item: T) -> None:
        """Return when the item is written.

        Raises:
            Exception: what `write` raised; the item may have to be added again, others try for themselves.
        """
        place = _Place(item)
        with self._queue:
            self._waiting.append(place)
        with self._turn:
            if place.written:
                return
            with self._queue:
                group, self._waiting = self._waiting, []
            if place not in group:  # its group failed in another's hands
                group.append(place)
            self._write([each.item for each in group])
            for each in group:
                each.written = True
