"""The editor of journeys: nested blocks or YAML, its tests run on what is not saved yet, saved unless overtaken."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import PathParameter

from trenza.definitions import Document, apply_documents, check_documents, find_live, list_live, read_documents
from trenza.equipment import KINDS
from trenza.journeys import JOURNEY, JourneyTest
from trenza.kernel import Faulty, Invalid, NotFound
from trenza.testing import try_text
from trenza.web.documents import KIND_WORDS
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
from trenza.web.forms import Form
from trenza.web.journeys.ready import parts_of, ready_ones
from trenza.web.journeys.ready import text_of as text_of_ready
from trenza.web.journeys.trials import played
from trenza.web.render import Here, Sent, View, Viewing

KIND = JOURNEY.name
Key = Annotated[str, PathParameter(max_length=100)]
_FRESH = """\
kind: Journey
key: new_journey
title: {{{language}: ""}}
enter: {{event: ""}}
policy: {{purpose: marketing}}
steps: []
"""
_GONE_ON = {HTTPStatus.OK, HTTPStatus.SEE_OTHER}
_TAKEN_WORDS = "There is a journey of this key already. Write another title, or another key in the YAML tab."


class JourneyEditorController(Controller):
    """`/journeys/new`, `/journeys/begin/{ready}`, `/journeys/{key}/edit`."""

    include_in_schema = False

    @get("/journeys/new", opt={"right": "write"}, sync_to_thread=True)
    def begin(self, view: Viewing) -> Response[str]:
        """An empty journey, or a ready one to change."""
        parts = parts_of(view.request.query_params.get("from", ""))
        text = text_of_ready(parts.journey) if parts else _FRESH.format(language=view.language)
        return _page(view, text, "", ready=parts.journey.key if parts else "", is_new=True, is_untouched=not parts)

    @post("/journeys/new", opt={"right": "write"}, sync_to_thread=True)
    def add(self, view: Viewing, form: Sent) -> Response[Any]:
        """Save it, the tests of a ready one with it; or the page again, with what is wrong."""
        ready = form["ready"]
        try:
            key = key_of(text_of(form), KIND)
        except Invalid as error:
            return _again(view, form, error, is_new=True)
        if not form["base"] and is_taken(view, KIND, key):
            said = (FaultLine(line=2, column=1, why=view.say(_TAKEN_WORDS), mend=""),)
            return _page(view, text_of(form), "", ready=ready, is_new=True, said=said, status=422)
        answer = _saved(view, form, key, is_new=True)
        if answer.status_code in _GONE_ON and ready == key:
            _add_tests(view, ready)
        return answer

    @get("/journeys/begin/{ready:str}", opt={"right": "write"}, sync_to_thread=True)
    def look(self, view: Viewing, instance: Here, ready: Key) -> Response[str]:
        """A ready journey: what it does, and what comes with it."""
        parts = parts_of(ready)
        if parts is None:
            raise NotFound("there is no ready journey of this name", "see /journeys")
        with instance.database.read() as tx:
            there = {(each.kind, each.key) for each in list_live(tx)}
        about = next(each for each in ready_ones(view) if each.key == ready)
        support = [(each, (each.kind, each.key) in there) for each in parts.support]
        kinds = {kind: view.say(text) for kind, text in {**KIND_WORDS, "Segment": "Segment"}.items()}
        values = {"about": about, "support": support, "tests": parts.tests, "is_there": (KIND, ready) in there}
        return view.page("journeys/begin.html", {**values, "kinds": kinds})

    @post("/journeys/begin/{ready:str}", opt={"right": "write"}, sync_to_thread=True)
    def take(self, view: Viewing, ready: Key) -> Response[Any]:
        """Put in force what a ready journey refers to, where it is not there; then on to the editor."""
        parts = parts_of(ready)
        if parts is None:
            raise NotFound("there is no ready journey of this name", "see /journeys")
        view.request.state.audit = f"ready:{ready}"
        _put_beside(view, parts.support)
        return view.redirect(f"/journeys/new?from={ready}")

    @get("/journeys/{key:str}/edit", opt={"right": "read"}, sync_to_thread=True)
    def edit(self, view: Viewing, instance: Here, key: Key) -> Response[str]:
        """The text in force; who may not write reads it."""
        with instance.database.read() as tx:
            live = find_live(tx, KIND, key)
        if live is None:
            raise NotFound("there is no such journey", "see /journeys")
        return _page(view, live.written, base_of(live), is_new=False)

    @post("/journeys/{key:str}/edit", opt={"right": "write"}, sync_to_thread=True)
    def change(self, view: Viewing, form: Sent, key: Key) -> Response[Any]:
        """Save it, unless somebody else has; or the page again, with what is wrong."""
        return _saved(view, form, key, is_new=False)

    @post("/journeys/try", opt={"right": "read", "only_reads": True}, status_code=200, sync_to_thread=True)
    def attempt(self, view: Viewing, instance: Here, form: Sent) -> Response[str]:
        """How the tests go with the text as it stands in the editor; nothing is saved."""
        text, ready = text_of(form), parts_of(form["ready"])
        beside = [text_of_ready(each) for each in ready.tests] if ready else []
        trial = try_text(instance.database, "---\n".join([_ended(text), *beside]), KINDS)
        with instance.database.read() as tx:
            tests: dict[str, JourneyTest] = dict(instance.in_force(tx).of("JourneyTest"))
        tests |= _read_tests([*(ready.tests if ready else ())], text)
        values = {"tests": played(view, tests, trial), "faults": said_faults(view, trial.faults)}
        return view.fragment("journeys/attempt.html", "attempt", values)


def _saved(view: View, form: Form, key: str, *, is_new: bool) -> Response[Any]:
    try:
        clash = save(view, KIND, key, text_of(form), form["base"])
    except Invalid as error:
        return _again(view, form, error, is_new=is_new)
    if clash:
        return _page(view, text_of(form), form["base"], ready=form["ready"], is_new=is_new, clash=clash, status=409)
    return view.redirect(f"/journeys/{key}", said="saved")


def _again(view: View, form: Form, error: Invalid, *, is_new: bool) -> Response[str]:
    """The page with what was typed and what is wrong with it."""
    faults = said_faults(view, error.faults) if isinstance(error, Faulty) else ()
    said = faults or (said_error(view, error),)
    return _page(view, text_of(form), form["base"], ready=form["ready"], is_new=is_new, said=said, status=422)


def _page(
    view: View,
    text: str,
    base: str,
    *,
    is_new: bool,
    is_untouched: bool = False,
    ready: str = "",
    said: Sequence[FaultLine] = (),
    clash: Clash | None = None,
    status: int = 200,
) -> Response[str]:
    bench = bench_for(view, KIND, text, is_new=is_new)
    if is_untouched:
        bench = msgspec.structs.replace(bench, is_untouched=True)
    values = {"bench": bench, "base": base, "said": said, "clash": clash, "is_new": is_new, "ready": ready}
    return view.page("journeys/edit.html", values, status)


def _put_beside(view: View, documents: Sequence[Document]) -> None:
    """Put documents in force where there is none of their name."""
    instance = view.instance
    with instance.database.read() as tx:
        there = {(each.kind, each.key) for each in list_live(tx)}
    missing = [each for each in documents if (each.kind, each.key) not in there]
    fresh = [each for one in missing for each in read_documents(text_of_ready(one), "")[0]]
    if fresh:
        apply_documents(instance.database, fresh, KINDS, instance.clock.now(), as_written=True)


def _add_tests(view: View, ready: str) -> None:
    parts = parts_of(ready)
    if parts is not None:
        _put_beside(view, parts.tests)


def _read_tests(tests: Sequence[Document], text: str) -> dict[str, JourneyTest]:
    """Tests that are not in force yet, read beside the text that they are about."""
    documents, _ = read_documents(text, "")
    objects, _ = check_documents([*tests, *documents], KINDS)
    return objects.get("JourneyTest", {})


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
