"""Sources: where events come from, the keys they are written with, and how to begin with each client."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import PathParameter

from trenza.app import Instance
from trenza.events import (
    INTERNAL_SOURCE,
    InvalidSource,
    Source,
    TrackingPlan,
    add_source,
    change_source,
    heard_of,
    latest,
    list_sources,
)
from trenza.kernel import NotFound, TrenzaError
from trenza.web.clients import snippets_for
from trenza.web.forms import Form
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.words import SOURCE_CHANNELS, name_channel

ANSWERS_WORDS = {
    "nobody": "About nobody",
    "visitors": "About visitors, known by their own browser or app",
    "anybody": "About anybody: only where the key is a secret of a server",
}
_PROBLEM_WORDS = {
    "name": "Give it a name that no other source has.",
    "channel": "Small letters, digits, _ and -: web, app, pos …",
    "key": "1 to 200 visible characters without a colon, that no other source has.",
}
_PACE_WORDS = "A whole number of events, or nothing. A burst needs a rate."
_SHOWN = 15
_DIGITS = 7
Id = Annotated[int, PathParameter(ge=1, le=1 << 31)]


class SourceController(Controller):
    """`/sources`."""

    include_in_schema = False

    @get("/sources", opt={"right": "admin"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """Every source, and the form for another."""
        return _list(view, instance, _fresh())

    @post("/sources", opt={"right": "admin"}, sync_to_thread=True)
    def add(self, view: Viewing, instance: Here, form: Sent) -> Response[Any]:
        """Make a source, or say beside the fields why not."""
        form.require("name", view.say(_PROBLEM_WORDS["name"]))
        form.require("channel", view.say(_PROBLEM_WORDS["channel"]))
        made = _add(view, instance, form) if form.good else None
        if made is None:
            return _list(view, instance, form, status=422)
        view.request.state.audit = f"source:{made.id}"
        return view.redirect(f"/sources/{made.id}", said="added")

    @get("/sources/{source:int}", opt={"right": "admin"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, source: Id) -> Response[str]:
        """One source: its key, how clients begin, what came last, the plans that speak of it."""
        with instance.database.read() as tx:
            found = _find(list_sources(tx), source)
        return _show(view, instance, found, Form())

    @post("/sources/{source:int}", opt={"right": "admin"}, sync_to_thread=True)
    def change(self, view: Viewing, instance: Here, form: Sent, source: Id) -> Response[Any]:
        """Change about whom its write key is answered, or how fast it may send."""
        with instance.database.read() as tx:
            found = _find(list_sources(tx), source)
        answers = next((each for each in ANSWERS_WORDS if each == form["answers"]), None)
        rate, burst = (_whole(view, form, name) for name in ("rate", "burst"))
        if not form.good:
            return _show(view, instance, found, form, 422)
        try:
            change_source(instance.database, found.name, answers=answers, rate=rate, burst=burst)  # type: ignore[arg-type]  # one of the table's keys
        except InvalidSource:
            form.blame("burst", view.say(_PACE_WORDS))
            return _show(view, instance, found, form, 422)
        view.request.state.audit = f"source:{found.id}"
        return view.redirect(f"/sources/{found.id}", said="saved")


def _show(view: View, instance: Instance, found: Source, form: Form, status: int = 200) -> Response[str]:
    with instance.database.read() as tx:
        events = latest(tx, _SHOWN, found.id)
        plans: Mapping[str, TrackingPlan] = instance.in_force(tx).of("TrackingPlan")
    values = {
        "source": found,
        "channel": name_channel(view, found.channel),
        "snippets": snippets_for(instance.settings.base_url, found),
        "events": events,
        "plans": [plan for plan in plans.values() if not plan.sources or found.name in plan.sources],
        "answers": [(key, view.say(text)) for key, text in ANSWERS_WORDS.items()],
        "form": form.with_defaults(**_shown(found)),
    }
    return view.page("sources/show.html", values, status)


def _shown(source: Source) -> dict[str, str]:
    pace = {"rate": source.rate, "burst": source.burst}
    return {"answers": source.answers, **{name: str(number) if number else "" for name, number in pace.items()}}


def _whole(view: View, form: Form, name: str) -> int | None:
    """A number of events; empty is 0, which is no limit; None where the field was not sent."""
    if name not in form:
        return None
    text = form.text(name) or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        form.blame(name, view.say(_PACE_WORDS))
        return None
    return int(text)


def _list(view: View, instance: Instance, form: Form, status: int = 200) -> Response[str]:
    with instance.database.read() as tx:
        sources = [each for each in list_sources(tx) if each.id != INTERNAL_SOURCE.id]
        heard = heard_of(tx)
    values = {
        "sources": sources,
        "heard": heard,
        "form": form,
        "channel_names": {each.channel: name_channel(view, each.channel) for each in sources},
        "channels": [(key, name_channel(view, key)) for key in SOURCE_CHANNELS],
        "answers": [(key, view.say(text)) for key, text in ANSWERS_WORDS.items()],
    }
    return view.page("sources/list.html", values, status)


def _fresh() -> Form:
    return Form().with_defaults(channel="web", answers="visitors")


def _add(view: View, instance: Instance, form: Form) -> Source | None:
    """The source that was made; None where the form is blamed instead."""
    answers = form["answers"] if form["answers"] in ANSWERS_WORDS else "visitors"
    try:
        return add_source(
            instance.database,
            form.text("name"),
            form.text("channel"),
            form.text("key"),
            strict=bool(form["strict"]),
            country=form.text("country").upper(),
            answers=answers,  # type: ignore[arg-type]  # one of the table's keys
        )
    except TrenzaError as error:
        field = next((name for name in ("key", "channel", "country") if name in error.why), "name")
        form.blame(field, view.say(_PROBLEM_WORDS.get(field, _PROBLEM_WORDS["name"])))
        return None


def _find(sources: list[Source], id_: int) -> Source:
    for source in sources:
        if source.id == id_:
            return source
    raise NotFound("there is no such source", "see /sources")
