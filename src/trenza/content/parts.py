"""How many parts an SMS has, as the networks count them (3GPP TS 23.038 and 23.040).

A text in the GSM 7-bit alphabet holds 160 characters, or 153 in each part of a longer one; the ten of the extension
table cost two and are never cut in two. One character outside makes the whole text UCS-2: 70 units of UTF-16, or 67 in
each part, and a pair of surrogates is never cut either.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_SINGLE = {"gsm-7": 160, "ucs-2": 70}
_JOINED = {"gsm-7": 153, "ucs-2": 67}
_BASIC_PLANE = 0xFFFF


class Parts(msgspec.Struct, frozen=True):
    """What a text costs on the air."""

    encoding: Literal["gsm-7", "ucs-2"]
    units: int
    """Septets (GSM-7) or UTF-16 units (UCS-2)."""
    parts: int
    outside: tuple[str, ...]
    """Characters, each once, that force UCS-2; replacing them makes the text cheaper."""


def count_parts(text: str) -> Parts:
    """Count the parts of a text; an empty one still goes out as one part."""
    outside = tuple(dict.fromkeys(each for each in text if each not in _BASIC and each not in _EXTENSION))
    encoding: Literal["gsm-7", "ucs-2"] = "ucs-2" if outside else "gsm-7"
    costs = [_cost(each, encoding) for each in text]
    units = sum(costs)
    parts = 1 if units <= _SINGLE[encoding] else _fill(costs, _JOINED[encoding])
    return Parts(encoding, units, parts, outside)


def _cost(letter: str, encoding: str) -> int:
    if encoding == "gsm-7":
        return 2 if letter in _EXTENSION else 1
    return 2 if ord(letter) > _BASIC_PLANE else 1


def _fill(costs: Iterable[int], room: int) -> int:
    parts, used = 1, 0
    for cost in costs:
        if used + cost > room:
            parts, used = parts + 1, 0
        used += cost
    return parts
