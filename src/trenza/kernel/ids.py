"""Ids. Doors make random ones; rules derive theirs, so that a replay gives the same."""

import hashlib
import secrets
import uuid

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_DIGITS = {letter: value for value, letter in enumerate(_ALPHABET)}


def new_id() -> str:
    """A random id for what comes from outside without one."""
    return str(uuid.uuid4())


def new_secret(octets: int = 24) -> str:
    """A random URL-safe secret: keys, tokens, sign-in links."""
    return secrets.token_urlsafe(octets)


def derived_id(*parts: str) -> str:
    """A 26-letter id that is a function of its parts: the same run, decision or message on every replay."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return number_text(int.from_bytes(digest[:16]), 26)


def number_text(number: int, letters: int = 13) -> str:
    """A number in Crockford's base 32, lower case, padded: 63 bits fit in 13 letters."""
    text = []
    for _ in range(letters):
        number, digit = divmod(number, 32)
        text.append(_ALPHABET[digit])
    return "".join(reversed(text))


def text_number(text: str) -> int | None:
    """The number of a base-32 text; None where it is none."""
    number = 0
    for letter in text:
        if (digit := _DIGITS.get(letter)) is None:
            return None
        number = number * 32 + digit
    return number if text else None
