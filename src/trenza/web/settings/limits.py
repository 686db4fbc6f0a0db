"""`/settings/identifiers/{name}`: a type's limits in fields, with what other ones would do beside them."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import PathParameter

from trenza.access import definition_name
from trenza.app import Instance
from trenza.definitions import find_live, read_node, remove_document
from trenza.definitions.editing import insert_key, set_value
from trenza.equipment import KINDS
from trenza.identity import (
    LIMITS,
    Foreseen,
    IdentifierType,
    IdentifierTypes,
    foresee_types,
    names_of,
    person_text,
    read_standing,
)
from trenza.job_kinds import ask_for
from trenza.jobs import list_jobs
from trenza.kernel import Faulty
from trenza.people import name_people
from trenza.storage import Transaction
from trenza.web.editor import base_of, said_faults, save
from trenza.web.forms import Form
from trenza.web.people.words import IDENTIFIER_WORDS
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.settings.tabs import settings_page

Name = Annotated[str, PathParameter(max_length=64, pattern=r"^[^\W_][\w.-]*$")]
_KIND: Final = "IdentifierType"
REASSIGN: Final = "reassign"
_LOOKED_AT: Final = 10_000
_EXAMPLES: Final = 5
_BOUNDS_WORDS = "Write a whole number from %(least)s to %(most)s."
_CLASH_WORDS = "Somebody else has changed it meanwhile. These are their limits: change them again where you want to."


class LimitController(Controller):
    """The limits of a type."""

    include_in_schema = False

    @get("/settings/identifiers/{name:str}", opt={"right": "admin"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, name: Name) -> Response[str]:
        """As they are."""
        return _page(view, name, _form_of(instance.types.get(name)))

    @post(
        "/settings/identifiers/{name:str}/preview",
        opt={"right": "admin", "only_reads": True},
        status_code=200,
        sync_to_thread=True,
    )
    def foresee(self, view: Viewing, instance: Here, name: Name, form: Sent) -> Response[str]:
        """What other limits would do; nothing is done."""
        values: dict[str, Any] = {"foreseen": None, "form": form}
        with instance.database.read() as tx:
            types = instance.types_in(tx)
            wanted = _wanted(view, form, types.get(name))
            if form.good:
                values |= _told(tx, foresee_types(tx, types.with_type(wanted), _LOOKED_AT))
        if view.asks_for("foreseen"):
            return view.fragment("settings/limits.html", "foreseen", values)
        return _page(view, name, form, values, 200 if form.good else 422)

    @post("/settings/identifiers/{name:str}", opt={"right": "admin"}, sync_to_thread=True)
    def change(self, view: Viewing, instance: Here, name: Name, form: Sent) -> Response[Any]:
        """Let them count; everybody is worked out anew by the worker."""
        wanted = _wanted(view, form, instance.types.get(name))
        if not form.good:
            return _page(view, name, form, status=422)
        try:
            is_clash = _put(view, wanted, form["base"])
        except Faulty as error:
            form.blame("", " ".join(f"{each.why} — {each.mend}" for each in said_faults(view, error.faults)))
            return _page(view, name, form, status=422)
        if is_clash:
            fresh = _form_of(instance.types.get(name))
            fresh.blame("", view.say(_CLASH_WORDS))
            return _page(view, name, fresh, status=409)
        return view.redirect("/settings/identifiers", said="saved")

    @post("/settings/identifiers", opt={"right": "admin"}, sync_to_thread=True)
    def go_on(self, view: Viewing, instance: Here) -> Response[Any]:
        """Ask for everybody to be worked out anew, where that rests."""
        job = ask_for(instance, REASSIGN, {}, view.caller.id if view.caller else "")
        view.request.state.audit = job.id
        return view.redirect(f"/jobs/{job.id}")


def _page(
    view: View, name: str, form: Form, values: Mapping[str, Any] | None = None, status: int = 200
) -> Response[str]:
    with view.instance.database.read() as tx:
        live = find_live(tx, _KIND, name)
        type_ = view.instance.types_in(tx).get(name)
    built_in = IdentifierTypes().get(name)
    told = {
        "form": form,
        "name": name,
        "called": view.say(IDENTIFIER_WORDS.get(name, name)),
        "base": base_of(live),
        "usual": {field: getattr(built_in, field) for field in LIMITS},
        "is_built_in": IdentifierTypes().is_described(name),
        "is_account": type_.kind == "account",
        "foreseen": None,
    }
    return settings_page(view, "limits.html", {**told, **(values or {})}, status)


def _form_of(type_: IdentifierType) -> Form:
    return Form({field: [str(getattr(type_, field))] for field in LIMITS})


def _wanted(view: View, form: Form, type_: IdentifierType) -> IdentifierType:
    """The type with the limits that were typed; what is wrong is blamed in the form."""
    limits = {}
    for field, (least, most) in LIMITS.items():
        text = form.text(field)
        limits[field] = int(text) if text.isdecimal() and len(text) <= len(str(most)) else -1
        if not least <= limits[field] <= most:
            form.blame(field, view.say(_BOUNDS_WORDS) % {"least": least, "most": most})
    return msgspec.structs.replace(type_, **limits)


def _put(view: View, wanted: IdentifierType, base: str) -> bool:
    """Put limits in force; whether somebody else was first. A built-in type as it always is needs no document."""
    instance, name = view.instance, wanted.name
    with instance.database.read() as tx:
        live = find_live(tx, _KIND, name)
    usual = IdentifierTypes().get(name)
    if base_of(live) != base:
        return True
    if wanted == usual:
        if live is not None:
            remove_document(instance.database, _KIND, name, KINDS, instance.clock.now())
            view.request.state.audit = definition_name(_KIND, name)
        return False
    return save(view, _KIND, name, _text(live.written if live else "", wanted, usual), base) is not None


def _text(text: str, wanted: IdentifierType, usual: IdentifierType) -> str:
    """The document with these limits; comments and what else it says stay."""
    text = text or f"kind: {_KIND}\nkey: {wanted.name}\n"
    node, _ = read_node(text)
    said = node.value if node is not None and isinstance(node.value, dict) else {}
    for field in LIMITS:
        limit = getattr(wanted, field)
        if field in said:
            text = set_value(text, (field,), limit)
        elif limit != getattr(usual, field):
            text = insert_key(text, (), field, limit)
    return text


def _told(tx: Transaction, foreseen: Foreseen) -> dict[str, Any]:
    people = dict.fromkeys((*foreseen.parted, *foreseen.joined))
    named = name_people(tx, [*people][:_EXAMPLES])
    shared = names_of(tx, (*foreseen.shared, *foreseen.unshared)[:_EXAMPLES])
    return {
        "foreseen": foreseen,
        "people": [(person_text(each), called.name) for each, called in named.items()],
        "identifiers": [each.partition(":")[2] for each in shared.values()],
    }


def standing_of(instance: Instance) -> dict[str, Any]:
    """Whether everybody is who they are by the limits of now, and which job sees to it; none where it rests."""
    with instance.database.read() as tx:
        is_done = read_standing(tx, instance.types_in(tx)).is_done
    jobs = [] if is_done else list_jobs(instance.database, [REASSIGN], ended=False)
    return {"is_done": is_done, "job": jobs[0].id if jobs else ""}
