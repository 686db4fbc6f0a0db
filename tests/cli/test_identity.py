import json
from pathlib import Path
from typing import Any

import pytest
from tests.identity.support import event, resolve
from typer.testing import CliRunner

from trenza.app import open_instance
from trenza.cli import make_root
from trenza.settings import load_settings

_AT = 1_772_442_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    instance = open_instance(load_settings({"data": tmp_path / "data"}))
    resolve(
        instance.database,
        [
            event(_AT, "anonymous_id:a"),
            event(_AT + 1, "anonymous_id:a", "user_id:u1", seq=1),
            event(_AT + 2, "anonymous_id:b", seq=2),
        ],
    )
    instance.close()
    return tmp_path / "data"


def _run(folder: Path, *words: str, status: int = 0) -> str:
    found = CliRunner().invoke(make_root(["identity"]), ["identity", *words, "--data", str(folder)])
    assert status == found.exit_code, found.output
    return found.stdout


def _sets(folder: Path) -> list[list[str]]:
    return sorted(json.loads(line)["identifiers"] for line in _run(folder, "clusters").splitlines())


def _explain(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_run(folder, "explain", "user_id:u1", "anonymous_id:a", "--json"))
    return found


def test_clusters_are_json_lines(folder: Path) -> None:
    assert [["anonymous_id:a", "user_id:u1"], ["anonymous_id:b"]] == _sets(folder)


def test_what_was_cut_is_restored(folder: Path) -> None:
    explained = _explain(folder)
    [link] = explained["links"]
    assert {"together", "person", "links"} == set(explained)
    assert {"link", "a", "b", "rule", "source", "count", "first", "last", "messageIds", "live"} == set(link)

    assert "1 identifiers" in _run(folder, "cut", link["link"])
    assert [["anonymous_id:a"], ["anonymous_id:b"], ["user_id:u1"]] == _sets(folder)
    assert "(cut)" in _run(folder, "explain", "user_id:u1", "anonymous_id:a")

    assert 1 == len(json.loads(_run(folder, "restore", link["link"], "--json"))["moves"])
    assert _explain(folder) == explained


def test_a_wrong_name_ends_with_one_and_a_wrong_use_with_two(folder: Path) -> None:
    assert "" == _run(folder, "explain", "user_id:u1", "user_id:nobody", "--json", status=1)
    assert "" == _run(folder, "cut", "no link", status=1)
    assert "" == _run(folder, "cut", status=2)


def test_whoever_shows_identifiers_is_told(folder: Path) -> None:
    found = json.loads(_run(folder, "resolve", "anonymous_id:a", "user_id:u1", "anonymous_id:new", "--json"))
    told = _run(folder, "resolve", "anonymous_id:a", "anonymous_id:b")

    assert {"person", "agree", "people", "identifiers"} == set(found)
    assert ([found["person"]], True) == (found["people"], found["agree"])
    assert ["known", "known", "unknown"] == [each["state"] for each in found["identifiers"]]
    assert "they point to 2 people" in told
    assert "" == _run(folder, "resolve", "no identifier", status=1)
    assert "nobody" == _run(folder, "resolve", "user_id:none").splitlines()[0]


def test_the_quality_sheet_is_printed(folder: Path) -> None:
    found = json.loads(_run(folder, "quality", "--json"))

    assert (2, 3, True) == (found["people"], found["identifiers"], found["isWhole"])
    assert [("user_id", 1, 1), ("anonymous_id", 2, 1)] == [
        (each["type"], each["people"], each["mostPerPerson"]) for each in found["types"]
    ]
    assert 28 == len(found["days"])
    assert "2 people, 3 identifiers" in _run(folder, "quality")
