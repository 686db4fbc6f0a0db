import gzip
import itertools
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trenza.events import BODY_LIMIT, Source
from trenza.imports import FileReport, Importer, TableMapping, read_mapping
from trenza.kernel import Invalid, JsonObject, ManualClock, decode_json, encode_json
from trenza.storage import Database
from trenza.storage.log import SqlLog

NOW = 1_767_225_600_000
SOURCE = Source(id=1, name="import", channel="import", key="k")
MAPPING = """
type: track
event: Seen
user_id: {column: who}
timestamp: {column: at}
properties: {size: {column: size, type: number}}
"""


@pytest.fixture
def log(tmp_path: Path) -> SqlLog:
    return SqlLog(Database(f"sqlite:///{tmp_path / 'log.db'}"))


@pytest.fixture
def importer(log: SqlLog) -> Importer:
    return Importer(log, ManualClock(NOW), SOURCE)


@pytest.fixture
def mapping() -> TableMapping:
    return read_mapping(MAPPING, "map.yaml")


def messages_of(log: SqlLog) -> list[JsonObject]:
    return [message for record in log.read(0, 1000) for message in decode_json(record.body)["batch"]]


def rejected_of(report: FileReport) -> list[JsonObject]:
    assert report.rejected_file is not None
    return [decode_json(line) for line in Path(report.rejected_file).read_bytes().splitlines()]


def seen(number: int, **more: Any) -> JsonObject:
    return {"type": "track", "event": "Seen", "userId": "u1", "messageId": f"m{number}", **more}


def write_lines(path: Path, *messages: object) -> Path:
    path.write_bytes(b"\n".join(each if isinstance(each, bytes) else encode_json(each) for each in messages) + b"\n")
    return path


def test_valid_lines_go_into_the_log_as_they_stand(importer: Importer, log: SqlLog, tmp_path: Path) -> None:
    lines = [seen(1, properties={"a": [1, {"b": None}]}), seen(2, odd="kept", timestamp="2020-01-01T00:00:00Z")]

    report = importer.import_file(write_lines(tmp_path / "a.jsonl", *lines))

    assert (2, 2, 0, None) == (report.read, report.accepted, report.rejected, report.rejected_file)
    assert lines == messages_of(log)
    assert [("import", "batch", NOW)] == [(each.source, each.route, each.received_at) for each in log.read(0, 9)]


def test_gzip_gives_the_same_as_plain(importer: Importer, log: SqlLog, tmp_path: Path) -> None:
    plain = write_lines(tmp_path / "a.jsonl", {"type": "page", "userId": "u1"}, seen(2))
    zipped = tmp_path / "a.jsonl.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))

    importer.import_file(plain)
    importer.import_file(zipped)

    messages = messages_of(log)
    assert messages[:2] == messages[2:]
    assert messages[0]["messageId"].startswith("import-")


def test_bad_lines_are_kept_with_line_and_reason_and_spoil_no_other(
    importer: Importer, log: SqlLog, tmp_path: Path
) -> None:
    deep = b'{"type":"track","event":"x","userId":"u","properties":{"a":' + b"[" * 300 + b"]" * 300 + b"}}"
    hostile = [
        b"{",
        b"[]",
        b"7",
        b'"\xff"',
        deep,
        b"[" * 200_000,
        b'{"type":"track","event":"x","userId":"u"}],"batch":[{}',
        {"type": "track", "userId": "u1"},
        {"type": "track", "event": "x"},
        seen(9, properties="no"),
        seen(9, timestamp="yesterday"),
        seen(9, properties={"big": "x" * 40_000}),
        seen(9, messageId="x" * 100),
        seen(9, userId="a\0b"),
    ]
    lines = list(itertools.chain.from_iterable((each, seen(number)) for number, each in enumerate(hostile)))

    report = importer.import_file(write_lines(tmp_path / "a.jsonl", *lines))

    assert (len(hostile), len(hostile)) == (report.rejected, report.accepted)
    assert [seen(number) for number in range(len(hostile))] == messages_of(log)
    assert list(range(1, 2 * len(hostile), 2)) == [each["line"] for each in rejected_of(report)]
    assert all(each["reason"] for each in rejected_of(report))
    assert "{" == rejected_of(report)[0]["content"]


def test_a_line_longer_than_a_megabyte_is_skipped_without_being_held(
    importer: Importer, log: SqlLog, tmp_path: Path
) -> None:
    report = importer.import_file(write_lines(tmp_path / "a.jsonl", b"x" * 3_000_000, seen(1)))

    assert [(1, "the line is longer than 1 MB")] == [(each["line"], each["reason"]) for each in rejected_of(report)]
    assert [seen(1)] == messages_of(log)


def test_bare_nan_a_byte_order_mark_and_lone_surrogates_spoil_no_neighbour(
    importer: Importer, log: SqlLog, tmp_path: Path
) -> None:
    nan = b'{"type":"track","event":"x","userId":"u","messageId":"n","properties":{"a":NaN}}'
    marked = b"\xef\xbb\xbf" + encode_json(seen(1))

    importer.import_file(write_lines(tmp_path / "a.jsonl", marked, nan, marked, b'{"type":"\\ud800"}', seen(3)))

    assert [seen(1), {**decode_json(nan)}, seen(1), seen(3)] == messages_of(log)


def test_a_repeated_import_gives_the_same_message_ids_and_the_same_rejected_file(
    importer: Importer, log: SqlLog, tmp_path: Path
) -> None:
    file = write_lines(tmp_path / "a.jsonl", {"type": "page", "userId": "u1"}, {"type": "page", "userId": "u1"}, b"{")

    first = rejected_of(importer.import_file(file))
    second = rejected_of(importer.import_file(file))

    ids = [message["messageId"] for message in messages_of(log)]
    assert first == second
    assert ids[:2] == ids[2:]
    assert 2 == len(set(ids))


def test_the_rejected_file_goes_when_nothing_is_rejected_any_more(importer: Importer, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", b"{")
    rejected = Path(importer.import_file(file).rejected_file or "")
    assert rejected.exists()

    importer.import_file(write_lines(file, seen(1)))

    assert not rejected.exists()


def test_what_was_received_once_already_is_not_corrected_twice(importer: Importer, log: SqlLog, tmp_path: Path) -> None:
    exported = seen(
        1, timestamp="2026-01-01T00:00:00Z", sentAt="2026-01-01T00:00:09Z", receivedAt="2026-01-01T00:00:10Z"
    )
    live = seen(2, timestamp="2026-01-01T00:00:00Z", sentAt="2026-01-01T00:00:09Z")

    importer.import_file(write_lines(tmp_path / "a.jsonl", exported, live))

    assert ["sentAt" in message for message in messages_of(log)] == [False, True]


def test_entries_stay_within_a_batch_of_the_door(importer: Importer, log: SqlLog, tmp_path: Path) -> None:
    small = [seen(number) for number in range(4_500)]
    large = [seen(number, properties={"text": "x" * 30_000}) for number in range(40)]

    importer.import_file(write_lines(tmp_path / "a.jsonl", *small, *large))

    records = log.read(0, 100)
    assert max(len(record.body) for record in records) < BODY_LIMIT
    assert max(len(decode_json(record.body)["batch"]) for record in records) <= 2_000
    assert small + large == messages_of(log)


def test_rows_of_csv_become_messages_and_odd_rows_are_rejected(
    importer: Importer, log: SqlLog, mapping: TableMapping, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(
        b"who,at,size,more\r\n"
        b'u1,2026-01-01T00:00:00Z,1.5,"two\nlines"\r\n'
        b"u2,2026-01-01T00:00:00Z\r\n"
        b"\r\n"
        b"u3,2026-01-01T00:00:00Z,large,\r\n"
        b"u4,never,1,\r\n"
        b",2026-01-01T00:00:00Z,1,\r\n"
        b"\xff\xfe,2026-01-01T00:00:00Z,1,\r\n"
        b"u5,,,\r\n",
    )

    report = importer.import_file(file, mapping)

    assert ["u1", "u5"] == [message["userId"] for message in messages_of(log)]
    assert {"size": 1.5} == messages_of(log)[0]["properties"]
    assert [4, 6, 7, 8, 9] == [each["line"] for each in rejected_of(report)]
    assert "the row has 2 cells, the head 4" == rejected_of(report)[0]["reason"]


def test_rows_of_parquet_become_messages(
    importer: Importer, log: SqlLog, mapping: TableMapping, tmp_path: Path
) -> None:
    file = tmp_path / "a.parquet"
    at = pa.array([1_767_225_600_000, None], pa.timestamp("ms"))
    pq.write_table(pa.table({"who": ["u1", "u2"], "at": at, "size": [1.5, float("nan")], "more": [[1], [2]]}), file)

    report = importer.import_file(file, mapping)

    assert (2, 1, 1) == (report.read, report.accepted, report.rejected)
    assert ["2026-01-01T00:00:00.000Z"] == [message["timestamp"] for message in messages_of(log)]


@pytest.mark.parametrize(
    ("name", "content", "remedy"),
    [
        ("a.csv", b"a,b\n1,2\n", "--map"),
        ("a.parquet", b"PAR1", "--map"),
        ("a.jsonl.gz", gzip.compress(b"{}\n" * 9000, mtime=0)[:-20], "gzip"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    importer: Importer, tmp_path: Path, name: str, content: bytes, remedy: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(Invalid, match=remedy):
        importer.import_file(tmp_path / name)


def test_a_table_without_a_column_or_broken_says_so(importer: Importer, mapping: TableMapping, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"who,when\nu1,now\n")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")

    with pytest.raises(Invalid, match="no column `at`, `size`"):
        importer.import_file(tmp_path / "a.csv", mapping)
    with pytest.raises(Invalid, match="broken Parquet"):
        importer.import_file(tmp_path / "a.parquet", mapping)
    with pytest.raises(Invalid, match="cannot be read"):
        importer.import_file(tmp_path / "missing.jsonl")
