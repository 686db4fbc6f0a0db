"""From what clients wrote to what is compared: pure, and None for what identifies nobody.

What cannot be an address of its type (a malformed e-mail or phone) identifies nobody rather than somebody wrong.
"""

import re
from collections.abc import Collection
from functools import lru_cache

from trenza.identity.hashes import hex_of
from trenza.identity.types import IdentifierTypes

_LONGEST_VALUE = 2_048
_LONGEST_TYPE = 64
_LONGEST_EMAIL = 254
_QUOTES = "\"'`\\ \t\r\n"
_ZERO_UUID = "00000000-0000-0000-0000-000000000000"
_ZEROS = "0" * 32
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
    re.ASCII,
)
_LONGEST_LOCAL_PART = 64
_PLAIN_PHONE = re.compile(r"\+(?:34[5-9]\d{8}|1[2-9]\d{2}[2-9]\d{6}|351[29]\d{8}|33[1-9]\d{8})", re.ASCII)
"""Numbers that the full rules would give back unchanged."""
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SHA256_OF_NOTHING = hex_of("")
_DEFAULT_TYPES = IdentifierTypes()


def normalise(type_: str, value: str, country: str = "", types: IdentifierTypes = _DEFAULT_TYPES) -> str | None:
    """The form in which an identifier is compared and printed.

    Args:
        type_: its type; decides which rules apply.
        value: as it stood in the message.
        country: two letters, for a phone written without one; empty: such a phone identifies nobody.
        types: the instance's types.

    Returns:
        The normal form, or None where the value is malformed and so identifies nobody.
    """
    value = value.strip()
    if not value or len(value) > _LONGEST_VALUE or "\0" in value or not _type_is_sane(type_) or _is_broken(value):
        return None
    match types.get(type_).normaliser:
        case "email":
            return normal_email(value)
        case "phone":
            return normal_phone(value, country)
        case "sha256":
            return normal_sha256(value)
        case "lower":
            return value.lower()
        case "text":
            return value


def normal_email(value: str) -> str | None:
    """A mail address: lower case, the domain in its own letters; None where it is none."""
    value = value.lower()
    if len(value) <= _LONGEST_EMAIL and _PLAIN_EMAIL.fullmatch(value) and value.index("@") <= _LONGEST_LOCAL_PART:
        return value
    return _checked_email(value)


def normal_sha256(value: str) -> str | None:
    """64 hexadecimal digits in lower case; None where it is no such hash, or that of nothing at all."""
    value = value.lower()
    return value if _SHA256.fullmatch(value) and value != _SHA256_OF_NOTHING else None


@lru_cache(maxsize=16_384)
def normal_phone(value: str, country: str) -> str | None:
    """A phone number in E.164; a leading `00` is a `+`. None where it is none."""
    if _PLAIN_PHONE.fullmatch(value):
        return value
    import phonenumbers  # noqa: PLC0415 — 100 ms that an instance without such numbers need not wait for

    value = "+" + value[2:] if value.startswith("00") else value
    try:
        number = phonenumbers.parse(value, country.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class BlockedValues:
    """Values that never identify anyone: compared trimmed, without case, also in quotes, and as SHA-256.

    Args:
        values: the setting `blocked_values`.
    """

    def __init__(self, values: Collection[str]) -> None:
        plain = frozenset(_bare(value) for value in values)
        self._values = plain | {hex_of(value) for value in plain}
        self._zeros = _ZERO_UUID in plain

    def __contains__(self, value: str) -> bool:
        bare = _bare(value)
        return bare in self._values or (self._zeros and bare.strip("{}").replace("-", "") == _ZEROS)


def _bare(value: str) -> str:
    return value.strip().strip(_QUOTES).casefold()


def _type_is_sane(type_: str) -> bool:
    """`type:value` must be readable again, so a type holds no colon."""
    return bool(type_) and len(type_) <= _LONGEST_TYPE and type_.isprintable() and ":" not in type_


def _is_broken(value: str) -> bool:
    """Half a character cannot be stored anywhere."""
    return not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value)


@lru_cache(maxsize=16_384)
def _checked_email(value: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 — only for addresses that are not plain

    try:
        found = validate_email(value, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None
    return found.normalized.lower() if "." in found.domain else None
