"""A PostgreSQL for the tests: the one that `TRENZA_TEST_POSTGRES` names, else an own one started from Debian's package.

An own server lives in a temporary folder on a free port without fsync, and is stopped when the tests are over.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

_VARIABLE = "TRENZA_TEST_POSTGRES"


def find_or_start(config: pytest.Config) -> None:
    """Set `TRENZA_TEST_POSTGRES`, or say in `TRENZA_TEST_POSTGRES_MISSING` why there is none."""
    if os.environ.get(_VARIABLE):
        return
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    found = programs[-1].parent if programs else _on_path()
    if found is None:
        os.environ[f"{_VARIABLE}_MISSING"] = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        return
    folder = Path(tempfile.mkdtemp(prefix="trenza-postgres-"))
    try:
        os.environ[_VARIABLE] = _start(found, folder)
    except subprocess.SubprocessError as error:
        os.environ[f"{_VARIABLE}_MISSING"] = f"PostgreSQL did not start: {error}"
        return
    config.add_cleanup(lambda: _stop(found, folder))


def _on_path() -> Path | None:
    program = shutil.which("pg_ctl")
    return Path(program).parent if program else None


def _start(programs: Path, folder: Path) -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    _run(
        programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300"
    _run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    return f"postgresql://postgres@127.0.0.1:{port}/postgres"


def _stop(programs: Path, folder: Path) -> None:
    _run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.pop(_VARIABLE, None)


def _run(program: Path, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs; it refuses to be root, so root lends it another user."""
    command = [str(program), *map(str, arguments)]
    if os.getuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
    subprocess.run(command, check=True, capture_output=True, timeout=60, cwd="/")  # noqa: S603 — our own words
