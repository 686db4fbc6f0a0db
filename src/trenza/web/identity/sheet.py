"""`/identity`: the quality sheet. Tallies stand at once; what has to be looked for comes as parts of the page."""

from typing import Any

from litestar import Controller, Response, get

from trenza.events import events_named
from trenza.identity import IdentifierTypes, person_text
from trenza.identity.quality import Look, Merge, changes, last_merges, look, stand
from trenza.people import Named, name_people
from trenza.storage import Transaction
from trenza.web.forms import Form
from trenza.web.identity.between import type_choices
from trenza.web.people.identity import words_of
from trenza.web.people.words import IDENTIFIER_WORDS
from trenza.web.render import Here, View, Viewing

_PAGE = "identity/page.html"
_LINK = "lnk_"


class SheetController(Controller):
    """`/identity` and its parts."""

    include_in_schema = False

    @get("/identity", opt={"right": "people"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here) -> Response[Any]:
        """The page; its parts are asked for once it stands."""
        with instance.database.read() as tx:
            return view.page(_PAGE, _standing(view, tx))

    @get("/identity/look", opt={"right": "people"}, sync_to_thread=True)
    def look(self, view: Viewing, instance: Here) -> Response[Any]:
        """People per type, the largest, bridges."""
        with instance.database.read() as tx:
            return _part(view, tx, {"look": _look(tx, instance.types_in(tx))})

    @get("/identity/changes", opt={"right": "people"}, sync_to_thread=True)
    def changes(self, view: Viewing, instance: Here) -> Response[Any]:
        """Merges, splits, cuts and restores by day, and who was merged last."""
        with instance.database.read() as tx:
            days = changes(tx, instance.clock.now(), instance.settings.timezone)
            return _part(view, tx, {"changes": {"days": days, **_merges(tx, last_merges(tx))}})


def _part(view: View, tx: Transaction, part: dict[str, Any]) -> Response[Any]:
    """A part for htmx; the whole page with it where somebody comes without."""
    (name,) = part
    if view.request.headers.get("hx-request"):
        return view.fragment(_PAGE, name, _words(view) | part)
    return view.page(_PAGE, _standing(view, tx) | part)


def _standing(view: View, tx: Transaction) -> dict[str, Any]:
    form = Form().with_defaults(a_type="email", b_type="user_id")
    types = view.instance.types_in(tx)
    values = {
        "standings": stand(tx, types),
        "form": form,
        "types": type_choices(view, types),
        "look": None,
        "changes": None,
    }
    return values | _words(view)


def _words(view: View) -> dict[str, Any]:
    return {"kinds": words_of(view, IDENTIFIER_WORDS), "id_of": person_text}


def _look(tx: Transaction, types: IdentifierTypes) -> dict[str, Any]:
    standings = stand(tx, types)
    found = look(tx, standings, types)
    return {"found": found, "standings": standings, "who": name_people(tx, _people_of(found))}


def _people_of(found: Look) -> set[int]:
    sized = (*found.largest_people, *found.largest_components)
    return {each.person for each in sized} | {each.person for each in found.bridges}


def _merges(tx: Transaction, merges: tuple[Merge, ...]) -> dict[str, Any]:
    said_by = events_named(tx, {each.cause for each in merges if not each.cause.startswith(_LINK)})
    who: dict[int, Named] = dict(name_people(tx, {each.person for each in merges}))
    return {
        "merges": merges,
        "who": who,
        "events": {message: event.seq for message, event in said_by.items()},
        "by_link": {each.cause for each in merges if each.cause.startswith(_LINK)},
    }
