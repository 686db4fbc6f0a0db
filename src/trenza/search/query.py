"""What somebody typed, read: pure.

    ana gar                   words, each of which must be the beginning of a word of the person
    ana@example.com  u-1203   an identifier as it is, or its beginning
    600 11 12 22              a phone in any local form
    email:ana@example.com     this identifier and no other
    city:Dos Hermanas         these words, whole, in this trait; up to the next NAME:
    per_…                     a person by id

A text may be read in more than one way (is `garcia-lopez` one identifier or two words?); whoever answers any reading is
found.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product

import msgspec

from trenza.identity import IdentifierTypes, Leaf, identifier_number, normalise, text_person
from trenza.search.folding import fold, words_in
from trenza.search.terms import LONGEST, calling_code

LONGEST_TEXT = 300
_MOST_WORDS = 8
_MOST_READINGS = 6
_SHORTEST_BEGINNING = 2
_63_BITS = 1 << 63
_BUILT_IN = IdentifierTypes()
_CLAUSE = re.compile(r"(?:^|(?<=\s))([^\s:]{1,200}):(?=\s*\S)")
_PHONE = re.compile(r"\+?[\d\s().\-/]+")
_FEWEST_DIGITS = 4


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that must be true of a person."""

    text: str = ""
    """Folded."""
    is_whole: bool = False
    trait: str = ""
    """Only in this trait."""
    in_phones: bool = False
    """Only in phones; `text` is without the country."""
    begins: str = ""
    """What such a phone begins with, where the country was said."""
    leaf: Leaf | None = None
    """This identifier, and nothing else."""


Reading = tuple[Word, ...]


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a text may mean."""

    text: str
    """The whole of it, folded."""
    person: Leaf | None
    """The person that the text is the id of."""
    exact: tuple[Leaf, ...]
    """The identifiers that the whole text may be, of every type; and that person."""
    readings: tuple[Reading, ...]


def read_query(text: str, country: str = "", types: IdentifierTypes = _BUILT_IN) -> Query:
    """Read what somebody typed.

    Args:
        text: what was typed; what is longer than 300 letters is cut.
        country: two letters, for phones without one.
        types: the instance's types.
    """
    text = " ".join(text.replace("\0", " ")[:LONGEST_TEXT].split())
    person = text_person(text)
    if person is not None and person < _63_BITS:
        return Query(text=fold(text), person=person, exact=(person,), readings=())
    readings = dict.fromkeys(islice(_readings(text, country, types), _MOST_READINGS))
    return Query(
        text=fold(text),
        person=None,
        exact=tuple(dict.fromkeys(_leaves(text, country, types))),
        readings=tuple(reading for reading in readings if reading),
    )


def _leaves(text: str, country: str, types: IdentifierTypes) -> Iterator[Leaf]:
    for each in types.listed():
        normal = normalise(each.name, text, country, types) if text else None
        if normal is not None:
            yield identifier_number(each.name, normal)


def _readings(text: str, country: str, types: IdentifierTypes) -> Iterator[Reading]:
    """Every way to read the free words, times every way to read each clause."""
    clauses = list(_CLAUSE.finditer(text))
    free = text[: clauses[0].start()] if clauses else text
    ends = [*(each.start() for each in clauses[1:]), len(text)][: len(clauses)]
    ways = [list(_free(free.strip(), country))] if free.strip() else []
    ways += [
        _clause(each.group(1), text[each.end() : end].strip(), country, types)
        for each, end in zip(clauses, ends, strict=True)
    ]
    for chosen in product(*ways) if ways else ():
        yield tuple(dict.fromkeys(word for part in chosen for word in part))[:_MOST_WORDS]


def _free(text: str, country: str) -> Iterator[Reading]:
    words = [word.lstrip("@") or word for word in fold(text).split()]
    yield tuple(map(_beginning, words))
    parted = [part for word in words for part in (words_in(word) if "@" not in word else [word])]
    if parted and parted != words:
        yield tuple(map(_beginning, parted))
    if _PHONE.fullmatch(text) and sum(letter.isdigit() for letter in text) >= _FEWEST_DIGITS:
        yield from ((word,) for word in _phones(text, country))


def _clause(name: str, value: str, country: str, types: IdentifierTypes) -> list[Reading]:
    """`NAME:VALUE`: an identifier of a known type; else a trait, or an identifier of a type of the house's own."""
    normal = normalise(name, value, country, types)
    leaf = Word(leaf=identifier_number(name, normal) if normal is not None else -1)
    if types.is_described(name):
        return [(leaf,)]
    words = tuple(Word(text=word[:LONGEST], is_whole=True, trait=name) for word in words_in(value))
    return [words, (leaf,)] if words else [(leaf,)]


def _beginning(word: str) -> Word:
    return Word(text=word[:LONGEST], is_whole=len(word) < _SHORTEST_BEGINNING)


def _phones(text: str, country: str) -> Iterator[Word]:
    """A phone, or its beginning, without the country: one was said, is the house's own, or there is none in it."""
    digits = "".join(letter for letter in text if letter in "0123456789")
    said = digits if text.startswith("+") else digits[2:] if digits.startswith("00") else ""
    if said:
        if national := said[len(calling_code(said)) :]:
            yield Word(text=national, in_phones=True, begins=f"+{said}")
        return
    if national := digits.lstrip("0"):
        yield Word(text=national, in_phones=True)
    own = _code_of(country)
    if own and digits.startswith(own) and digits != own:
        yield Word(text=digits[len(own) :], in_phones=True, begins=f"+{digits}")


@lru_cache(maxsize=256)
def _code_of(country: str) -> str:
    import phonenumbers  # noqa: PLC0415 — 100 ms that only who searches for phones waits for

    code = phonenumbers.country_code_for_region(country.upper()) if country else 0
    return str(code) if code else ""
