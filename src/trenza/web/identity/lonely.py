"""Identifiers that join nobody: those that are shared, and those that could be more than one person's."""

from typing import Literal

from litestar import Controller, Response, get

from trenza.app import Instance
from trenza.identity import person_text
from trenza.identity.quality import Lonely, lonely_page
from trenza.people import name_people
from trenza.web.identity.words import EMPTY_WORDS, LIST_WORDS, WHY_WORDS
from trenza.web.paging import part_of, place_of
from trenza.web.people.identity import words_of
from trenza.web.people.words import IDENTIFIER_WORDS
from trenza.web.render import Here, View, Viewing

_PER_PAGE = 30
Standing = Literal["shared", "ambiguous"]


class LonelyController(Controller):
    """`/identity/shared` and `/identity/ambiguous`."""

    include_in_schema = False

    @get("/identity/shared", opt={"right": "people"}, sync_to_thread=True)
    def shared(self, view: Viewing, instance: Here) -> Response[str]:
        """Those that too many have."""
        return _list(view, instance, "shared")

    @get("/identity/ambiguous", opt={"right": "people"}, sync_to_thread=True)
    def ambiguous(self, view: Viewing, instance: Here) -> Response[str]:
        """Those that could be more than one person's."""
        return _list(view, instance, "ambiguous")


def _list(view: View, instance: Instance, standing: Standing) -> Response[str]:
    kind = f"identity-{standing}"
    place = place_of(view, kind)
    before = (int(place[0]), int(place[1])) if place else None
    with instance.database.read() as tx:
        found = lonely_page(tx, standing, before, _PER_PAGE + 1, instance.types_in(tx))
        part = part_of(view, kind, found, lambda each: [each.neighbours, each.leaf], _PER_PAGE)
        who = name_people(tx, {around.person for each in part.items for around in each.around})
    title, lead = LIST_WORDS[standing]
    values = {
        "part": part,
        "standing": standing,
        "title": view.say(title),
        "lead": view.say(lead),
        "nothing": view.say(EMPTY_WORDS[standing]),
        "why": lambda each: _why(view, each),
        "who": who,
        "kinds": words_of(view, IDENTIFIER_WORDS),
        "id_of": person_text,
    }
    return view.page("identity/lonely.html", values)


def _why(view: View, lonely: Lonely) -> str:
    key = "rivals" if lonely.why == "ambiguous" and lonely.seen < 2 else lonely.why  # noqa: PLR2004 — two accounts
    return view.say(WHY_WORDS[key]) % {"seen": lonely.seen, "limit": lonely.limit}
