"""`trenza check`, `plan`, `apply`, `pull`: definitions as code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, console, opened, print_json, print_text
from trenza.definitions import Plan, apply, check_documents, each_text, plan, pull, read_folder
from trenza.equipment import KINDS
from trenza.kernel import Fault, Faulty, Invalid, TrenzaError
from trenza.testing import TestResult, run_tests

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder with the definitions, every *.yaml below it.", show_default=False)
]
Engine = Annotated[str, typer.Option("--engine", help="What runs the tests: `stream`, the engine that runs live.")]
_ENGINES = ("stream",)
_LATER = ("replay", "duckdb", "spark")


def check(folder: Folder, engine: Engine = "stream", *, as_json: Json = False) -> None:
    """Read every definition below DIR and run its tests on the virtual clock; needs no instance and no network.

    Ends with 1 where there is a fault or a test that fails. With --json one object: passed, failed, faults, tests.

    Example: trenza check definitions/
    """
    try:
        known_engine(engine)
        faults, results = _check(folder)
    except TrenzaError as error:
        faults, results = [Fault(file=str(folder), line=1, column=1, why=error.why, mend=error.mend)], []
    if as_json:
        print_json(_report(faults, results))
    else:
        _tell(faults, results)
    if faults or any(not result.passed for result in results):
        raise typer.Exit(1)


def plan_command(
    folder: Folder,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Say what `apply DIR` would add, change and remove, and what that means for people on their way.

    Example: trenza plan definitions/
    """
    with opened(data, database, log, lake) as instance, _faults_told(as_json):
        _tell_plan(plan(instance.database, folder, KINDS), as_json)


def apply_command(
    folder: Folder,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Make the instance hold exactly the definitions below DIR; with any fault anywhere nothing changes.

    A running `trenza serve` goes by them within a second.

    Example: trenza apply definitions/
    """
    with opened(data, database, log, lake) as instance, _faults_told(as_json):
        _tell_plan(apply(instance.database, folder, KINDS, instance.clock.now()), as_json)


def pull_command(
    folder: Folder,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Write the instance's definitions into files below DIR, comments and layout as they were applied.

    Files that are the same already are not touched, and none is taken away.

    Example: trenza pull definitions/
    """
    with opened(data, database, log, lake) as instance:
        written = pull(instance.database, folder)
        if as_json:
            print_json({"written": written})
        else:
            for name in written:
                print_text(name)
            console.print(f"{len(written)} files written", markup=False, highlight=False)


def known_engine(engine: str) -> None:
    """Refuse an engine that is not there.

    Raises:
        Invalid: it is not in this version, or unknown.
    """
    if engine in _LATER:
        raise Invalid(f"the engine {engine} is not in this version yet", "use --engine stream")
    if engine not in _ENGINES:
        raise Invalid(f"there is no engine {engine}", "use --engine stream")


@contextmanager
def _faults_told(as_json: bool) -> Iterator[None]:
    """Under `--json` the faults are the answer; else the error tells them."""
    try:
        yield
    except Faulty as error:
        if not as_json:
            raise
        print_json({"faults": msgspec.to_builtins(error.faults)})
        raise typer.Exit(1) from error


def _check(folder: Path) -> tuple[list[Fault], list[TestResult]]:
    documents, faults = read_folder(folder)
    _, more = check_documents(documents, KINDS)
    faults = sorted([*faults, *more], key=lambda fault: (fault.file, fault.line, fault.column))
    return faults, [] if faults else run_tests(documents, KINDS)


def _report(faults: list[Fault], results: list[TestResult]) -> dict[str, Any]:
    failed = sum(1 for result in results if not result.passed)
    return {
        "passed": len(results) - failed,
        "failed": failed,
        "faults": msgspec.to_builtins(faults),
        "tests": msgspec.to_builtins(results),
    }


def _tell(faults: list[Fault], results: list[TestResult]) -> None:
    for fault in faults:
        print_text(str(fault))
    for result in results:
        print_text(f"{'passed' if result.passed else 'FAILED'}  {result.key}")
        if not result.passed:
            print_text(f"  expected: {result.expected}\n  came:     {result.came}")
    failed = sum(1 for result in results if not result.passed)
    print_text(f"{len(results) - failed} passed, {failed} failed, {len(faults)} faults")


def _tell_plan(found: Plan, as_json: bool) -> None:
    if as_json:
        print_json(msgspec.to_builtins(found))
        return
    for line in each_text(found):
        print_text(line)
