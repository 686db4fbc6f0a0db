"""Comparisons of one value: types are apart, a missing value makes every comparison false, a list means any element.

Numbers compare as decimals (10 = 10.0), texts in NFC and with case; `fold` takes away case in every script,
not accents.
"""

import math
import operator
from collections.abc import Callable, Iterator
from decimal import Context, Decimal
from functools import lru_cache
from unicodedata import normalize

from trenza.events import Occurrence
from trenza.kernel import JsonValue, decode_json, parse_instant

Number = int | float | Decimal
_ORDERS: dict[str, Callable[[Number, Number], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
Test = Callable[[JsonValue, bool], bool]
"""A comparison of one value; the flag says that it is an element of a list."""
EXACT = 1 << 53
"""Whole numbers below it are floats without loss."""
SUMS = Context(prec=80)
"""Sums of decimals are exact as far as any money goes."""


def number_of(value: JsonValue) -> Number | None:
    """The number that a value is; None for anything else. Floats past 2⁵³ are taken for the decimals they print as."""
    kind = type(value)
    if kind is int:
        found: int = value
        return found
    if kind is float:
        if not math.isfinite(value):
            return None
        return Decimal(repr(value)) if abs(value) >= EXACT else float(value)
    return value if isinstance(value, Decimal) else None


def decimal_of(value: JsonValue) -> Decimal | None:
    """The number that a value is, as the decimal it is written as."""
    kind = type(value)
    if kind is int:
        return Decimal(value)
    if kind is float and math.isfinite(value):
        return Decimal(repr(value))
    return None


def text_of(value: JsonValue) -> str | None:
    """The text that a value is, in NFC; None for anything else."""
    if not isinstance(value, str):
        return None
    return value if value.isascii() else normalize("NFC", value)


def fold_text(text: str) -> str:
    """A text without case, accents kept."""
    return text.lower() if text.isascii() else normalize("NFC", normalize("NFC", text).casefold())


def scalar_key(value: JsonValue) -> tuple[str, object] | None:
    """Equal for equal scalars and only for them; None for what is missing, an object or a list."""
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, str):
        return "text", text_of(value)
    number = number_of(value)
    return None if number is None else ("number", number)


def leaves(value: JsonValue, parts: tuple[str, ...]) -> Iterator[tuple[JsonValue, bool]]:
    """The values at a path. A list on the way or at its end gives each element (the flag says: at its end)."""
    for position, name in enumerate(parts):
        if type(value) is dict:
            value = value.get(name)
        elif type(value) is list:
            for element in value:
                yield from leaves(element, parts[position:])
            return
        else:
            return
    if type(value) is list:
        for element in value:
            yield element, True
    elif value is not None:
        yield value, False


def value_at(value: JsonValue, parts: tuple[str, ...]) -> JsonValue:
    """The value at a path through objects only; a list on the way gives None."""
    for name in parts:
        if type(value) is not dict:
            return None
        value = value.get(name)
    return value


def is_there(value: JsonValue, parts: tuple[str, ...]) -> bool:
    """Whether something stands at a path: anything but null, an empty text or list included."""
    for position, name in enumerate(parts):
        if type(value) is dict:
            value = value.get(name)
        elif type(value) is list:
            return any(is_there(element, parts[position:]) for element in value)
        else:
            return False
    return value is not None


def message_of(occurrence: Occurrence) -> JsonValue:
    """The message of an occurrence; nobody changes it. A whole history is not kept decoded: it may be long."""
    return occurrence.decoded or _decoded(occurrence.body)


@lru_cache(maxsize=2048)
def _decoded(body: bytes) -> JsonValue:
    return decode_json(body)


def test_equal(wanted: JsonValue, fold: bool) -> Test:
    """`is`."""
    return test_among([wanted], fold)


def test_among(wanted: list[JsonValue], fold: bool) -> Test:
    """`in`."""
    keys = {_key(each, fold) for each in wanted}
    if not fold and all(type(each) is str and each.isascii() for each in wanted):
        texts = frozenset(wanted)
        others = frozenset(key[1] for key in keys if key)
        return lambda value, _: isinstance(value, str) and (value in texts or text_of(value) in others)
    return lambda value, _: _key(value, fold) in keys


def test_other(wanted: JsonValue, fold: bool) -> Test:
    """`is_not`: false where the value is missing."""
    return test_none_of([wanted], fold)


def test_none_of(wanted: list[JsonValue], fold: bool) -> Test:
    """`not_in`: false where the value is missing."""
    keys = {_key(each, fold) for each in wanted}
    return lambda value, _: value is not None and _key(value, fold) not in keys


def _key(value: JsonValue, fold: bool) -> tuple[str, object] | None:
    key = scalar_key(value)
    return ("text", fold_text(str(key[1]))) if fold and key and key[0] == "text" else key


def test_order(operation: str, bound: Number) -> Test:
    """`gt gte lt lte`: between numbers only."""
    limit = number_of(bound)
    if limit is None:
        raise ValueError(operation)
    compare = _ORDERS[operation]

    def test(value: JsonValue, _: bool) -> bool:
        kind = type(value)
        if kind is int or (kind is float and -EXACT < value < EXACT):
            return compare(value, limit)
        number = number_of(value)
        return number is not None and compare(number, limit)

    return test


def test_between(low: Number, high: Number) -> Test:
    """`between`: both ends included."""
    least, most = test_order("gte", low), test_order("lte", high)
    return lambda value, element: least(value, element) and most(value, element)


def test_contains(wanted: JsonValue, fold: bool) -> Test:
    """`contains`: an element of a list, or a part of a text."""
    equal = test_equal(wanted, fold)
    inside = _text_test(wanted, fold, str.__contains__) if isinstance(wanted, str) else None
    return lambda value, element: equal(value, element) if element or inside is None else inside(value, element)


def test_starts(wanted: str, fold: bool) -> Test:
    """`starts_with`."""
    return _text_test(wanted, fold, str.startswith)


def test_ends(wanted: str, fold: bool) -> Test:
    """`ends_with`."""
    return _text_test(wanted, fold, str.endswith)


def _text_test(wanted: str, fold: bool, compare: Callable[[str, str], bool]) -> Test:
    sought = text_of(wanted) or ""
    sought = fold_text(sought) if fold else sought

    def test(value: JsonValue, _: bool) -> bool:
        text = text_of(value)
        return text is not None and compare(fold_text(text) if fold else text, sought)

    return test


def test_before(limit: int) -> Test:
    """`before`: the instant left out."""
    return lambda value, _: (at := parse_instant(value)) is not None and at < limit


def test_after(limit: int) -> Test:
    """`after`: the instant left out."""
    return lambda value, _: (at := parse_instant(value)) is not None and at > limit
