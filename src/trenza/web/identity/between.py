"""`/identity/between`: are these two one person, and why? What is asked stands in no address."""

from typing import Any

from litestar import Controller, Response, get, post

from trenza.app import Instance
from trenza.events import events_named
from trenza.identity import (
    Between,
    IdentifierTypes,
    Leaf,
    Obstacle,
    Ties,
    between,
    find_leaf,
    person_text,
    persons_of,
)
from trenza.people import name_people
from trenza.storage import Transaction
from trenza.web.forms import Form
from trenza.web.identity.words import KEEPS_WORDS
from trenza.web.people.identity import drawing, words_of
from trenza.web.people.words import IDENTIFIER_WORDS, RULE_WORDS, STANDING_WORDS
from trenza.web.render import Here, Sent, View, Viewing

_PAGE = "identity/between.html"
_SIDES = ("a", "b")


class BetweenController(Controller):
    """`/identity/between`."""

    include_in_schema = False

    @get("/identity/between", opt={"right": "people"}, sync_to_thread=True)
    def ask(self, view: Viewing, instance: Here) -> Response[Any]:
        """The form."""
        return view.page(_PAGE, _asked(view, instance.types, Form().with_defaults(a_type="email", b_type="user_id")))

    @post(
        "/identity/between",
        opt={"right": "people", "only_reads": True},
        sync_to_thread=True,
        status_code=200,
    )
    def answer(self, view: Viewing, instance: Here, form: Sent) -> Response[Any]:
        """The path of evidence, or what keeps them apart."""
        with instance.database.read() as tx:
            types = instance.types_in(tx)
            leaves = [_leaf(view, instance, tx, form, side) for side in _SIDES]
            values = _asked(view, types, form)
            if not form.good:
                return view.page(_PAGE, values, 422)
            a, b = (leaf or 0 for leaf in leaves)
            return view.page(_PAGE, values | {"found": _found(view, tx, between(tx, a, b, types), types)})


def type_choices(view: View, types: IdentifierTypes) -> list[tuple[str, str]]:
    """The types to choose from, the strongest first."""
    return [(each.name, view.say(IDENTIFIER_WORDS.get(each.name, each.name))) for each in types.listed()]


def _asked(view: View, types: IdentifierTypes, form: Form) -> dict[str, Any]:
    return {"form": form, "types": type_choices(view, types), "found": None}


def _leaf(view: View, instance: Instance, tx: Transaction, form: Form, side: str) -> Leaf | None:
    field = f"{side}_value"
    value = form.require(field, view.say("Write it down."))
    leaf = (
        find_leaf(form.text(f"{side}_type"), value, instance.settings.country, instance.types_in(tx)) if value else None
    )
    if leaf is None:
        form.blame(field, view.say("It cannot be an identifier of this kind."))
    elif leaf not in persons_of(tx, [leaf]):
        form.blame(field, view.say("Nobody was ever seen with it."))
    return leaf


def _found(view: View, tx: Transaction, found: Between, types: IdentifierTypes) -> dict[str, Any]:
    links = list(found.explanation.links)
    said_by = events_named(tx, {message for link in links for message in link.message_ids})
    kinds = words_of(view, IDENTIFIER_WORDS)
    return {
        "together": found.explanation.together,
        "a": found.a,
        "b": found.b,
        "who": name_people(tx, {found.a.person, found.b.person}),
        "id_of": person_text,
        "links": links,
        "ends": found.ends,
        "obstacles": [(each, _told(view, each, kinds)) for each in found.obstacles],
        "graph": drawing(view, found.a.person, Ties(links=links, ends=found.ends), types),
        "kinds": kinds,
        "rules": words_of(view, RULE_WORDS),
        "standings": words_of(view, STANDING_WORDS),
        "events": {message: event.seq for message, event in said_by.items()},
    }


def _told(view: View, obstacle: Obstacle, kinds: dict[str, str]) -> str:
    """What keeps them apart in words; an identifier by its value."""
    name = kinds.get(obstacle.name, obstacle.name.partition(":")[2] or obstacle.name)
    return view.say(KEEPS_WORDS[obstacle.keeps]) % {"name": name, "seen": obstacle.seen, "limit": obstacle.limit}
