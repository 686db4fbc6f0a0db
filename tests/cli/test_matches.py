import sys
from pathlib import Path

import pytest
from tests.cli.test_identity import _run, folder
from typer.testing import CliRunner

from trenza.cli import make_root

__all__ = ["folder"]


def test_candidates_are_decided_by_their_ids(folder: Path) -> None:
    assert "[]" == _run(folder, "candidates", "--json").strip()
    for command in ("accept", "reject"):
        assert "" == _run(folder, command, "mat_0000000000000", status=1)
        assert "" == _run(folder, command, "no candidate", "--json", status=1)
    assert "" == _run(folder, "match", "--json", status=1)
    assert "" == _run(folder, "train", "--json", status=1)


def test_without_the_extra_it_is_said_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)

    found = CliRunner().invoke(make_root(["identity"]), ["identity", "train", "--data", str(folder)])

    assert 1 == found.exit_code
    assert "trenza[matching]" in found.stderr
