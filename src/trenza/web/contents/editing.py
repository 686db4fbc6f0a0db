"""`/templates`: every message text, and one of them in fields or as YAML, with how it looks."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import PathParameter

from trenza.access import definition_name
from trenza.content import FORMS, Template
from trenza.definitions import find_live, localise, remove_document
from trenza.equipment import KINDS
from trenza.journeys import Journey, written_templates
from trenza.kernel import Faulty, Invalid, NotFound
from trenza.web.contents.drafts import FRESH, Input, draft_of, key_in, places_of, titles_of, versions_of
from trenza.web.contents.previews import preview
from trenza.web.editor import Clash, FaultLine, base_of, is_taken, key_of, said_error, said_faults, save
from trenza.web.forms import Form
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.words import CHANNEL_ICONS, name_channel

KIND = "Template"
Key = Annotated[str, PathParameter(max_length=100)]
FIELD_WORDS = {
    "title": "Title",
    "subject": "Subject",
    "body": "Text",
    "text": "Text",
    "mjml": "MJML",
    "preheader": "Line beside the subject",
    "url": "Address it opens",
    "image": "Picture",
    "button": "Button",
    "slot": "Place on the page",
    "template": "Approved template",
    "language": "Its language",
}
_TAKEN_WORDS = "There is a message text of this key already. Choose another key."


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A template in the list."""

    key: str
    title: str
    channels: Sequence[tuple[str, str]]
    """Icon and name."""
    journeys: Sequence[tuple[str, str]]
    """Key and title of those that send it."""


class ContentController(Controller):
    """`/templates`."""

    include_in_schema = False

    @get("/templates", opt={"right": "read"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """Every message text, its channels, and the journeys that send it."""
        with instance.database.read() as tx:
            definitions = instance.in_force(tx)
        return view.page("contents/list.html", {"lines": _lines(view, definitions.objects)})

    @get("/templates/new", opt={"right": "write"}, sync_to_thread=True)
    def begin(self, view: Viewing) -> Response[str]:
        """An empty one."""
        return _page(view, FRESH, "", is_new=True)

    @post("/templates/new", opt={"right": "write"}, sync_to_thread=True)
    def add(self, view: Viewing, form: Sent) -> Response[Any]:
        """Save it, or the page again: with a channel more, or with what is wrong."""
        try:
            text = draft_of(form)
            if form["adds"]:
                return _page(view, text, form["base"], is_new=True)
            key = key_of(text, KIND)
            if not form["base"] and is_taken(view, KIND, key):
                said = (FaultLine(line=2, column=1, why=view.say(_TAKEN_WORDS), mend=""),)
                return _page(view, text, "", is_new=True, said=said, status=422)
        except Invalid as error:
            return _again(view, form, error, is_new=True)
        return _saved(view, form, text, key, is_new=True)

    @get("/templates/{key:str}", opt={"right": "read"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, key: Key) -> Response[str]:
        """One of them; who may not write reads it."""
        with instance.database.read() as tx:
            live = find_live(tx, KIND, key)
        if live is None:
            raise NotFound("there is no such message text", "see /templates")
        return _page(view, live.written, base_of(live), is_new=False)

    @post("/templates/{key:str}", opt={"right": "write"}, sync_to_thread=True)
    def change(self, view: Viewing, form: Sent, key: Key) -> Response[Any]:
        """Save it, unless somebody else has; or the page again."""
        try:
            text = draft_of(form)
        except Invalid as error:
            return _again(view, form, error, is_new=False)
        if form["adds"]:
            return _page(view, text, form["base"], is_new=False)
        return _saved(view, form, text, key, is_new=False)

    @post("/templates/{key:str}/remove", opt={"right": "write"}, sync_to_thread=True)
    def remove(self, view: Viewing, instance: Here, key: Key) -> Response[Any]:
        """Take it out of force; refused, and said why, where journeys send it."""
        with instance.database.read() as tx:
            live = find_live(tx, KIND, key)
        try:
            remove_document(instance.database, KIND, key, KINDS, instance.clock.now())
        except Faulty as error:
            said = said_faults(view, error.faults)
            return _page(view, live.written if live else "", base_of(live), is_new=False, in_the_way=said, status=409)
        view.request.state.audit = definition_name(KIND, key)
        return view.redirect("/templates", said="removed")

    @post("/templates/preview", opt={"right": "read", "only_reads": True}, status_code=200, sync_to_thread=True)
    def see(self, view: Viewing, form: Sent) -> Response[str]:
        """The text as it stands in the form, said to a real person; for a sandboxed frame."""
        channel, _, language = form["see"].partition(":")
        return preview(view, draft_of(form), channel, language)


def _saved(view: View, form: Form, text: str, key: str, *, is_new: bool) -> Response[Any]:
    try:
        clash = save(view, KIND, key, text, form["base"])
    except Invalid as error:
        return _again(view, form, error, is_new=is_new)
    if clash:
        return _page(view, text, form["base"], is_new=is_new, clash=clash, status=409)
    return view.redirect(f"/templates/{key}", said="saved")


def _again(view: View, form: Form, error: Invalid, *, is_new: bool) -> Response[str]:
    faults = said_faults(view, error.faults) if isinstance(error, Faulty) else ()
    said = faults or (said_error(view, error),)
    return _page(view, draft_of(form), form["base"], is_new=is_new, said=said, status=422)


def _page(
    view: View,
    text: str,
    base: str,
    *,
    is_new: bool,
    said: Sequence[FaultLine] = (),
    in_the_way: Sequence[FaultLine] = (),
    clash: Clash | None = None,
    status: int = 200,
) -> Response[str]:
    versions = versions_of(text)
    there = {each.channel for each in versions}
    titles = titles_of(text)
    values = {
        "text": text,
        "state": msgspec.json.encode(text).decode(),
        "key": key_in(text),
        "titles": titles,
        "heading": _heading(view, titles, key_in(text), is_new=is_new),
        "versions": versions,
        "as_yaml": view.request.query_params.get("as") == "yaml" or not versions,
        "channel_names": {each: name_channel(view, each) for each in {*there, *FORMS}},
        "icons": CHANNEL_ICONS,
        "more": [(each, name_channel(view, each)) for each in FORMS if each not in there],
        "fields": {key: view.say(words) for key, words in FIELD_WORDS.items()},
        "base": base,
        "said": said,
        "beside": _beside(text, [*titles, *(each for version in versions for each in version.inputs)], said),
        "in_the_way": in_the_way,
        "senders": [] if is_new else _senders(view, key_in(text)),
        "clash": clash,
        "is_new": is_new,
    }
    return view.page("contents/edit.html", values, status)


def _beside(text: str, inputs: Sequence[Input], said: Sequence[FaultLine]) -> dict[str, list[FaultLine]]:
    """What is wrong, by the field that it is about; what is about none stands above them all anyway."""
    places = places_of(text, inputs) if said else {}
    found: dict[str, list[FaultLine]] = {}
    for each in said:
        if not each.file and (name := places.get((each.line, each.column))):
            found.setdefault(name, []).append(each)
    return found


def _heading(view: View, titles: Sequence[Any], key: str, *, is_new: bool) -> str:
    if is_new:
        return view.say("New message text")
    return localise({each.language: each.value for each in titles if each.value} or {"": key}, view.language)


def _senders(view: View, key: str) -> list[tuple[str, str]]:
    """Key and title of the journeys that send a text."""
    with view.instance.database.read() as tx:
        return _sent_by(view, view.instance.in_force(tx).of("Journey"), key)


def _sent_by(view: View, journeys: Mapping[str, Journey], key: str) -> list[tuple[str, str]]:
    return [
        (name, localise(journey.title, view.language) if journey.title else name)
        for name, journey in journeys.items()
        if key in written_templates(journey)
    ]


def _lines(view: View, objects: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    templates: Mapping[str, Template] = objects.get(KIND, {})
    journeys: Mapping[str, Journey] = objects.get("Journey", {})
    made = [
        Line(
            key=key,
            title=localise(each.title, view.language) if each.title else key,
            channels=[(CHANNEL_ICONS.get(one, "send"), name_channel(view, one)) for one in each.channels],
            journeys=_sent_by(view, journeys, key),
        )
        for key, each in templates.items()
    ]
    return sorted(made, key=lambda line: line.title.lower())
