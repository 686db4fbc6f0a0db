import asyncio
import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from trenza.kernel import ManualClock, Unavailable
from trenza.storage import Database, Position, lock_position, move_position, read_position
from trenza.storage.log import Entry, GroupCommit, Log, MemoryLog, SqlLog


def _entry(text: str, at: int = 0) -> Entry:
    return Entry(source="web", route="track", body=text.encode(), received_at=at)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    if request.param == "memory":
        yield MemoryLog()
        return
    sqlite = request.param == "sqlite"
    database = Database(f"sqlite:///{tmp_path / 'log.db'}" if sqlite else request.getfixturevalue("postgres_url"))
    yield SqlLog(database)
    database.close()


def test_what_was_appended_is_read_in_order(log: Log) -> None:
    log.append([_entry("a"), _entry("b", at=7)], now=5)
    last = log.append([_entry("c")], now=9)

    records = log.read(after=0, limit=10)
    assert [b"a", b"b", b"c"] == [record.body for record in records]
    assert [5, 7, 9] == [record.received_at for record in records]
    assert last == records[-1].offset == log.end()
    assert [records[2]] == log.read(after=records[1].offset, limit=10)
    assert [records[0]] == log.read(after=0, limit=1)


def test_a_replaced_body_is_gone(log: Log) -> None:
    offset = log.append([_entry("ana@example.com")], now=5)
    log.replace(offset, b"{}")

    assert [b"{}"] == [record.body for record in log.read(0, 10)]


def test_offsets_appear_in_the_order_of_commits(database: Database) -> None:
    log = SqlLog(database)
    seen: list[int] = []
    stop = threading.Event()

    def follow() -> None:
        while not stop.is_set() or log.read(seen[-1] if seen else 0, 1):
            seen.extend(record.offset for record in log.read(seen[-1] if seen else 0, 100))

    follower = threading.Thread(target=follow)
    follower.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: log.append([_entry(str(number))], now=number), range(100)))
    stop.set()
    follower.join()

    assert 100 == len(seen)


def test_a_group_commit_answers_when_the_body_is_in_the_log(database: Database) -> None:
    log = SqlLog(database)
    group = GroupCommit(log, ManualClock(42))

    async def send() -> list[int]:
        return await asyncio.gather(*(group.append(_entry(str(number))) for number in range(50)))

    asyncio.run(send())
    group.close()

    assert {str(number).encode() for number in range(50)} == {record.body for record in log.read(0, 100)}
    assert {42} == {record.received_at for record in log.read(0, 100)}
    with pytest.raises(Unavailable):
        group.submit(_entry("late"))


def test_a_log_that_fails_tells_every_caller_and_goes_on() -> None:
    class Broken(MemoryLog):
        broken = True

        def append(self, entries, now):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 — as its parent's
            if self.broken:
                raise OSError("disk full")
            return super().append(entries, now)

    log = Broken()
    group = GroupCommit(log, ManualClock())
    with pytest.raises(OSError, match="disk full"):
        group.submit(_entry("a")).result(5)
    log.broken = False

    assert 1 == group.submit(_entry("b")).result(5)
    group.close()


def test_a_position_moves_with_its_transaction(database: Database) -> None:
    with database.write() as tx:
        assert Position(0, 0) == lock_position(tx, "hallway")
        move_position(tx, "hallway", Position(5, 70))
    with contextlib.suppress(RuntimeError), database.write() as tx:
        move_position(tx, "hallway", Position(9, 90))
        raise RuntimeError

    with database.read() as tx:
        assert Position(5, 70) == read_position(tx, "hallway")
        assert Position(0, 0) == read_position(tx, "other")
