"""Definitions over HTTP and on the command line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from trenza.cli import make_root
from trenza.kernel import decode_json

SEGMENT = "kind: Segment\nkey: vip  # ours\nwhere: {event: {name: Order Completed}}\n"
FAILING = """
kind: SegmentTest
key: nobody_bought
timeline:
  - {at: 2026-03-02T10:00:00Z, event: {type: track, userId: u1, event: Order Completed}}
expect:
  - {at: 2026-03-02T10:00:00Z, segment: vip, members: []}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "definitions"
    place.mkdir()
    (place / "vip.yaml").write_text(SEGMENT, encoding="utf-8")
    return place


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(make_root([words[0]]), list(words))
    return result.exit_code, result.stdout, result.stderr


def test_plan_apply_plan_and_pull_agree(folder: Path, tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]

    assert (0, "+ Segment vip  (vip.yaml)\n1 to add, 0 to change, 0 to remove, 0 unchanged\n") == run(
        "plan", str(folder), *data
    )[:2]
    assert 0 == run("apply", str(folder), *data)[0]
    assert {"added": [], "changed": [], "removed": [], "unchanged": 1} == decode_json(
        run("plan", str(folder), "--json", *data)[1]
    )
    assert (0, "vip.yaml\n") == run("pull", str(tmp_path / "new"), *data)[:2]
    assert SEGMENT == (tmp_path / "new" / "vip.yaml").read_text(encoding="utf-8")
    assert (0, "") == run("segment", "members", "vip", *data)[:2]
    assert 1 == run("segment", "members", "vpi", *data)[0]
    assert 1 == run("segment", "members", "vip", "--at", "tomorrow", *data)[0]
    assert 1 == run("segment", "members", "vip", "--engine", "duckdb", *data)[0]


def test_check_prints_what_was_expected_and_what_came(folder: Path) -> None:
    (folder / "test.yaml").write_text(FAILING, encoding="utf-8")

    code, out, _ = run("check", str(folder), "--json")

    assert 1 == code
    assert {
        "passed": 0,
        "failed": 1,
        "faults": [],
        "tests": [
            {
                "key": "nobody_bought",
                "passed": False,
                "expected": [{"at": "2026-03-02T10:00:00.000Z", "segment": "vip", "members": []}],
                "came": [{"at": "2026-03-02T10:00:00.000Z", "segment": "vip", "members": ["user_id:u1"]}],
            }
        ],
    } == decode_json(out)
    (folder / "test.yaml").write_text(FAILING.replace("members: []", "members: [u1]"), encoding="utf-8")
    assert (0, "passed  nobody_bought\n1 passed, 0 failed, 0 faults\n") == run("check", str(folder))[:2]


def test_faults_are_json_where_json_is_asked(folder: Path, tmp_path: Path) -> None:
    (folder / "bad.yaml").write_text("kind: Segment\nkey: bad\nwhere: {segment: vpi}\n", encoding="utf-8")
    fault = {
        "file": "bad.yaml",
        "line": 3,
        "column": 18,
        "why": "there is no Segment with the key `vpi`",
        "mend": "did you mean `vip`?",
    }

    code, out, _ = run("check", str(folder), "--json")
    assert (1, [fault]) == (code, decode_json(out)["faults"])
    for command in ("plan", "apply"):
        code, out, _ = run(command, str(folder), "--json", "--data", str(tmp_path / "data"))
        assert (1, {"faults": [fault]}) == (code, decode_json(out))
    code, out, _ = run("check", str(folder))
    assert 1 == code
    assert "bad.yaml:3:18: there is no Segment with the key `vpi` — did you mean `vip`?" in out
    assert 1 == run("check", str(tmp_path / "nowhere"))[0]
    assert 1 == run("check", str(folder), "--engine", "spark")[0]
