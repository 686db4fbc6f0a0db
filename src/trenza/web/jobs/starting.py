"""Beginning an import or an export from the page.

The file of an import goes to `POST /api/jobs/uploads` by script, so its progress is seen and it may be as large as the
API takes; without scripts it comes with the form, and is smaller.
"""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency

from trenza.access import Caller
from trenza.app import Instance
from trenza.events import INTERNAL_SOURCE, list_sources
from trenza.job_kinds import ask_for
from trenza.kernel import Faulty, Invalid, JsonObject, NotFound, TooLarge
from trenza.web.editor import FaultLine, said_faults
from trenza.web.forms import Form
from trenza.web.render import Here, Sent, View, Viewing

LARGEST_WITH_FORM = 32 << 20
_PIECE = 1 << 20
_NO_FILE_WORDS = "Choose a file first."
_GONE_WORDS = "The file is not here any more: choose it again."
_TABLE_WORDS = "A table needs a mapping: which columns become which fields."
_SOURCE_WORDS = "A name of 1 to 64 characters."
_UNTIL_WORDS = "The last day is before the first."
_DAY_WORDS = "Write a day as in 2026-03-31."
_TABLES = (".csv", ".tsv", ".parquet")
MAPPING_EXAMPLE = """\
type: track
event: Order Completed
message_id: {column: order, prefix: order-}
timestamp: {column: bought, format: "%d/%m/%Y %H:%M", zone: Europe/Madrid}
user_id: {column: customer}
identifiers:
  email: {column: mail}
properties:
  total: {column: amount, type: number, decimal: ","}
  currency: EUR
csv: {delimiter: ";"}
"""


class ImportController(Controller):
    """`/jobs/import`."""

    include_in_schema = False

    @get("/jobs/import", opt={"right": "admin"}, sync_to_thread=True)
    def begin(self, view: Viewing) -> Response[str]:
        """The form."""
        return _import_page(view, Form().with_defaults(source="import"))

    @post("/jobs/import", opt={"right": "admin"}, request_max_body_size=LARGEST_WITH_FORM)
    async def start(self, view: Viewing, instance: Here, caller: NamedDependency[Caller], form: Sent) -> Response[Any]:
        """Queue it, or say beside the fields what is wrong; a file that was sent stays sent."""
        upload, name = form["upload"], form.text("name")
        file = (await view.request.form()).get("file")
        if not upload and isinstance(file, UploadFile) and file.filename:
            name, upload = file.filename, await _receive(instance, file)
        kept = form.with_values(upload=upload, name=name)
        return await asyncio.to_thread(_start_import, view, instance, caller, kept)


class ExportController(Controller):
    """`/jobs/export`."""

    include_in_schema = False

    @get("/jobs/export", opt={"right": "erase"}, sync_to_thread=True)
    def begin(self, view: Viewing) -> Response[str]:
        """The form."""
        return _export_page(view, Form().with_defaults(of="events"))

    @post("/jobs/export", opt={"right": "erase"}, sync_to_thread=True)
    def start(self, view: Viewing, instance: Here, caller: NamedDependency[Caller], form: Sent) -> Response[Any]:
        """Queue it."""
        of = "people" if form["of"] == "people" else "events"
        days = _days(view, form) if of == "events" else {}
        if not form.good:
            return _export_page(view, form, 422)
        job = ask_for(instance, "export", {"of": of, **days}, caller.id)
        view.request.state.audit = job.id
        return view.redirect(f"/jobs/{job.id}", said="started")


async def _receive(instance: Instance, file: UploadFile) -> str:
    upload = await asyncio.to_thread(instance.job_files.receive)
    try:
        while piece := await file.read(_PIECE):
            await asyncio.to_thread(upload.write, piece)
        await asyncio.to_thread(upload.finish)
    except BaseException:
        upload.drop()
        raise
    return upload.id


def _start_import(view: View, instance: Instance, caller: Caller, form: Form) -> Response[Any]:
    faults = _blame(view, form)
    if form.good:
        request = {name: form.text(name) for name in ("upload", "name", "source")} | {"mapping": form["mapping"]}
        try:
            job = ask_for(instance, "import", request, caller.id)
        except Faulty as error:
            faults = said_faults(view, error.faults)
            form.blame("mapping", view.say("The mapping has faults:"))
        except NotFound:
            form = form.with_values(upload="")
            form.blame("file", view.say(_GONE_WORDS))
        except (Invalid, TooLarge) as error:
            form.blame("", f"{error.why}. {error.mend}")
        else:
            view.request.state.audit = job.id
            return view.redirect(f"/jobs/{job.id}", said="started")
    return _import_page(view, form, faults, 422)


def _blame(view: View, form: Form) -> tuple[FaultLine, ...]:
    """What can be said before anything is asked of the room."""
    if not form["upload"]:
        form.blame("file", view.say(_NO_FILE_WORDS))
    if not 1 <= len(form.text("source")) <= 64:  # noqa: PLR2004 — as the kind's request says
        form.blame("source", view.say(_SOURCE_WORDS))
    if form["name"].lower().removesuffix(".gz").endswith(_TABLES) and not form.text("mapping"):
        form.blame("mapping", view.say(_TABLE_WORDS))
    return ()


def _days(view: View, form: Form) -> JsonObject:
    """The span that is asked for: from the first day to the end of the last, in the instance's zone."""
    first, last = _day(view, form, "since"), _day(view, form, "until")
    if first and last and last < first:
        form.blame("until", view.say(_UNTIL_WORDS))
    zone = ZoneInfo(view.instance.settings.timezone)
    span = {"since": first, "until": last + timedelta(days=1) if last else None}
    return {name: datetime.combine(day, time.min, zone).isoformat() for name, day in span.items() if day}


def _day(view: View, form: Form, name: str) -> date | None:
    """A day; blamed where it is none."""
    text = form.text(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        form.blame(name, view.say(_DAY_WORDS))
        return None


def _import_page(view: View, form: Form, faults: tuple[FaultLine, ...] = (), status: int = 200) -> Response[str]:
    with view.instance.database.read() as tx:
        sources = [each.name for each in list_sources(tx) if each.id != INTERNAL_SOURCE.id]
    values = {"form": form, "faults": faults, "sources": sources, "example": MAPPING_EXAMPLE}
    return view.page("jobs/import.html", values, status)


def _export_page(view: View, form: Form, status: int = 200) -> Response[str]:
    return view.page("jobs/export.html", {"form": form}, status)
