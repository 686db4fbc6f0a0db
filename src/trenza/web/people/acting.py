"""What somebody of the house does for a person. A wrong form comes back as typed, its fault beside the field."""

import re
from datetime import UTC, date, datetime, time
from time import monotonic, sleep
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post

from trenza.app import Instance
from trenza.events import events_named
from trenza.identity import person_text
from trenza.job_kinds import KINDS, ask_for
from trenza.jobs import ENDED, cancel_job, find_job
from trenza.journeys import finish_task
from trenza.kernel import Instant, NotFound
from trenza.people import People, add_note, add_task, enter_journey
from trenza.profiles import CHANNELS, ConsentStatus
from trenza.web.people.paths import JobId, PersonId, TaskId
from trenza.web.people.person import show_person
from trenza.web.render import Here, Sent, View, Viewing

_SLUG = re.compile(r"[a-z0-9_-]{1,63}")
_LONGEST_NOTE = 4_000
_LONGEST_TITLE = 200
_PATIENCE = 1.5
"""For how many seconds a page waits until the worker has taken what was written."""
_PAUSE = 0.05
_STATUSES: dict[str, ConsentStatus] = {"granted": "granted", "denied": "denied"}


class ActingController(Controller):
    """Notes, tasks, consents, ways into journeys."""

    include_in_schema = False

    @post("/people/{person:str}/notes", opt={"right": "work"}, sync_to_thread=True)
    def note(self, view: Viewing, instance: Here, form: Sent, person: PersonId) -> Response[Any]:
        """Write a note."""
        text = form.require("text", view.say("Write something."))
        if len(text) > _LONGEST_NOTE:
            form.blame("text", view.say("That is too long for a note."))
        if not form.good:
            return show_person(view, instance, person, form, "note", 422)
        _wait_for(instance, add_note(instance, People(instance).named(person), text, _who(view)))
        return _back(view, person, "saved")

    @post("/people/{person:str}/tasks", opt={"right": "work"}, sync_to_thread=True)
    def task(self, view: Viewing, instance: Here, form: Sent, person: PersonId) -> Response[Any]:
        """Put a task into a queue."""
        title = form.require("title", view.say("Say what is to be done."))
        if len(title) > _LONGEST_TITLE:
            form.blame("title", view.say("Say it shorter."))
        queue = form.text("queue")
        if not _SLUG.fullmatch(queue):
            form.blame("queue", view.say("Small letters, digits, _ and -."))
        due = _end_of_day(form.text("due"), instance.settings.timezone)
        if form.text("due") and due is None:
            form.blame("due", view.say("This is no day."))
        if not form.good:
            return show_person(view, instance, person, form, "task", 422)
        add_task(instance, People(instance).named(person), queue, title, due, view.language)
        return _back(view, person, "added")

    @post("/people/{person:str}/tasks/{task:str}/done", opt={"right": "work"}, sync_to_thread=True)
    def finish(self, view: Viewing, instance: Here, person: PersonId, task: TaskId) -> Response[Any]:
        """A task is done."""
        with instance.database.write() as tx:
            if not finish_task(tx, task, instance.clock.now()):
                raise NotFound("no open task has this id", "load the page again")
        return _back(view, person, "done")

    @post("/people/{person:str}/consents", opt={"right": "write"}, sync_to_thread=True)
    def consent(self, view: Viewing, instance: Here, form: Sent, person: PersonId) -> Response[Any]:
        """Write a word on consent down."""
        purpose, channel = form.text("purpose"), form.text("channel")
        if not _SLUG.fullmatch(purpose):
            form.blame("purpose", view.say("Small letters, digits, _ and -."))
        if channel not in ("*", *CHANNELS):
            form.blame("channel", view.say("Choose one."))
        status = _STATUSES.get(form["status"])
        if status is None or not form.good:
            form.blame("status", view.say("Choose one."))
            return show_person(view, instance, person, form, "consent", 422)
        people = People(instance)
        _wait_for(instance, people.give_consent(people.named(person), purpose, channel, status, _who(view)))
        return _back(view, person, "saved")

    @post("/people/{person:str}/journeys", opt={"right": "write"}, sync_to_thread=True)
    def enter(self, view: Viewing, instance: Here, form: Sent, person: PersonId) -> Response[Any]:
        """Ask for them to enter a journey."""
        _wait_for(instance, enter_journey(instance, People(instance).named(person), form.text("journey")))
        return _back(view, person, "done")


class LeavingController(Controller):
    """Handing over and erasing: jobs, with their progress and what came of them."""

    include_in_schema = False

    @post("/people/{person:str}/export", opt={"right": "erase"}, sync_to_thread=True)
    def export(self, view: Viewing, instance: Here, person: PersonId) -> Response[Any]:
        """Gather everything that is kept of them."""
        job = ask_for(instance, "export", {"of": "person", "person": person}, _who(view))
        view.request.state.audit = job.id
        return view.redirect(f"/people/work/{job.id}", said="started")

    @post("/people/{person:str}/erase", opt={"right": "erase"}, sync_to_thread=True)
    def erase(self, view: Viewing, instance: Here, form: Sent, person: PersonId) -> Response[Any]:
        """Erase them, once the reason is said and the id is typed."""
        reason = form.require("reason", view.say("Say why; it stands on the receipt."))
        if form.text("typed") != person_text(People(instance).named(person)):
            form.blame("typed", view.say("That is not the id of this person."))
        if not form.good:
            return show_person(view, instance, person, form, "erase", 422)
        job = ask_for(instance, "erase", {"person": person, "reason": reason[:500]}, _who(view))
        view.request.state.audit = job.id
        return view.redirect(f"/people/work/{job.id}", said="started")

    @get("/people/work/{job:str}", opt={"right": "erase"}, sync_to_thread=True)
    def work(self, view: Viewing, instance: Here, job: JobId) -> Response[Any]:
        """How far an export or an erasure is; afterwards the file, or the receipt."""
        found = find_job(instance.database, job)
        if found.kind not in {"erase", "export"} or KINDS[found.kind].right != "erase":
            raise NotFound("no such work about a person", "see /people")
        values = {"job": found, "ended": found.state in ENDED, "receipt": found.result.get("receipt")}
        if view.asks_for("work"):
            return view.fragment("people/work.html", "work", values)
        return view.page("people/work.html", values)

    @get("/people/work/{job:str}/receipt", opt={"right": "erase"}, sync_to_thread=True)
    def receipt(self, instance: Here, job: JobId) -> Response[Any]:
        """The signed receipt as a file: it names nobody."""
        found = find_job(instance.database, job).result.get("receipt")
        if found is None:
            raise NotFound("there is no receipt", "wait until the erasure has ended")
        headers = {"content-disposition": f'attachment; filename="receipt-{job}.json"'}
        return Response(found, headers=headers, media_type="application/json")

    @post("/people/work/{job:str}/cancel", opt={"right": "erase"}, sync_to_thread=True)
    def cancel(self, view: Viewing, instance: Here, job: JobId) -> Response[Any]:
        """Leave it be."""
        cancel_job(instance.database, job, instance.clock.now())
        return view.redirect(f"/people/work/{job}", said="cancelled")


def _who(view: View) -> str:
    return view.caller.id if view.caller else ""


def _wait_for(instance: Instance, message: str) -> None:
    """Wait a moment for the worker, so that the page that follows shows what was written on it."""
    patience = monotonic() + _PATIENCE
    while monotonic() < patience:
        with instance.database.read() as tx:
            if events_named(tx, {message}):
                return
        sleep(_PAUSE)


def _back(view: View, person: str, said: str) -> Response[Any]:
    view.request.state.audit = person
    return view.redirect(f"/people/{person}", said=said)


def _end_of_day(text: str, zone: str) -> Instant | None:
    """The last moment of a local day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    moment = datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)
    return int(moment.timestamp() * 1_000)
