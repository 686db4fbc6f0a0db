"""Finding people by what somebody typed: the index proposes leaves, the facts of their people decide.

So a value that was superseded, on whichever identifier of the person, finds nobody; and of everyone who is found it is
known what matched and where. One to three queries: words, the identifiers around the leaves, their traits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Literal

import msgspec

from trenza.identity import IdentifierTypes, Known, Leaf, Person, known_around
from trenza.kernel import Instant, JsonValue, decode_json
from trenza.profiles import store
from trenza.search import (
    Query,
    Reading,
    Word,
    find_candidates,
    fold,
    identifier_terms,
    is_name,
    is_phone,
    place_of,
    places,
    read_query,
    trait_terms,
    trait_texts,
)
from trenza.storage import Transaction

MatchKind = Literal["identifier", "trait", "person"]
Place = tuple[int, Instant, Person]
"""Where a person stands among the found: how well they match, minus when they were last seen, their number."""
_BUILT_IN = IdentifierTypes()
_EXACT, _BY_NAME, _OTHERWISE = 0, 1, 2
_MOST_MATCHES = 6
_FULL_NAMES = ("name", "full_name", "fullName", "nombre_completo", "display_name", "displayName")
_NAME_PARTS = (
    ("first_name", "firstName", "given_name", "givenName", "nombre"),
    ("last_name", "lastName", "family_name", "familyName", "surname", "apellidos", "apellido"),
)


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """What matched."""

    kind: MatchKind
    name: str
    """Type of the identifier, name of the trait."""
    text: str
    """The identifier's value, the trait's text; a person's id."""
    places: tuple[tuple[int, int], ...]
    """Which letters of `text`: the first, and the one behind the last."""


class FoundPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who answers."""

    person: Person
    name: str
    """What they are called; empty where nobody said."""
    last_seen: Instant
    identifiers: tuple[Known, ...]
    """The strongest first."""
    matches: tuple[Match, ...]
    """The best first."""
    place: Place


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """A page of people."""

    people: tuple[FoundPerson, ...]
    next: Place | None
    """Give it as `after` to get the following page; None on the last one."""
    is_complete: bool
    """False where so many match that only some of them were looked at: another word helps."""


class _Somebody(msgspec.Struct, frozen=True):
    """A person who may answer, with all words."""

    person: Person
    identifiers: Sequence[Known]
    traits: Mapping[str, JsonValue]
    terms: list[str]
    """Of the identifiers."""
    called: list[str]
    """Words of the traits that say a name."""
    words: list[str]
    """Words of the other traits."""

    @property
    def last_seen(self) -> Instant:
        return max(each.last_seen for each in self.identifiers)


def find_people(
    tx: Transaction,
    text: str,
    country: str = "",
    limit: int = 20,
    after: Place | None = None,
    types: IdentifierTypes = _BUILT_IN,
) -> Findings:
    """Find people by any identifier, name or trait.

    Whoever has the exact identifier comes first, then who is called so, then the others; of each the last seen first.

    Args:
        tx: where to look.
        text: what was typed; see `search.query` for what may be.
        country: two letters, for phones without one.
        limit: people at most.
        after: `next` of the page before.
        types: the instance's types.
    """
    query = read_query(text, country, types)
    candidates = find_candidates(tx, query)
    found = sorted(_answers(tx, query, candidates.leaves, types), key=lambda answer: answer[1])
    behind = [(each, place) for each, place in found if after is None or place > after]
    page = behind[:limit]
    further = page[-1][1] if len(behind) > len(page) and page else None
    return Findings(
        people=tuple(_shown(query, each, place) for each, place in page),
        next=further,
        is_complete=candidates.is_complete,
    )


def _answers(
    tx: Transaction, query: Query, leaves: frozenset[Leaf], types: IdentifierTypes
) -> Iterator[tuple[_Somebody, Place]]:
    known = known_around(tx, leaves, types)
    traits = _traits(tx, known)
    for person, identifiers in known.items():
        somebody = _somebody(person, identifiers, traits[person])
        rank = rank_of(query, somebody)
        if rank is not None:
            yield somebody, (rank, -somebody.last_seen, person)


def _traits(tx: Transaction, known: Mapping[Person, Sequence[Known]]) -> dict[Person, dict[str, JsonValue]]:
    """The present traits of people: of all their leaves the last version counts."""
    owners = {each.leaf: person for person, held in known.items() for each in held}
    last: dict[tuple[Person, str], tuple[Instant, str, bytes | None]] = {}
    for leaf, name, at, message_id, value in store.load_short_traits(tx, owners):
        key = (owners[leaf], name)
        held = last.get(key)
        if held is None or (at, message_id) > held[:2]:
            last[key] = (at, message_id, value)
    found: dict[Person, dict[str, JsonValue]] = {person: {} for person in known}
    for (person, name), (_, _, value) in last.items():
        if value is not None and (decoded := decode_json(value)) is not None:
            found[person][name] = decoded
    return found


def _somebody(person: Person, identifiers: Sequence[Known], traits: Mapping[str, JsonValue]) -> _Somebody:
    terms = [term for each in identifiers for term in identifier_terms(each.type, each.value)]
    somebody = _Somebody(person, identifiers, traits, terms, [], [])
    for name, value in traits.items():
        (somebody.called if is_name(name) else somebody.words).extend(trait_terms(name, value))
    return somebody


def rank_of(query: Query, somebody: _Somebody) -> int | None:
    """How well a person answers a query, the least the best; None where they do not."""
    if any(_is_exact(query, each) for each in somebody.identifiers):
        return _EXACT
    ranks = (_rank_of_reading(reading, somebody) for reading in query.readings)
    return min((rank for rank in ranks if rank is not None), default=None)


def _is_exact(query: Query, known: Known) -> bool:
    if query.person is not None:
        return known.leaf == query.person
    return known.leaf in query.exact or (len(known.value) == len(query.text) and fold(known.value) == query.text)


def _rank_of_reading(reading: Reading, somebody: _Somebody) -> int | None:
    worst = _EXACT
    for word in reading:
        rank = _rank_of_word(word, somebody)
        if rank is None:
            return None
        worst = max(worst, rank)
    return worst


def _rank_of_word(word: Word, somebody: _Somebody) -> int | None:
    if word.leaf is not None:
        return _EXACT if any(each.leaf == word.leaf for each in somebody.identifiers) else None
    if word.trait:
        terms = trait_terms(word.trait, somebody.traits.get(word.trait))
        found = _BY_NAME if is_name(word.trait) else _OTHERWISE
        return found if word.text in terms else None
    if word.in_phones:
        return _OTHERWISE if any(_in_identifier(word, each) for each in somebody.identifiers) else None
    if any(holds(term, word) for term in somebody.called):
        return _BY_NAME
    return _OTHERWISE if any(holds(term, word) for term in chain(somebody.terms, somebody.words)) else None


def _shown(query: Query, somebody: _Somebody, place: Place) -> FoundPerson:
    """A person with what matched, the best first."""
    exact = (_exact(query, each) for each in somebody.identifiers if _is_exact(query, each))
    read = (
        _matches(word, somebody)
        for reading in query.readings
        if _rank_of_reading(reading, somebody) is not None
        for word in reading
    )
    ranked = sorted(chain.from_iterable(read), key=lambda each: each[0])
    return FoundPerson(
        person=somebody.person,
        name=called(somebody.traits),
        last_seen=somebody.last_seen,
        identifiers=tuple(sorted(somebody.identifiers, key=lambda each: (each.priority, each.first_seen, each.value))),
        matches=_merged([*exact, *(each for _, each in ranked)]),
        place=place,
    )


def _exact(query: Query, known: Known) -> Match:
    if query.person is not None:
        return Match(kind="person", name="id", text=query.text, places=((0, len(query.text)),))
    return Match(kind="identifier", name=known.type, text=known.value, places=((0, len(known.value)),))


def _matches(word: Word, somebody: _Somebody) -> Iterator[tuple[int, Match]]:
    """Everything of a person that answers a word."""
    for each in somebody.identifiers if not word.trait else ():
        if (place := _in_identifier(word, each)) is not None:
            rank = _OTHERWISE if word.leaf is None else _EXACT
            yield rank, Match(kind="identifier", name=each.type, text=each.value, places=(place,))
    if word.leaf is not None or word.in_phones:
        return
    for name in (word.trait,) if word.trait else somebody.traits:
        for text in trait_texts(name, somebody.traits.get(name)):
            if found := places(text, word.text, is_whole=word.is_whole):
                rank = _BY_NAME if is_name(name) else _OTHERWISE
                yield rank, Match(kind="trait", name=name, text=text, places=tuple(found))


def _in_identifier(word: Word, known: Known) -> tuple[int, int] | None:
    """Which letters of an identifier answer a word."""
    if word.leaf is not None:
        return (0, len(known.value)) if known.leaf == word.leaf else None
    if word.in_phones and not (is_phone(known.type) and known.value.startswith(word.begins)):
        return None
    term = next((term for term in identifier_terms(known.type, known.value) if holds(term, word)), None)
    return None if term is None else place_of(known.value, term, len(word.text))


def holds(term: str, word: Word) -> bool:
    """Whether a term answers a word: by its beginning, or whole."""
    return term == word.text if word.is_whole else term.startswith(word.text)


def _merged(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Each text once, with all its places that are not inside others."""
    found: dict[tuple[MatchKind, str, str], list[tuple[int, int]]] = {}
    for each in matches:
        found.setdefault((each.kind, each.name, each.text), []).extend(each.places)
    merged = (
        Match(kind=kind, name=name, text=text, places=_outermost(held)) for (kind, name, text), held in found.items()
    )
    return tuple(merged)[:_MOST_MATCHES]


def _outermost(given: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for begin, end in sorted(set(given), key=lambda place: (place[0], -place[1])):
        if not found or begin >= found[-1][1]:
            found.append((begin, end))
    return tuple(found)


def called(traits: Mapping[str, JsonValue]) -> str:
    """What somebody is called by their traits: the full name, else its parts; empty where nobody said."""
    full = next((text for name in _FULL_NAMES if (text := _text(traits, name))), "")
    parts = (next((text for name in names if (text := _text(traits, name))), "") for names in _NAME_PARTS)
    return full or " ".join(part for part in parts if part)


def _text(traits: Mapping[str, JsonValue], name: str) -> str:
    value = traits.get(name)
    return value.strip() if isinstance(value, str) else ""
