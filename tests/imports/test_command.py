"""`trenza import` as a person uses it, into SQLite and PostgreSQL, through to the facts."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from trenza.app import Instance, open_instance
from trenza.cli import make_root
from trenza.events import export_events
from trenza.kernel import JsonObject, decode_json, encode_json
from trenza.settings import load_settings
from trenza.worker import process_until_idle

ROOT = make_root(["import"])
MAPPING = """
type: track
event: Order Completed
user_id: {column: customer}
timestamp: {column: bought, zone: Europe/Madrid}
properties: {total: {column: amount, type: number, decimal: ","}}
csv: {delimiter: ";"}
"""


@pytest.fixture
def options(database_url: str, tmp_path: Path) -> list[str]:
    return ["--data", str(tmp_path / "data"), "--database", database_url]


def run(options: list[str], *words: str) -> tuple[int, JsonObject]:
    result = CliRunner().invoke(ROOT, ["import", *words, *options, "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    report: JsonObject = decode_json(result.stdout)
    return result.exit_code, report


def stored(database_url: str, tmp_path: Path) -> list[JsonObject]:
    settings = load_settings({"data": tmp_path / "data", "database": database_url})
    instance: Instance = open_instance(settings)
    process_until_idle(instance)
    with instance.database.read() as tx:
        events = [{**event, "receivedAt": None} for event in export_events(tx, lambda _: {})]
    instance.close()
    return events


def test_an_import_that_is_repeated_or_was_broken_off_leaves_the_same_state(
    options: list[str], database_url: str, tmp_path: Path
) -> None:
    file, part = tmp_path / "orders.csv", tmp_path / "people.jsonl"
    rows = "".join(f"c{number};2026-01-0{number % 9 + 1} 10:00;1.00{number % 10},5\n" for number in range(300))
    file.write_text("customer;bought;amount\n" + rows + "c1;never;1\n", encoding="utf-8")
    lines = [{"type": "identify", "userId": f"c{number}", "messageId": f"i{number}"} for number in range(300)]
    part.write_bytes(b"\n".join(map(encode_json, lines)) + b"\n{\n")
    mapping = tmp_path / "orders.map.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    with_mapping = (str(file), "--map", str(mapping), "--source", "shop")

    half = tmp_path / "half" / "people.jsonl"
    half.parent.mkdir()
    half.write_bytes(b"\n".join(part.read_bytes().split(b"\n")[:100]))
    assert (0, 100) == (run(options, str(half))[0], len(stored(database_url, tmp_path)))
    status, report = run(options, str(part))
    assert (1, 301, 300, 1) == (status, report["read"], report["accepted"], report["rejected"])
    status, report = run(options, *with_mapping)
    assert (1, 301, 300, 1) == (status, report["read"], report["accepted"], report["rejected"])
    once = stored(database_url, tmp_path)
    run(options, str(part))
    run(options, *with_mapping)

    assert 600 == len(once)
    assert once == stored(database_url, tmp_path)
    order = next(event for event in once if event["source"] == "shop" and event["userId"] == "c0")
    assert ("2026-01-01T09:00:00.000Z", {"total": 1000.5}) == (order["timestamp"], order["properties"])


def test_a_file_that_cannot_be_read_does_not_keep_the_others_out(
    options: list[str], database_url: str, tmp_path: Path
) -> None:
    good = tmp_path / "good.jsonl"
    good.write_bytes(encode_json({"type": "page", "userId": "u1"}))

    status, report = run(options, str(tmp_path / "missing.jsonl"), str(good))

    assert (1, 1) == (status, report["accepted"])
    assert "missing.jsonl cannot be read" in report["files"][1]["error"]
    assert 1 == len(stored(database_url, tmp_path))


def test_a_faulty_mapping_tells_every_fault_with_its_place(options: list[str], tmp_path: Path) -> None:
    mapping = tmp_path / "bad.yaml"
    mapping.write_text("type: trakc\nevnt: x\n", encoding="utf-8")

    result = CliRunner().invoke(ROOT, ["import", str(tmp_path / "a.csv"), "--map", str(mapping), *options])

    assert 1 == result.exit_code
    assert all(place in result.stderr.replace("\n", "") for place in ("bad.yaml:1:1", "bad.yaml:1:7", "bad.yaml:2:1"))
