"""What can be searched of an identifier and of a trait: pure, and a function of the one value alone.

- An e-mail address: whole, from each later part of its local part on, and its domain. A search is for beginnings, so
  these few give every part. A phone: its digits without the country. Other names and numbers: as they are.
- What only machines say (devices, tokens, receipts) has no words: it is found whole, by its leaf.
- A trait: the words of its text, of a whole number, and of the texts directly inside a list or an object.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from trenza.identity import DEFAULT_TYPES, IdentifierTypes
from trenza.kernel import JsonValue
from trenza.search.folding import fold, words_in

LONGEST = 64
"""Letters of a term; what is longer is cut, and found by its beginning."""
_MOST_WORDS = 24
_MOST_LETTERS = 300
_MOST_PARTS = 4
_TYPES = IdentifierTypes()
_MUTE = frozenset(each.name for each in DEFAULT_TYPES if each.kind in {"device", "token"})
_HELD_BY_IDENTIFIERS = frozenset({"email", "phone"})
"""Traits that are identifiers too, and found as such."""
_NAMES = frozenset(
    {"name", "firstname", "lastname", "fullname", "middlename", "givenname", "familyname", "surname", "displayname"}
    | {"nickname", "nombre", "apellido", "apellidos"}
)
_NOT_A_LETTER = re.compile(r"[^\w]|_")
_SHORT_CODES = (
    "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 "
    "60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98"
)
_CODES = frozenset(_SHORT_CODES.split())
"""Calling codes of one and two digits; all others have three."""
_LONGEST_CODE = 3


@lru_cache(maxsize=4_096)
def is_name(trait: str) -> bool:
    """Whether a trait says what a person is called."""
    return _NOT_A_LETTER.sub("", fold(trait)) in _NAMES


def is_phone(type_: str) -> bool:
    """Whether identifiers of a type are phones."""
    return _TYPES.get(type_).normaliser == "phone"


def identifier_terms(type_: str, value: str) -> list[str]:
    """What an identifier is found by, beginnings of these included."""
    if type_ in _MUTE:
        return []
    if _TYPES.get(type_).normaliser == "email":
        return _email_terms(fold(value))
    if is_phone(type_) and value.startswith("+"):
        return [value[1 + len(calling_code(value[1:])) :]]
    return [fold(value)[:LONGEST]]


def trait_texts(name: str, value: JsonValue) -> list[str]:
    """The texts of a trait that are searched; none where another place has them, or they are too long for words."""
    if fold(name) in _HELD_BY_IDENTIFIERS:
        return []
    if isinstance(value, dict):
        return [*_fitting(value.values())]
    return [*_fitting(value if isinstance(value, list) else (value,))]


def trait_terms(name: str, value: JsonValue) -> list[str]:
    """The words of a trait, none twice."""
    words = dict.fromkeys(word[:LONGEST] for text in trait_texts(name, value) for word in words_in(text))
    return [*words][:_MOST_WORDS]


def calling_code(digits: str) -> str:
    """The calling code that international digits begin with; no code is the beginning of another."""
    for length in (1, 2):
        if digits[:length] in _CODES:
            return digits[:length]
    return digits[:_LONGEST_CODE]


def _email_terms(address: str) -> list[str]:
    local, _, domain = address.rpartition("@")
    starts = [match.start() for match in re.finditer(r"[^\W_]+", local)][: _MOST_PARTS + 1]
    parts = [address[start:] for start in starts if start]
    return [*dict.fromkeys(term[:LONGEST] for term in (address, *parts, domain))]


def _fitting(values: Iterable[JsonValue]) -> Iterator[str]:
    left = _MOST_LETTERS
    for value in values:
        text = value if isinstance(value, str) else _number_text(value)
        if text and len(text) <= left:
            left -= len(text)
            yield text


def _number_text(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else ""
