"""`trenza import`: files of messages or tables into the log."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, console, opened, print_json, print_text
from trenza.events import ensure_source
from trenza.imports import FileReport, Importer, TableMapping, read_mapping
from trenza.kernel import Invalid

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", help="JSON Lines of messages, CSV or Parquet; plain or gzip.", show_default=False),
]
MapFile = Annotated[
    Path | None,
    typer.Option("--map", help="YAML that says which columns of a table become which fields of a message."),
]
SourceName = Annotated[str, typer.Option("--source", help="Source they come from; made if it is missing.")]


def import_files(
    files: Files,
    mapping: MapFile = None,
    source: SourceName = "import",
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Put files into the log, by the same rules as live events; safe to break off and to repeat.

    Rejected lines go to FILE.rejected.jsonl with their reasons, the rest goes in; the status is then 1. A running
    `trenza serve` takes them up at once, else `trenza process --until-idle` does.

    Example: trenza import orders.csv --map orders.map.yaml --source shop
    """
    with opened(data, database, log, lake) as instance:
        table = _mapping(mapping)
        importer = Importer(
            instance.log, instance.clock, ensure_source(instance.database, source, "import"), instance.plans
        )
        reports: list[FileReport] = []
        failures: list[dict[str, Any]] = []
        with _bar() as bar:
            for file in files:
                try:
                    reports.append(_import(importer, file, table, bar))
                except Invalid as error:
                    failures.append({"file": str(file), "error": str(error)})
        _tell(reports, failures, as_json)


def _mapping(path: Path | None) -> TableMapping | None:
    if path is None:
        return None
    try:
        return read_mapping(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read", "name a mapping in YAML, in UTF-8") from error


def _import(importer: Importer, file: Path, table: TableMapping | None, bar: Progress) -> FileReport:
    task = bar.add_task(file.name, total=file.stat().st_size if file.is_file() else None)
    return importer.import_file(file, table, lambda octets: bar.update(task, completed=octets))


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)


def _tell(reports: list[FileReport], failures: list[dict[str, Any]], as_json: bool) -> None:
    totals = {name: sum(getattr(report, name) for report in reports) for name in ("read", "accepted", "rejected")}
    if as_json:
        files = [*(msgspec.to_builtins(report) for report in reports), *failures]
        print_json({**totals, "files": files})
    else:
        for report in reports:
            where = f", {report.rejected} rejected: see {report.rejected_file}" if report.rejected else ""
            print_text(f"{report.file}: {report.accepted} of {report.read} messages accepted{where}")
        for failure in failures:
            console.print(failure["error"], style="red", markup=False, highlight=False)
    if failures or totals["rejected"]:
        raise typer.Exit(1)
