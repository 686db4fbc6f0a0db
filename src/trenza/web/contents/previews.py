"""A message text said to a real person: whoever entered a journey that sends it last, else whoever was seen last."""

import re
from typing import Any

import msgspec
from litestar import Response
from markupsafe import Markup

from trenza.channels import SandboxMessage
from trenza.content import Content, Template, Unrenderable, count_parts, read_template, render
from trenza.definitions import Reading, read_documents
from trenza.identity import known_of, recent_people
from trenza.journeys import Journey, runs_page, written_templates
from trenza.kernel import JsonObject, format_instant
from trenza.profiles import load_facts
from trenza.storage import Transaction
from trenza.web.render import View
from trenza.web.shown import linked, mail_frame

_NONE_WORDS = "There is nothing to show yet: this channel has no text, or something in it is wrong."
_BLOCKS = re.compile(r"<(?:p|div|table|br|h[1-6]|ul|ol|body)\b", re.IGNORECASE)
_UNSUBSCRIBE = "https://example.com/unsubscribe"


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to say it to."""

    traits: JsonObject
    event: JsonObject
    name: str = ""


def preview(view: View, text: str, channel: str, language: str) -> Response[str]:
    """A text as the person would see it, for a sandboxed frame."""
    template = _template(text)
    if template is None or channel not in template.channels:
        return _frame(channel, Markup("<p>{}</p>").format(view.say(_NONE_WORDS)))
    with view.instance.database.read() as tx:
        sample = find_sample(tx, view, template.key)
    context: JsonObject = {
        "person": sample.traits,
        "event": sample.event,
        "run": {},
        "timezone": view.instance.settings.timezone,
        "now": format_instant(view.instance.clock.now()),
        "unsubscribe_url": _UNSUBSCRIBE,
    }
    try:
        said = render(template, channel, language, context)
    except Unrenderable as error:
        return _frame(channel, Markup("<p>{}</p>").format(error.why))
    return _frame(channel, _head(sample, said) + _body(said))


def _head(sample: Sample, said: Content) -> Markup:
    name = Markup('<p style="color:#555;font-size:14px">{}</p>').format(sample.name) if sample.name else Markup()
    title = said.subject or said.title
    return name + (Markup("<p><b>{}</b></p><hr>").format(title) if title else Markup())


def _body(said: Content) -> Markup:
    """What is said: a mail's HTML as its author wrote it, which the frame lets do nothing; anything else as text."""
    if said.html:
        is_set = _BLOCKS.search(said.html)
        return Markup(said.html) if is_set else Markup(f'<div class="as-text">{said.html}</div>')  # noqa: S704 — see above
    parts = Markup('<p style="color:#555;font-size:14px">{} SMS</p>').format(count_parts(said.text).parts)
    return Markup('<div class="as-text">{}</div>').format(linked(said.text)) + (parts if said.channel == "sms" else "")


def _frame(channel: str, html: Markup) -> Response[str]:
    shown = SandboxMessage(
        id="", message="", channel=channel, address="", at=0, title="", text="", html=str(html), fields={}
    )
    return mail_frame(shown)


def find_sample(tx: Transaction, view: View, key: str) -> Sample:
    """A real person, with the event that began their run where there is one; nobody for those who may see nobody."""
    if not view.may("people"):
        return Sample(traits={}, event={})
    journeys: dict[str, Journey] = dict(view.instance.in_force(tx).of("Journey"))
    for journey in journeys.values():
        if key in written_templates(journey):
            for run in runs_page(tx, journey.key, limit=1):
                return _sample(tx, run.person, run.state.entry)
    seen = recent_people(tx, None, 1)
    return _sample(tx, seen[0].person, {}) if seen else Sample(traits={}, event={})


def _sample(tx: Transaction, person: int, event: JsonObject) -> Sample:
    facts = load_facts(tx, known_of(tx, [person])).get(person)
    traits: dict[str, Any] = {name: facts.trait(name) for name in facts.traits} if facts else {}
    name = " ".join(str(traits[each]) for each in ("first_name", "last_name") if traits.get(each))
    return Sample(traits=traits, event=event, name=name)


def _template(text: str) -> Template | None:
    documents, faults = read_documents(text, "")
    if faults or len(documents) != 1 or documents[0].kind != "Template":
        return None
    reading = Reading({})
    template = read_template(documents[0], reading)
    return None if reading.faults else template
