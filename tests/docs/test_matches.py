"""The how-to on probable matches is run as it stands, in a folder where an instance has people."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.matching.support import townspeople
from tests.people.conftest import NOW, settle

from trenza.app import open_instance
from trenza.events import BATCH, ensure_source
from trenza.kernel import ManualClock, encode_json
from trenza.settings import load_settings
from trenza.storage.log import Entry

pytest.importorskip("splink", reason="the extra `matching` is not installed")
_PAGE = Path(__file__).parents[2] / "docs" / "howto" / "find-probable-matches.md"
_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def test_the_how_to_does_what_it_says(tmp_path: Path) -> None:
    instance = open_instance(load_settings({"data": tmp_path / "data"}), ManualClock(NOW))
    ensure_source(instance.database, "shop", "web")
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": townspeople(160, 40)}))], NOW)
    settle(instance)
    instance.close()

    done = subprocess.run(  # noqa: S603 — the page's own words
        ["bash", "-c", "set -euo pipefail\n" + "\n".join(_BLOCK.findall(_PAGE.read_text(encoding="utf-8")))],  # noqa: S607 — whatever bash the reader has
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert 0 == done.returncode, done.stderr[-3000:]
    assert "200 people compared by model" in done.stdout
    assert "0 matches accepted by the rule" in done.stdout
    assert "identifiers: per_" in done.stdout
    assert ": rejected" in done.stdout
    assert re.search(r"[1-9]\d* matches accepted by the rule", done.stdout)
