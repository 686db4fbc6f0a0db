import threading
from collections.abc import Sequence

import pytest

from trenza.channels.gathering import Gathering


def test_everything_is_written_once_and_whoever_waited_went_together() -> None:
    groups: list[Sequence[int]] = []
    began, go = threading.Event(), threading.Event()

    def write(group: Sequence[int]) -> None:
        began.set()
        go.wait(5)
        groups.append(group)

    gathering = Gathering(write)
    first = threading.Thread(target=gathering.add, args=(0,))
    first.start()
    began.wait(5)
    others = [threading.Thread(target=gathering.add, args=(number,)) for number in range(1, 20)]
    for thread in others:
        thread.start()
    while len(gathering._waiting) < 19:  # noqa: SLF001 — until all of them wait
        pass
    go.set()
    for thread in (first, *others):
        thread.join()

    assert list(range(20)) == sorted(number for group in groups for number in group)
    assert [1, 19] == [len(group) for group in groups]


def test_a_group_that_failed_is_tried_by_each_for_himself() -> None:
    written: list[int] = []
    failures = [ValueError("the disk is full")]

    def write(group: Sequence[int]) -> None:
        if failures:
            raise failures.pop()
        written.extend(group)

    gathering = Gathering(write)
    with pytest.raises(ValueError, match="full"):
        gathering.add(1)
    gathering.add(2)

    assert [2] == written
