"""The builder of segments: a text under edit as blocks or YAML, with a live count and people as examples."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import PathParameter

from trenza.definitions import Live, find_live
from trenza.identity import text_person
from trenza.kernel import Faulty, Invalid, NotFound
from trenza.people import name_people
from trenza.segments import SEGMENT, Estimate, Terms, count_text
from trenza.web.editor import (
    Clash,
    FaultLine,
    base_of,
    bench_for,
    is_taken,
    key_of,
    said_error,
    said_faults,
    save,
    text_of,
)
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.segments.examples import EXAMPLES, text_of_example

KIND = SEGMENT.name
Key = Annotated[str, PathParameter(max_length=100)]
_FRESH = 'kind: Segment\nkey: new_segment\ntitle: {{{language}: ""}}\nwhere:\n  all: []\n'
_TAKEN_WORDS = "There is a segment of this key already. Write another title, or another key in the YAML tab."


class SegmentEditorController(Controller):
    """`/segments/new`, `/segments/{key}/edit` and the count beside them."""

    include_in_schema = False

    @get("/segments/new", opt={"right": "write"}, sync_to_thread=True)
    def begin(self, view: Viewing) -> Response[str]:
        """An empty segment, or an example to change."""
        example = view.request.query_params.get("from", "")
        text = text_of_example(example, view.language) if example in EXAMPLES else _fresh(view)
        return _page(view, text, "", is_new=True)

    @post("/segments/new", opt={"right": "write"}, sync_to_thread=True)
    def add(self, view: Viewing, form: Sent) -> Response[Any]:
        """Save it; or the page again, with what is wrong."""
        text = text_of(form)
        try:
            key = key_of(text, KIND)
            if not form["base"] and is_taken(view, KIND, key):
                said = (FaultLine(line=2, column=1, why=view.say(_TAKEN_WORDS), mend=""),)
                return _page(view, text, "", is_new=True, said=said, status=422)
            clash = save(view, KIND, key, text, form["base"])
        except Faulty as error:
            return _page(view, text, form["base"], is_new=True, said=said_faults(view, error.faults), status=422)
        except Invalid as error:
            return _page(view, text, form["base"], is_new=True, said=(said_error(view, error),), status=422)
        if clash:
            return _page(view, text, form["base"], is_new=True, clash=clash, status=409)
        return view.redirect(f"/segments/{key}", said="saved")

    @get("/segments/{key:str}/edit", opt={"right": "read"}, sync_to_thread=True)
    def edit(self, view: Viewing, instance: Here, key: Key) -> Response[str]:
        """The text in force; who may not write reads it."""
        with instance.database.read() as tx:
            live = _find(find_live(tx, KIND, key))
        return _page(view, live.written, base_of(live), is_new=False)

    @post("/segments/{key:str}/edit", opt={"right": "write"}, sync_to_thread=True)
    def change(self, view: Viewing, form: Sent, key: Key) -> Response[Any]:
        """Save it, unless somebody else has; or the page again, with what is wrong."""
        text, base = text_of(form), form["base"]
        try:
            clash = save(view, KIND, key, text, base)
        except Faulty as error:
            return _page(view, text, base, is_new=False, said=said_faults(view, error.faults), status=422)
        except Invalid as error:
            return _page(view, text, base, is_new=False, said=(said_error(view, error),), status=422)
        if clash:
            return _page(view, text, base, is_new=False, clash=clash, status=409)
        return view.redirect(f"/segments/{key}", said="saved")

    @post("/segments/count", opt={"right": "read", "only_reads": True}, status_code=200, sync_to_thread=True)
    def count(self, view: Viewing, form: Sent) -> Response[str]:
        """How many people the text holds of now, and some of them."""
        estimate = _count(view, text_of(form))
        values = {"estimate": estimate, "names": _names(view, estimate)}
        return view.fragment("segments/count.html", "count", values)


def _names(view: View, estimate: Estimate | None) -> Mapping[str, str]:
    """What the examples are called, by their ids; nobody for readers who may not see people."""
    if estimate is None or not view.may("people"):
        return {}
    people = [person for each in estimate.examples if (person := text_person(each.person)) is not None]
    with view.instance.database.read() as tx:
        return {named.person: named.name for named in name_people(tx, people).values()}


def _count(view: View, text: str) -> Estimate | None:
    """None where the text has faults."""
    instance, settings = view.instance, view.instance.settings
    terms = Terms(
        now=instance.clock.now(),
        zone=settings.timezone,
        country=settings.country,
        secret=instance.secret,
        types=instance.types,
    )
    try:
        with instance.database.read() as tx:
            return count_text(tx, text, terms)
    except Invalid:
        return None


def _page(
    view: View,
    text: str,
    base: str,
    *,
    is_new: bool,
    said: Sequence[FaultLine] = (),
    clash: Clash | None = None,
    status: int = 200,
) -> Response[str]:
    bench = bench_for(view, KIND, text, is_new=is_new)
    values = {"bench": bench, "base": base, "said": said, "clash": clash, "is_new": is_new}
    return view.page("segments/edit.html", values, status)


def _fresh(view: View) -> str:
    return _FRESH.format(language=view.language)


def _find(live: Live | None) -> Live:
    if live is None:
        raise NotFound("there is no such segment", "see /segments")
    return live
