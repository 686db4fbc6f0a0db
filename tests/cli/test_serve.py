import subprocess
import sys
from pathlib import Path

import pytest

from trenza.app import open_instance
from trenza.settings import load_settings

_START = """
import sys
from trenza.cli import make_root
make_root(["serve"])
from trenza.api import build_app
from trenza.app import open_instance
from trenza.settings import load_settings
from trenza.web import pages
instance = open_instance(load_settings({"data": sys.argv[1]}))
instance.first_run_link()
build_app(instance, pages(instance))
print(*sorted(sys.modules))
instance.close()
"""
_SLOW = {
    "aiosmtpd",
    "alembic",
    "duckdb",
    "email_validator",
    "httpx",
    "ibis",
    "jinja2",
    "liquid",
    "phonenumbers",
    "pyarrow",
    "pydantic",
}


@pytest.fixture
def started(tmp_path: Path) -> set[str]:
    """Modules that are there when an instance that was made before is ready to answer."""
    data = tmp_path / "data"
    open_instance(load_settings({"data": data})).close()
    command = [sys.executable, "-c", _START, str(data)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 — our own words
    return set(done.stdout.split())


def test_a_start_imports_nothing_that_it_does_not_need(started: set[str]) -> None:
    assert "litestar" in started
    assert set() == _SLOW & started
