"""`/phones`: whose phone, what is on it, and every two seconds whether anything is new."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import PathParameter

from trenza.identity import Person, person_text
from trenza.journeys import find_decisions
from trenza.kernel import NotFound, TrenzaError
from trenza.people import People, name_people
from trenza.storage import Transaction
from trenza.web.forms import Form
from trenza.web.phones.phone import APPS, Arrival, instant_of, latest_phones, read_mark, read_phone
from trenza.web.receipts import receipts_of, say_receipt, say_why
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.shown import linked, mail_frame, way_out
from trenza.web.why import titles, why
from trenza.web.words import CHANNEL_ICONS, say_state

Name = Annotated[str, PathParameter(max_length=64, pattern=r"^per_")]
Id = Annotated[str, PathParameter(max_length=64)]
APP_WORDS = {
    "email": "Mail",
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    "push": "Notices",
    "voice": "Calls",
    "in_app": "Shop app",
    "web_push": "Browser",
    "direct_mail": "Letters",
}
"""What stands under the pictures on the phone."""
_UNCHANGED = 204


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where on the phone the reader is."""

    app: str = ""
    message: str = ""


class PhoneController(Controller):
    """`/phones`."""

    include_in_schema = False

    @get("/phones", opt={"right": "people"}, sync_to_thread=True)
    def first(self, view: Viewing, instance: Here) -> Response[str]:
        """The phone that rang last."""
        with instance.database.read() as tx:
            latest = latest_phones(tx)
            phone = _shown(view, tx, latest[0][0]) if latest else {"phone": None, "pictures": CHANNEL_ICONS}
        return view.page("phones/show.html", {**phone, "latest": latest, "form": Form()})

    @post("/phones", opt={"right": "people", "only_reads": True}, sync_to_thread=True)
    def find(self, view: Viewing, instance: Here, form: Sent) -> Response[Any]:
        """The phone of whoever an identifier names."""
        wanted = form.require("who", view.say("Write an e-mail, a phone number or TYPE:VALUE."))
        person = _named(view, wanted) if wanted else None
        if person is not None:
            return view.redirect(f"/phones/{person_text(person)}")
        form.blame("who", view.say("Nobody has this identifier."))
        with instance.database.read() as tx:
            latest = latest_phones(tx)
        values = {"phone": None, "pictures": CHANNEL_ICONS, "latest": latest, "form": form}
        return view.page("phones/show.html", values, 422)

    @get("/phones/{person:str}", opt={"right": "people"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, person: Name) -> Response[Any]:
        """Somebody's phone."""
        found = People(instance).named(person)
        if person_text(found) != person:
            return view.redirect(f"/phones/{person_text(found)}")
        with instance.database.read() as tx:
            values = {**_shown(view, tx, found), "latest": latest_phones(tx), "form": Form()}
        return view.page("phones/show.html", values)

    @get("/phones/{person:str}/news", opt={"right": "people"}, sync_to_thread=True)
    def news(self, view: Viewing, instance: Here, person: Name) -> Response[Any]:
        """What is new since a mark, as parts of the page; 204 where nothing is."""
        found = People(instance).named(person)
        mark = view.request.query_params.get("mark", "")
        with instance.database.read() as tx:
            if read_mark(tx, found) == mark:
                return Response(None, status_code=_UNCHANGED)
            values = _shown(view, tx, found)
        fresh = values["phone"].since(instant_of(mark))
        return view.page("phones/news.html", {**values, "fresh": fresh, "partial": True})

    @get("/phones/{person:str}/mail/{message:str}", opt={"right": "people"}, sync_to_thread=True)
    def mail(self, instance: Here, person: Name, message: Id) -> Response[str]:
        """A mail as the phone shows it: opening it fetches its pixel, so it counts as opened, as a real one would."""
        found = People(instance).named(person)
        with instance.database.read() as tx:
            arrival = read_phone(tx, found, message).find(message)
        if arrival is None or arrival.shown.channel != "email":
            raise NotFound("no mail of this id is on this phone", "see /phones")
        return mail_frame(arrival.shown, pixels_from=instance.settings.base_url)


def _named(view: View, wanted: str) -> Person | None:
    """Whom a text names: TYPE:VALUE, a person's id, an address, a number, a user id."""
    names = [wanted] if ":" in wanted or wanted.startswith("per_") else []
    names += [f"email:{wanted}"] if "@" in wanted else [f"phone:{wanted}", f"user_id:{wanted}"]
    for name in names:
        try:
            return People(view.instance).named(name)
        except TrenzaError:
            continue
    return None


def _shown(view: View, tx: Transaction, person: Person) -> dict[str, Any]:
    """All that the phone and the words beside it are drawn from."""
    asked = view.request.query_params
    phone = read_phone(tx, person, asked.get("message", ""))
    arrival = phone.find(asked.get("message", ""))
    app = arrival.app if arrival else asked.get("app", "") if asked.get("app", "") in APPS else ""
    names = titles(view)
    about = arrival or next(iter(phone.of(app) if app else phone.arrivals), None)
    return {
        "phone": phone,
        "person": person_text(person),
        "who": name_people(tx, [person]).get(person),
        "place": Place(app=app, message=arrival.shown.id if arrival else ""),
        "reading": arrival,
        "about": about,
        "apps": [(app, view.say(APP_WORDS[app]), CHANNEL_ICONS[app], phone.of(app)) for app in APPS],
        "app_name": lambda app: view.say(APP_WORDS[app]),
        "pictures": CHANNEL_ICONS,
        "linked": linked,
        "way_out": way_out,
        "now": view.instance.clock.now(),
        "withheld": [why(view, decision, names) for decision in phone.withheld],
        **_reasons(view, tx, about, names),
    }


def _reasons(view: View, tx: Transaction, about: Arrival | None, names: Mapping[str, str]) -> dict[str, Any]:
    """Why the message came, and what was done with it since."""
    entry = about.entry if about else None
    if entry is None:
        return {"why": None, "receipts": [], "state": None}
    decision = find_decisions(tx, [entry.message.decision]).get(entry.message.decision)
    receipts = receipts_of(tx, [entry])[entry.message.id]
    return {
        "why": why(view, decision, names, entry) if decision else None,
        "receipts": [(each, say_receipt(view, each), say_why(view, each)) for each in receipts],
        "state": say_state(view, entry),
    }
