"""Where somebody lives, as far as the trait `address` says it in full: pure."""

from collections.abc import Mapping

from trenza.kernel import JsonValue
from trenza.search import words_in

_STREET = ("street", "line1", "address1")
_MORE = ("line2", "address2", "number", "floor", "door", "flat")
_PLACE = (("postalCode", "postal_code", "zip"), ("city",), ("country",))


def home_of(address: JsonValue) -> str:
    """An address as it is compared: words without case and accents. Empty where it is not full: without street and
    number, or without a postal code, it may be anybody's.
    """
    if not isinstance(address, dict):
        return ""
    street = _words(address, *_STREET)
    more = [word for name in _MORE for word in _words(address, name)]
    place = [_words(address, *names) for names in _PLACE]
    has_number = any(letter.isdigit() for word in (*street, *more) for letter in word)
    if not (street and has_number and place[0]):
        return ""
    return " ".join([*street, *more, *(word for words in place for word in words)])


def _words(address: Mapping[str, JsonValue], *names: str) -> list[str]:
    value = next((value for name in names if (value := address.get(name))), "")
    return words_in(value) if isinstance(value, str) else [str(value)] if type(value) is int else []
