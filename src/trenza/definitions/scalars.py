"""What a plain scalar means: YAML 1.2's core schema, and nothing of YAML 1.1.

Only `true` and `false` are booleans; `NO`, `12:30` and dates are texts. The printer asks the same functions, so that
what is printed is read again as what it was.
"""

import math
import re

_NULL = re.compile(r"(?:~|null|Null|NULL)?")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST_NUMBER = 40
# What a reader of YAML 1.1 would take for something else: printed in quotes for its sake.
_OLD_BOOLEAN = re.compile(r"(?:y|n|yes|no|on|off)", re.IGNORECASE)
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_OLD_NUMBER = re.compile(r"[-+]?[0-9][0-9_,.]*|0b[01_]+|=|<<")
_PLAIN = re.compile(r"(?:[^\W_]|[_/<(]|-(?=[^\W_]))(?:[\w ./()<>+~^$%;=?!*'-]|:(?=[\w/]))*")


class NotFinite(ValueError):
    """A number that is none, or is past every measure."""


def read_plain(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar.

    Raises:
        NotFinite: `.inf`, `.nan`, or more digits than any number here has.
    """
    if _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if _WHOLE.fullmatch(text):
        return _whole(text)
    if _INFINITE.fullmatch(text):
        raise NotFinite(text)
    if _NUMBER.fullmatch(text):
        return _number(text)
    return text


def is_plain(text: str) -> bool:
    """Whether a text may stand without quotes and is read as the same text by every reader of YAML."""
    if not _PLAIN.fullmatch(text) or text[-1] in " :" or not text.isprintable():
        return False
    if any(pattern.fullmatch(text) for pattern in (_OLD_BOOLEAN, _SEXAGESIMAL, _OLD_NUMBER)):
        return False
    try:
        return read_plain(text) == text
    except NotFinite:
        return False


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise NotFinite(text)
    return int(text, 0) if text.startswith(("0o", "0x")) else int(text)


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or len(text) > _LONGEST_NUMBER:
        raise NotFinite(text)
    return number
