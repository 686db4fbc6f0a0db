"""Data: where it lies and how large it is; taking it away, erasing somebody, and proving that somebody is erased."""

from pathlib import Path
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from trenza.access import Caller
from trenza.app import Instance
from trenza.job_kinds import ask_for
from trenza.kernel import Invalid, NotFound
from trenza.people import People
from trenza.profiles import Proof
from trenza.settings import Settings
from trenza.web.forms import Form
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.settings.tabs import settings_page

TYPE_WORDS = {
    "email": "E-mail",
    "phone": "Phone",
    "user_id": "User id",
    "loyalty_card": "Loyalty card",
    "anonymous_id": "Browser or device",
}
STORE_WORDS = {
    "state": "State: people, events, journeys, messages",
    "log": "Event log",
    "lake": "Lake: the history as Parquet",
    "jobs": "Files of long work",
}
_NOBODY_WORDS = "Nobody has this identifier."
_REASON_WORDS = "Say why: it stands on the receipt."
_SURE_WORDS = "Tick this: it cannot be undone."
_UNREADABLE_WORDS = "This is no receipt of an erasure: paste the whole JSON text."


class Size(msgspec.Struct, frozen=True):
    """A store."""

    name: str
    octets: int | None
    """None where it is a database on a server, which says it itself."""


class DataPageController(Controller):
    """`/settings/data`."""

    include_in_schema = False

    @get("/settings/data", opt={"right": "admin"}, sync_to_thread=True)
    def show(self, view: Viewing) -> Response[str]:
        """The stores and the forms."""
        return _page(view, Form())

    @post("/settings/data/erase", opt={"right": "erase"}, sync_to_thread=True)
    def erase(self, view: Viewing, instance: Here, caller: NamedDependency[Caller], form: Sent) -> Response[Any]:
        """Ask for the erasure of whoever has an identifier; the job shows the receipt."""
        value = form.require("value", view.say(_NOBODY_WORDS))
        reason = form.require("reason", view.say(_REASON_WORDS))
        if not form["sure"]:
            form.blame("sure", view.say(_SURE_WORDS))
        if form.good:
            try:
                job = ask_for(
                    instance, "erase", {"person": f"{form['type']}:{value}", "reason": reason[:500]}, caller.id
                )
            except (NotFound, Invalid):
                form.blame("value", view.say(_NOBODY_WORDS))
            else:
                view.request.state.audit = job.id
                return view.redirect(f"/jobs/{job.id}", said="started")
        return _page(view, form, status=422)

    @post("/settings/data/proof", opt={"right": "admin"}, status_code=200, sync_to_thread=True)
    def prove(self, view: Viewing, instance: Here, form: Sent) -> Response[Any]:
        """Look through every store for whoever a receipt says is erased."""
        try:
            proof = People(instance).verify(msgspec.json.decode(form["receipt"]))
        except (Invalid, msgspec.DecodeError):
            form.blame("receipt", view.say(_UNREADABLE_WORDS))
            return _page(view, form, status=422)
        return _page(view, form, proof=proof)


def _page(view: View, form: Form, *, proof: Proof | None = None, status: int = 200) -> Response[str]:
    values = {
        "form": form,
        "proof": proof,
        "sizes": [(view.say(STORE_WORDS[each.name]), each.octets) for each in _sizes(view.instance)],
        "types": [(key, view.say(text)) for key, text in TYPE_WORDS.items()],
    }
    return settings_page(view, "data.html", values, status)


def _sizes(instance: Instance) -> list[Size]:
    settings: Settings = instance.settings
    return [
        Size("state", _database(settings.database_url)),
        Size("log", _database(settings.log_url)),
        Size("lake", _folder(settings.lake_path)),
        Size("jobs", _folder(settings.data / "jobs")),
    ]


def _database(url: str) -> int | None:
    """An SQLite file with what stands beside it."""
    if not url.startswith("sqlite:///"):
        return None
    path = Path(url.removeprefix("sqlite:///"))
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*") if each.is_file())


def _folder(path: Path) -> int:
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
