"""People: found as one types, else whoever was seen last. What is searched for never stands in an address."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Controller, Response, get, post

from trenza.app import Instance
from trenza.identity import IdentifierTypes, Known, known_of, person_text, recent_people
from trenza.job_kinds import ask_for
from trenza.kernel import Instant, seal
from trenza.measure import count_people
from trenza.people import is_visitor, name_of, strongest
from trenza.profiles import FoundPerson, Match, find_people, load_facts
from trenza.search import fold
from trenza.storage import Transaction
from trenza.web.paging import part_of, place_of
from trenza.web.people.words import IDENTIFIER_WORDS, TRAIT_WORDS
from trenza.web.render import Here, Sent, View, Viewing

_LIST = "people"
_FOUND = "people-found"
_PER_PAGE = 30
_SHOWN_IDENTIFIERS = 4
_LONGEST = 200


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A person in the list."""

    id: str
    name: str
    is_visitor: bool
    identifiers: Sequence[Known]
    more: int
    """Identifiers that are not shown."""
    last_seen: Instant
    matches: Sequence[tuple[str, list[tuple[str, bool]]]] = ()
    """What matched: what it is, and its letters in pieces, those that matched marked."""


class PeopleListController(Controller):
    """`/people`."""

    include_in_schema = False

    @get("/people", opt={"right": "people"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """Whoever was seen last."""
        return _list(view, instance, "")

    @post("/people", opt={"right": "people", "only_reads": True}, sync_to_thread=True, status_code=200)
    def search(self, view: Viewing, instance: Here, form: Sent) -> Response[str]:
        """Whoever answers what was typed. It changes nothing, so no line of the audit for each letter."""
        return _list(view, instance, form.text("text")[:_LONGEST], form.text("cursor"))

    @post("/people/export", opt={"right": "erase"}, sync_to_thread=True)
    def export(self, view: Viewing, instance: Here) -> Response[Any]:
        """Everybody with their identifiers, as a file."""
        job = ask_for(instance, "export", {"of": "people"}, view.caller.id if view.caller else "")
        view.request.state.audit = job.id
        return view.redirect(f"/people/work/{job.id}", said="started")


def _list(view: View, instance: Instance, text: str, cursor: str = "") -> Response[str]:
    values: dict[str, Any] = {"text": text, "complete": True}
    with instance.database.read() as tx:
        values |= _answering(view, instance, tx, text, cursor) if text else _recent(view, instance, tx)
        values["count"] = count_people(tx)
    values["kinds"] = {key: view.say(word) for key, word in IDENTIFIER_WORDS.items()}
    if view.asks_for("found"):
        return view.fragment("people/list.html", "found", values)
    return view.page("people/list.html", values)


def _answering(view: View, instance: Instance, tx: Transaction, text: str, cursor: str) -> dict[str, Any]:
    place = place_of(view, _FOUND, cursor)
    after = (int(place[0]), int(place[1]), int(place[2])) if place else None
    types = instance.types_in(tx)
    found = find_people(tx, _in_keys(view, text), instance.settings.country, _PER_PAGE, after, types)
    return {
        "people": [_found(view, types, each) for each in found.people],
        "complete": found.is_complete,
        "next": seal(instance.secret, _FOUND, [*found.next]) if found.next else "",
        "first": after is None,
    }


def _in_keys(view: View, text: str) -> str:
    """What was typed with `ciudad:` as `city:`, as the page itself calls it; a word for two things stays as it is."""
    words = {key: view.say(word) for key, word in (TRAIT_WORDS | IDENTIFIER_WORDS).items()}
    times = Counter(words.values())
    keys = {form: key for key, word in words.items() if times[word] == 1 for form in (word.lower(), fold(word))}
    names = "|".join(re.escape(name) for name in sorted(keys, key=len, reverse=True))
    return re.sub(rf"(?:^|(?<=\s))({names}):", lambda found: f"{keys[found[1].lower()]}:", text, flags=re.IGNORECASE)


def _recent(view: View, instance: Instance, tx: Transaction) -> dict[str, Any]:
    place = place_of(view, _LIST)
    before = (int(place[0]), int(place[1])) if place else None
    seen = recent_people(tx, before, _PER_PAGE + 1)
    part = part_of(view, _LIST, seen, lambda each: [each.last_seen, each.number], _PER_PAGE)
    types = instance.types_in(tx)
    known = known_of(tx, [each.person for each in part.items], types)
    facts = load_facts(tx, known, secret=instance.secret)
    people = [
        _listed(types, each.person, name_of(facts[each.person], types), known[each.person], each.last_seen)
        for each in part.items
        if each.person in known
    ]
    return {"people": people, "next": part.next, "first": part.first}


def _listed(
    types: IdentifierTypes,
    person: int,
    name: str,
    known: Sequence[Known],
    last_seen: Instant,
    matches: Sequence[Any] = (),
) -> Listed:
    ordered = sorted(known, key=lambda each: (each.priority, each.first_seen, each.value))
    visitor = is_visitor(known, types)
    return Listed(
        id=person_text(person),
        name=name or ("" if visitor else strongest(known).value),
        is_visitor=visitor,
        identifiers=ordered[:_SHOWN_IDENTIFIERS],
        more=max(len(ordered) - _SHOWN_IDENTIFIERS, 0),
        last_seen=last_seen,
        matches=matches,
    )


def _found(view: View, types: IdentifierTypes, found: FoundPerson) -> Listed:
    matches = [(_match_name(view, each), _pieces(each)) for each in found.matches]
    return _listed(types, found.person, found.name, found.identifiers, found.last_seen, matches)


def _match_name(view: View, match: Match) -> str:
    if match.kind == "person":
        return view.say("Id")
    words = IDENTIFIER_WORDS if match.kind == "identifier" else TRAIT_WORDS
    return view.say(words[match.name]) if match.name in words else match.name


def _pieces(match: Match) -> list[tuple[str, bool]]:
    pieces, at = [], 0
    for begin, end in match.places:
        pieces += [(match.text[at:begin], False), (match.text[begin:end], True)]
        at = end
    return [piece for piece in (*pieces, (match.text[at:], False)) if piece[0]]
