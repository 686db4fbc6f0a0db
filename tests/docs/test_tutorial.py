"""The tutorial's commands are run as they stand, in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.trust.instance import free_port

_PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-message.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    script = "set -euo pipefail -m\n" + "\n".join(_BLOCK.findall(_PAGE.read_text(encoding="utf-8")))
    script = script.replace("8080", str(free_port()))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 — the page's own words
        ["bash", "-c", script],  # noqa: S607 — whatever bash the reader has
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert 0 == done.returncode, done.stderr[-3000:]
    assert "1 passed, 0 failed" in done.stdout
    assert '{"success":true,"accepted":5,"rejected":[]}' in done.stdout
    assert "Your cart is waiting" in done.stdout or "Su carrito le espera" in done.stdout
