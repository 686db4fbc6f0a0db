"""The lake holds every event once, by day of arrival, and nothing half written."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trenza.kernel import encode_json, parse_instant
from trenza.storage import Database, Transaction
from trenza.storage.lake import Lake, LakeEvent
from trenza.storage.lake.parquet import SCHEMA

HOUR = 3_600_000
START = parse_instant("2026-03-02T00:00:00Z") or 0


def event(seq: int, leaf: int = 1, arrived_at: int | None = None) -> LakeEvent:
    at = START + seq * HOUR if arrived_at is None else arrived_at
    body = {"properties": {"total": seq}, "context": {"ip": "::1"}, "event": "Cart Updated"}
    return LakeEvent(
        seq, "site", "web", f"m{seq}", "track", "Cart Updated", leaf, at, None, at, at, at, encode_json(body)
    )


class Events:
    """Stored events, as the events room would hand them in."""

    def __init__(self, events: Sequence[LakeEvent]) -> None:
        self.events = list(events)

    def __call__(self, _: Transaction, after: int, limit: int) -> list[LakeEvent]:
        return [each for each in self.events if each.seq > after][:limit]


def rows(lake: Lake, folder: Path) -> list[dict[str, object]]:
    tables = [pq.read_table(folder / file.path) for file in lake.files()]
    found: list[dict[str, object]] = pa.concat_tables(tables).to_pylist() if tables else []
    return sorted(found, key=lambda row: str(row["message_id"]))


@pytest.fixture
def lake(database: Database, tmp_path: Path) -> Lake:
    return Lake(database, tmp_path / "lake")


def drain(lake: Lake, events: Events, limit: int = 7) -> None:
    while lake.write_next(events, limit):
        pass


def test_every_event_is_there_once_in_the_file_of_its_day(lake: Lake, tmp_path: Path) -> None:
    drain(lake, Events([event(seq) for seq in range(1, 60)]))
    assert {f"m{seq}" for seq in range(1, 60)} == {row["message_id"] for row in rows(lake, tmp_path / "lake")}
    assert sum(file.rows for file in lake.files()) == 59
    assert {"2026-03-02", "2026-03-03", "2026-03-04"} == {file.day for file in lake.files()}
    assert all(file.path.startswith(f"events/day={file.day}/{file.first_seq}-") for file in lake.files())


def test_a_file_is_what_the_manifest_says(lake: Lake, tmp_path: Path) -> None:
    drain(lake, Events([event(seq) for seq in range(1, 30)]))
    for file in lake.files():
        assert file.sha256 == hashlib.sha256((tmp_path / "lake" / file.path).read_bytes()).hexdigest()
        assert SCHEMA == pq.read_schema(tmp_path / "lake" / file.path)


def test_a_row_keeps_the_parts_of_the_message_as_json(lake: Lake, tmp_path: Path) -> None:
    lake.write_next(Events([event(1)]))
    (row,) = rows(lake, tmp_path / "lake")
    assert ('{"total":1}', '{"ip":"::1"}', None) == (row["properties"], row["context"], row["traits"])
    assert row["original_timestamp"] is None


def test_with_nothing_new_nothing_is_written(lake: Lake, tmp_path: Path) -> None:
    assert lake.write_next(Events([])) == 0
    assert not (tmp_path / "lake").exists()


def test_what_a_killed_writer_left_is_no_part_of_the_lake_and_goes(lake: Lake, tmp_path: Path) -> None:
    orphan = tmp_path / "lake/events/day=2026-03-02/1-5-0123456789ab.parquet"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"half")
    os.utime(orphan, (1, 1))
    drain(lake, Events([event(seq) for seq in range(1, 10)]))
    assert not orphan.exists()
    assert len(rows(lake, tmp_path / "lake")) == 9


def test_small_files_of_a_day_become_one_and_keep_every_row(lake: Lake, tmp_path: Path) -> None:
    drain(lake, Events([event(seq, arrived_at=START) for seq in range(1, 33)]), limit=2)
    assert [32] == [file.rows for file in lake.files()]
    assert len(rows(lake, tmp_path / "lake")) == 32
    drain(lake, Events([event(seq, arrived_at=START) for seq in range(1, 43)]))
    assert len(rows(lake, tmp_path / "lake")) == 42


def test_events_wait_for_others_but_not_long(lake: Lake) -> None:
    events = Events([event(1, arrived_at=START)])
    assert lake.write_next(events, now=START + 29_999) == 0
    assert lake.write_next(events, now=START + 30_000) == 1


def test_who_reads_while_files_are_merged_still_finds_them(lake: Lake) -> None:
    events = Events([event(seq, arrived_at=START) for seq in range(1, 33)])
    for _ in range(15):
        lake.write_next(events, 2)
    table = lake.open()
    lake.write_next(events, 2)
    assert len(lake.files()) == 1
    assert table.count().to_pyarrow().as_py() == 30


def test_erasure_rewrites_the_files_that_hold_the_leaves(lake: Lake, tmp_path: Path) -> None:
    events = Events([event(seq, leaf=seq % 3, arrived_at=START) for seq in range(1, 13)])
    drain(lake, events, limit=4)
    assert lake.erase([1]) == {"files": 3, "rows": 4}
    assert {0, 2} == {row["leaf"] for row in rows(lake, tmp_path / "lake")} == set(lake.leaves())
    assert len(lake.files()) == len(list((tmp_path / "lake").glob("events/*/*.parquet")))
    assert lake.erase([1]) == {"files": 0, "rows": 0}


def test_a_file_of_which_nothing_is_left_goes(lake: Lake, tmp_path: Path) -> None:
    drain(lake, Events([event(seq, leaf=5) for seq in range(1, 4)]))
    lake.erase([5])
    assert lake.files() == []
    assert not list((tmp_path / "lake").glob("events/*/*.parquet"))


def test_an_analyst_sees_each_event_with_the_person_it_belongs_to_now(lake: Lake) -> None:
    drain(lake, Events([event(seq, leaf=seq % 2) for seq in range(1, 5)]))
    people = pa.table({"leaf": pa.array([1], pa.int64()), "person": pa.array([77], pa.int64())})
    table = lake.open(people)
    found = table.order_by("seq").select("seq", "person").to_pyarrow().to_pylist()
    assert [(1, 77), (2, None), (3, 77), (4, None)] == [(row["seq"], row["person"]) for row in found]


def test_an_empty_lake_can_be_asked(lake: Lake) -> None:
    assert lake.open().count().to_pyarrow().as_py() == 0


def test_instants_come_back_as_they_went_in(lake: Lake) -> None:
    drain(lake, Events([event(1, arrived_at=START + 1)]))
    (at,) = lake.open().select("arrived_at").to_pyarrow()["arrived_at"].cast(pa.timestamp("ms", "UTC")).cast("int64")
    assert START + 1 == at.as_py()
