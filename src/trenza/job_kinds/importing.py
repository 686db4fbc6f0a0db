"""The job `import`: an uploaded file into the log, by the same rules as `trenza import`.

Taken up again it begins at the top: what is in already changes nothing, for message ids come from the lines or are
derived from the file. The upload is kept until the job has ended, whatever came of it.
"""

import os
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from trenza.app import Instance
from trenza.events import ensure_source
from trenza.imports import Importer, TableMapping, read_mapping
from trenza.jobs import Kind, Outcome, Prepared, Work
from trenza.kernel import Invalid

_LONGEST_MAPPING: Final = 64 * 1024
_TABLES: Final = (".csv", ".tsv", ".parquet")
_REJECTED: Final = "rejected.jsonl"


class Import(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to import."""

    upload: Annotated[str, Meta(max_length=60, description="Id of the upload.")] = ""
    name: Annotated[str, Meta(max_length=200, description="What the file is called; its end says what it is.")] = ""
    source: Annotated[str, Meta(max_length=64, description="Source it comes from; made if it is missing.")] = "import"
    mapping: Annotated[str, Meta(max_length=_LONGEST_MAPPING, description="YAML; for tables.")] = ""


def _prepare(instance: Instance, request: Import) -> Prepared[Import]:
    if not request.upload or not request.name:
        raise Invalid("the request names no file", "send it to POST /api/jobs/uploads; give `upload` and `name`")
    instance.job_files.check_upload(request.upload)
    if _mapping(request) is None and _suffix(request.name) in _TABLES:
        raise Invalid("the file is a table", "give `mapping`: which columns become which fields")
    ensure_source(instance.database, request.source, "import")
    return Prepared(request, upload=request.upload, name=_given(request))


def _run(instance: Instance, request: Import, work: Work) -> Outcome:
    file = _within_reach(work, _given(request))
    source = ensure_source(instance.database, request.source, "import")
    importer = Importer(instance.log, instance.clock, source, instance.plans)
    size = file.stat().st_size
    work.progress(0, size, "bytes", "reading")
    report = importer.import_file(
        file, _mapping(request), lambda octets: work.progress(octets, size, "bytes", "reading")
    )
    work.progress(size, size, "bytes", "reading")
    if report.rejected_file:
        Path(report.rejected_file).replace(work.folder / _REJECTED)
    result = {"read": report.read, "accepted": report.accepted, "rejected": report.rejected}
    return Outcome(result, _REJECTED if report.rejected else "")


def _within_reach(work: Work, name: str) -> Path:
    """The upload where rejected lines may be written beside it."""
    file = work.folder / name
    os.link(work.given(name), file)
    return file


def _given(request: Import) -> str:
    """How the file is called in the job's folder: the end of its name, which says what it is, and nothing personal."""
    return f"upload{_suffix(request.name)}"


def _suffix(name: str) -> str:
    plain = name.lower().removesuffix(".gz")
    return next((each for each in _TABLES if plain.endswith(each)), ".jsonl")


def _mapping(request: Import) -> TableMapping | None:
    return read_mapping(request.mapping, "mapping.yaml") if request.mapping.strip() else None


IMPORT: Final = Kind(name="import", right="admin", request=Import, prepare=_prepare, run=_run, taken_up="restarts")
