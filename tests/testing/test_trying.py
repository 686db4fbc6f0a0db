"""Tests run against what stands in the editor, and what is in force stays as it is."""

from pathlib import Path

import pytest

from trenza.definitions import apply, find_live, list_live
from trenza.equipment import KINDS
from trenza.starters import DEFINITIONS
from trenza.storage import Database
from trenza.testing import try_text

SEGMENT = "kind: Segment\nkey: hot\nwhere: {event: {name: Seen, within: 1h}}\n"
OTHER = "kind: Segment\nkey: cold\nwhere: {none: [{segment: hot}]}\n"
TEST = """\
kind: SegmentTest
key: hot_runs_out
uses: [cold]
timeline:
  - {at: 2026-03-02T10:00:00Z, event: {type: track, userId: u1, event: Seen}}
expect:
  - {at: 2026-03-02T10:00:00Z, segment: hot, members: [u1]}
  - {at: 2026-03-02T11:00:00.001Z, segment: hot, members: []}
"""
UNRELATED = "kind: Segment\nkey: apart\nwhere: {all: []}\n"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Database:
    folder = tmp_path / "definitions"
    folder.mkdir()
    (folder / "all.yaml").write_text(f"{SEGMENT}---\n{OTHER}---\n{UNRELATED}---\n{TEST}", encoding="utf-8")
    apply(database, folder, KINDS, 1)
    return database


def test_a_test_that_reaches_the_text_is_run_against_it(house: Database) -> None:
    trial = try_text(house, SEGMENT, KINDS)
    assert (True, ["hot_runs_out"]) == (trial.passed, [each.key for each in trial.results])
    worse = try_text(house, SEGMENT.replace("1h", "2h"), KINDS)
    assert not worse.passed
    assert [{"at": "2026-03-02T11:00:00.001Z", "segment": "hot", "members": []}] == worse.results[0].expected
    assert ["user_id:u1"] == worse.results[0].came[0]["members"]
    with house.read() as tx:
        live = find_live(tx, "Segment", "hot")
    assert live is not None
    assert "1h" in live.written


def test_a_text_that_no_test_is_about_has_no_results_and_has_not_passed(house: Database) -> None:
    trial = try_text(house, UNRELATED, KINDS)
    assert ((), (), False) == (trial.faults, trial.results, trial.passed)
    assert () == try_text(house, SEGMENT, KINDS, only=["another"]).results


def test_a_test_in_the_editor_is_run_itself(house: Database) -> None:
    assert try_text(house, TEST, KINDS).passed
    assert not try_text(house, TEST.replace("members: [u1]", "members: []"), KINDS).passed
    assert try_text(
        house, f"{SEGMENT.replace('1h', '30m')}---\n{TEST.replace('11:00:00.001', '10:30:00.001')}", KINDS
    ).passed


def test_faults_are_said_and_nothing_is_run(house: Database) -> None:
    for text in ("kind: Segment\nkey: [", "kind: Segment\nkey: hot\nwhere: {segment: cold}\n"):
        trial = try_text(house, text, KINDS)
        assert trial.faults
        assert () == trial.results


def test_the_demo_runs_its_tests_for_a_journey(database: Database) -> None:
    apply(database, DEFINITIONS, KINDS, 1)
    with database.read() as tx:
        written = {each.key: each.written for each in list_live(tx, "Journey")}
    trial = try_text(database, written["missed_call"], KINDS)
    assert () == trial.faults
    assert trial.passed
