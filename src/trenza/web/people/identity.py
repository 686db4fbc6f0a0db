"""Why these identifiers are one person: the links with their evidence, drawn and listed; cut and restore."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post

from trenza.app import Instance
from trenza.events import events_named
from trenza.identity import (
    Evidence,
    IdentifierTypes,
    Person,
    Tied,
    Ties,
    find_link,
    foresee_cut,
    foresee_restore,
    names_of,
    person_text,
    ties_of,
)
from trenza.kernel import JsonObject
from trenza.people import People, Portrait, read_portrait
from trenza.storage import Transaction
from trenza.web.people.paths import LinkId, PersonId
from trenza.web.people.words import IDENTIFIER_WORDS, RULE_WORDS, STANDING_WORDS
from trenza.web.render import Here, View, Viewing

_MOST_LINKS = 200
_MOST_DRAWN = 60
_SIZE_OF_KIND = {"account": 34, "card": 30, "contact": 28}
_SIZE = 22


class LinkController(Controller):
    """`/people/{person}/links/{link}`: what would happen, and doing it."""

    include_in_schema = False

    @get("/people/{person:str}/links/{link:str}", opt={"right": "write"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, person: PersonId, link: LinkId) -> Response[Any]:
        """What cutting or restoring a link would do, before it is done."""
        number = People(instance).named(person)
        with instance.database.read() as tx:
            portrait = read_portrait(tx, instance, number)
            found, types = find_link(tx, link), instance.types_in(tx)
            moves = foresee_cut(tx, link, types) if found.live else foresee_restore(tx, link, types)
            told = [[_called(view, each) for each in names_of(tx, move.leaves).values()] for move in moves]
        values = {
            "id": person,
            "name": portrait.name or view.say("Visitor"),
            "link": link,
            "is_live": found.live,
            "evidence": found,
            "ends": [_called(view, each) for each in (found.a, found.b)],
            "moves": told,
            "rules": words_of(view, RULE_WORDS),
        }
        return view.page("people/link.html", values)

    @post("/people/{person:str}/links/{link:str}/cut", opt={"right": "write"}, sync_to_thread=True)
    def cut(self, view: Viewing, instance: Here, person: PersonId, link: LinkId) -> Response[Any]:
        """Take the evidence out."""
        instance.cut_link(link)
        return _done(view, person, link)

    @post("/people/{person:str}/links/{link:str}/restore", opt={"right": "write"}, sync_to_thread=True)
    def restore(self, view: Viewing, instance: Here, person: PersonId, link: LinkId) -> Response[Any]:
        """Let it count again."""
        instance.restore_link(link)
        return _done(view, person, link)


def show_identity(view: View, instance: Instance, tx: Transaction, portrait: Portrait) -> dict[str, Any]:
    """What the identity part shows: links with evidence, strangers at the other end, the drawing."""
    types = instance.types_in(tx)
    ties = ties_of(tx, portrait.facts.leaves, _MOST_LINKS, types)
    said_by = events_named(tx, {message for link in ties.links for message in link.message_ids})
    others = {name: end for name, end in ties.ends.items() if end.person != portrait.person}
    return {
        "links": ties.links,
        "ends": ties.ends,
        "person": portrait.person,
        "is_cut_off": len(ties.links) == _MOST_LINKS,
        "graph": drawing(view, portrait.person, ties, types),
        "rules": words_of(view, RULE_WORDS),
        "standings": words_of(view, STANDING_WORDS),
        "kinds": words_of(view, IDENTIFIER_WORDS),
        "events": {id_: event.seq for id_, event in said_by.items()},
        "strangers": {name: person_text(end.person) for name, end in others.items()},
        "lonely": [each for each in portrait.facts.identifiers if not each.joins],
    }


def _done(view: View, person: str, link: str) -> Response[Any]:
    view.request.state.audit = link
    return view.redirect(f"/people/{person}?tab=identity", said="done")


def drawing(view: View, person: Person, ties: Ties, types: IdentifierTypes) -> JsonObject:
    """Nodes and links for `data-graph`; the strongest links, as many as can be looked at."""
    links = ties.links[:_MOST_DRAWN]
    names = {name for link in links for name in (link.a, link.b)} | (set(ties.ends) if not links else set())
    return {
        "nodes": [_node(view, name, ties.ends[name], person, types) for name in sorted(names)],
        "links": [_drawn(view, link) for link in links],
    }


def _node(view: View, name: str, end: Tied, person: Person, types: IdentifierTypes) -> JsonObject:
    kind = view.say(IDENTIFIER_WORDS.get(end.type, end.type))
    group = kind if end.person == person else view.say("Somebody else's")
    size = _SIZE_OF_KIND.get(types.get(end.type).kind, _SIZE)
    return {"id": name, "label": end.value, "group": group, "about": f"{kind}: {end.value}", "size": size}


def _drawn(view: View, link: Evidence) -> JsonObject:
    rule = view.say(RULE_WORDS[link.rule])
    return {
        "source": link.a, "target": link.b, "label": f"{link.count}×", "cut": not link.live, "link": link.link,
        "about": f"{rule} · {link.count}×",
    }  # fmt: skip


def _called(view: View, name: str) -> tuple[str, str]:
    """What kind of identifier a `type:value` is, in words, and its value."""
    kind, _, value = name.partition(":")
    return view.say(IDENTIFIER_WORDS.get(kind, kind)), value


def words_of(view: View, words: Mapping[str, str]) -> dict[str, str]:
    """A table of words in the reader's language."""
    return {key: view.say(text) for key, text in words.items()}
