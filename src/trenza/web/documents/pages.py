"""`/documents/{kind}/{key}` and `/documents/new/{kind}`."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import PathParameter

from trenza.access import definition_name
from trenza.definitions import find_live, list_versions, remove_document
from trenza.equipment import KINDS
from trenza.kernel import Faulty, Invalid, NotFound
from trenza.web.documents.fields import SPANS, draft_of, form_of
from trenza.web.documents.words import ABOUT_WORDS, FRESH, HOMES, KIND_WORDS, WHOSE_WORDS, say_rule
from trenza.web.editor import Clash, FaultLine, base_of, is_taken, key_of, said_error, said_faults, save
from trenza.web.editor.words import UNIT_WORDS
from trenza.web.forms import Form
from trenza.web.plain import WEEKDAY_WORDS
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.words import SENT_BY, name_channel

Kind = Annotated[str, PathParameter(max_length=40)]
Key = Annotated[str, PathParameter(max_length=100)]
_TAKEN_WORDS = "There is a document of this key already: write another key."
_IN_USE_WORDS = "Others name it: change them first."
_VERSIONS = 20


class DocumentController(Controller):
    """One document, as it is written."""

    include_in_schema = False

    @get("/documents/new/{kind:str}", opt={"right": "write"}, sync_to_thread=True)
    def begin(self, view: Viewing, kind: Kind) -> Response[Any]:
        """A text to begin with."""
        if kind in HOMES:
            return view.redirect(f"{HOMES[kind]}/new")
        return _page(view, _known(kind), "", FRESH[kind], "")

    @post("/documents/new/{kind:str}", opt={"right": "write"}, sync_to_thread=True)
    def add(self, view: Viewing, kind: Kind, form: Sent) -> Response[Any]:
        """Save it; or the page again, with what is wrong."""
        text, base = draft_of(form, _known(kind)), form["base"]
        try:
            key = key_of(text, kind)
        except Faulty as error:
            return _page(view, kind, "", text, base, said=said_faults(view, error.faults), status=422)
        except Invalid as error:
            return _page(view, kind, "", text, base, said=(said_error(view, error),), status=422)
        if not base and is_taken(view, kind, key):
            return _page(view, kind, "", text, base, said=(_line(view.say(_TAKEN_WORDS)),), status=422)
        return _save(view, kind, key, text, base, is_new=True)

    @get("/documents/{kind:str}/{key:str}", opt={"right": "read"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, kind: Kind, key: Key) -> Response[Any]:
        """The text in force; who may not write reads it."""
        if kind in HOMES:
            return view.redirect(f"{HOMES[kind]}/{key}")
        with instance.database.read() as tx:
            live = find_live(tx, _known(kind), key)
        if live is None:
            raise NotFound("there is no such document in force", "see /settings/rules")
        return _page(view, kind, key, live.written, base_of(live))

    @post("/documents/{kind:str}/{key:str}", opt={"right": "write"}, sync_to_thread=True)
    def change(self, view: Viewing, kind: Kind, key: Key, form: Sent) -> Response[Any]:
        """Save it, unless somebody else has; or the page again, with what is wrong."""
        return _save(view, kind, key, draft_of(form, _known(kind)), form["base"], is_new=False)

    @post("/documents/{kind:str}/{key:str}/remove", opt={"right": "write"}, sync_to_thread=True)
    def remove(self, view: Viewing, instance: Here, kind: Kind, key: Key) -> Response[Any]:
        """Take it out of force, unless others name it."""
        with instance.database.read() as tx:
            live = find_live(tx, _known(kind), key)
        try:
            remove_document(instance.database, kind, key, KINDS, instance.clock.now())
        except Faulty as error:
            said = (_line(view.say(_IN_USE_WORDS)), *said_faults(view, error.faults))
            written = live.written if live else ""
            return _page(view, kind, key, written, base_of(live), said=said, status=409)
        view.request.state.audit = definition_name(kind, key)
        return view.redirect("/settings/rules", said="removed")


def _save(view: View, kind: str, key: str, text: str, base: str, *, is_new: bool) -> Response[Any]:
    shown = "" if is_new else key
    try:
        clash = save(view, kind, key, text, base)
    except Faulty as error:
        return _page(view, kind, shown, text, base, said=said_faults(view, error.faults), status=422)
    except Invalid as error:
        return _page(view, kind, shown, text, base, said=(said_error(view, error),), status=422)
    if clash:
        return _page(view, kind, shown, text, base, clash=clash, status=409)
    return view.redirect(f"/documents/{kind}/{key}", said="saved")


def _page(
    view: View,
    kind: str,
    key: str,
    text: str,
    base: str,
    *,
    said: Sequence[FaultLine] = (),
    clash: Clash | None = None,
    status: int = 200,
) -> Response[str]:
    with view.instance.database.read() as tx:
        versions = list_versions(tx, kind, key)[:_VERSIONS] if key else []
    fields = None if view.request.query_params.get("as") == "yaml" else form_of(kind, text, said)
    values = {
        **(_choices(view, fields) if fields else {}),
        "fields": fields,
        "has_fields": form_of(kind, text) is not None,
        "means": say_rule(view, kind, key) if key else "",
        "kind": kind,
        "kind_name": view.say(KIND_WORDS[kind]),
        "about": view.say(ABOUT_WORDS[kind]),
        "key": key,
        "text": text,
        "state": msgspec.json.encode(text).decode(),
        "base": base,
        "said": said,
        "faulty": {each.line: each.why for each in said if not each.file},
        "clash": clash,
        "versions": versions,
        "may_write": view.may("write"),
    }
    return view.page("documents/show.html", values, status)


def _choices(view: View, fields: Form) -> dict[str, Any]:
    """What may be chosen in the fields; a channel or a unit of somebody's own beside ours."""
    channels = dict.fromkeys([*SENT_BY, *fields.all("channels")])
    units = dict.fromkeys([*SPANS, fields["unit"]]) if "unit" in fields else {}
    return {
        "channels": [(each, name_channel(view, each)) for each in channels],
        "units": [(each, view.say(UNIT_WORDS.get(each, each))) for each in units],
        "days": [(each, view.say(name)) for each, name in WEEKDAY_WORDS.items()],
        "zones": [("person", view.say(WHOSE_WORDS["person"])), ("zone", view.say(WHOSE_WORDS["zone"]))],
    }


def _known(kind: str) -> str:
    if kind not in KIND_WORDS:
        raise NotFound("there is no such kind of document", "see /settings/rules")
    return kind


def _line(why: str, mend: str = "") -> FaultLine:
    return FaultLine(line=1, column=1, why=why, mend=mend)
