"""Which words of a value may name somebody: what erasure looks for, and what the proof of it looks for again.

Both ask here, so that a receipt that was true stays true. A word is a whole text, or a part of a longer one that looks
like an identifier (in a rendered mail, in an address of a page). Short words and numbers are common, so they count only
where identifiers stand.
"""

import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote

from trenza.kernel import JsonValue

_SHORT = 6
_TAIL = 9
_NO_DIGIT = re.compile(r"\D")
_PART = re.compile(r"[\w.@+-]{6,}")
_PHONE = re.compile(r"\+?\d[\d\s()./-]{7,}\d")
_NAMING = ("id", "email", "phone", "token", "address")
_EDGES = ".-+"


def words(value: JsonValue) -> Iterator[str]:
    """Every word of a value that may be an identifier, as it stands there."""
    for name, text in _texts(value):
        whole = text.strip()
        if len(whole) >= _SHORT or name.lower().endswith(_NAMING):
            yield whole
        if len(whole) > _SHORT:
            plain = unquote(whole) if "%" in whole else whole
            yield from (part.strip(_EDGES) for part in _PART.findall(plain))
            yield from _PHONE.findall(plain)


def phone_tail(word: str) -> str:
    """The last nine digits of what may be a phone number, by which one is known with or without its country."""
    digits = _NO_DIGIT.sub("", word)
    return digits[-_TAIL:] if len(digits) >= _TAIL else ""


def phone_tails(values: Collection[str]) -> frozenset[str]:
    """Those of the phone numbers among some identifiers' values."""
    return frozenset(phone_tail(value) for value in values if value.startswith("+")) - {""}


def names(value: JsonValue, values: Collection[str]) -> bool:
    """Some word of a value is one of the identifiers' values, however it is written."""
    wanted = {each.strip().casefold() for each in values}
    tails = phone_tails(values)
    return any(word.casefold() in wanted or (tails and phone_tail(word) in tails) for word in words(value))


def _texts(value: JsonValue) -> Iterator[tuple[str, str]]:
    """Every text and number with the name it stands under, without recursion: bodies may be deep."""
    open_: list[tuple[str, JsonValue]] = [("", value)]
    while open_:
        name, each = open_.pop()
        if isinstance(each, dict):
            open_.extend(each.items())
        elif isinstance(each, list):
            open_.extend((name, one) for one in each)
        elif isinstance(each, str):
            yield name, each
        elif isinstance(each, int | float) and name.lower().endswith(_NAMING):
            yield name, str(each)
