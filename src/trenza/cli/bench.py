"""`trenza bench`: one benchmark, from a checkout of the source."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

import trenza
from trenza.cli.common import Json, console

_SCRIPT = Path(trenza.__file__).resolve().parents[2] / "bench" / "run.py"
Name = Annotated[
    str, typer.Argument(help="collect, process, import, answers, identity, people, people-search, recognise or pages.")
]


def bench(name: Name, *, as_json: Json = False) -> None:
    """Run one benchmark and keep its figures in bench/results.json; `make bench` runs all.

    Example: trenza bench process
    """
    if not _SCRIPT.is_file():
        console.print("benchmarks come with the source: clone it and run `make bench`", style="red")
        raise typer.Exit(1)
    words = [sys.executable, str(_SCRIPT), name, *(["--json"] if as_json else [])]
    raise typer.Exit(subprocess.run(words, check=False).returncode)  # noqa: S603 — our own words
