"""From what is typed into a control to a value of the language, and back.

What cannot be read as its type stays a text: the reader of the document says beside it what is wrong, and nothing that
was typed is lost.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from trenza.definitions import parse_duration
from trenza.kernel import JsonValue, parse_instant

Raw = str | bool | dict[str, str]
UNITS = ("ms", "s", "m", "h", "d", "calendar_day")
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,15})")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,15})(\.\d{1,9})?")
_DURATION = re.compile(r"(-?\d+)(?:(ms|s|m|h|d)| (calendar_day))")
_BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}


def value_of(type_: str, raw: Raw, zone: str) -> JsonValue:
    """The value that was typed.

    Args:
        type_: of the field, as `definitions.FieldType` has it, or `lines` for a list of values, one a line.
        raw: a text; of controls with several parts (`amount` and `unit`, `value` and `as`) a text for each.
        zone: of local times.
    """
    if isinstance(raw, bool):
        return raw
    return _READERS.get(type_, _text)(raw, zone)


def number_of(text: str) -> JsonValue:
    """A number where it is one; a comma does for a point."""
    plain = text.strip().replace(",", ".")
    if _WHOLE.fullmatch(plain):
        return int(plain)
    return float(plain) if _NUMBER.fullmatch(plain) else text


def duration_parts(value: JsonValue) -> tuple[str, str] | None:
    """Amount and unit of a duration as it is written; None where it is none."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) and parse_duration(value) else None
    return (found[1], found[2] or found[3]) if found else None


def local_text(value: JsonValue, zone: str) -> str:
    """An instant for a field of local time; empty where it is none, or lies between two seconds."""
    at = parse_instant(value) if isinstance(value, str) else None
    if at is None or at % 1000:
        return ""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="seconds")


def kind_of(value: JsonValue) -> str:
    """How a value is told apart where texts, numbers and booleans may stand."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "text"


def shown(value: JsonValue) -> str:
    """A scalar in a field."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _text(raw: Raw, _: str) -> JsonValue:
    return _part(raw, "value")


def _number(raw: Raw, _: str) -> JsonValue:
    return number_of(_part(raw, "value"))


def _boolean(raw: Raw, _: str) -> JsonValue:
    typed = _part(raw, "value")
    return _BOOLEANS.get(typed, typed)


def _duration(raw: Raw, _: str) -> JsonValue:
    amount, unit = _part(raw, "amount").strip(), _part(raw, "unit")
    if unit not in UNITS:
        return amount
    return f"{amount} {unit}" if unit == "calendar_day" else f"{amount}{unit}"


def _instant(raw: Raw, zone: str) -> JsonValue:
    typed = _part(raw, "value")
    try:
        local = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    if local.tzinfo is None:
        local = local.replace(tzinfo=ZoneInfo(zone))
    return local.isoformat(timespec="seconds" if not local.microsecond else "milliseconds")


def _any(raw: Raw, zone: str) -> JsonValue:
    as_ = raw.get("as", "text") if isinstance(raw, dict) else "text"
    return {"number": _number, "boolean": _boolean}.get(as_, _text)(raw, zone)


def _lines(raw: Raw, zone: str) -> JsonValue:
    as_ = raw.get("as", "text") if isinstance(raw, dict) else "text"
    rows = [row.strip() for row in _part(raw, "value").splitlines() if row.strip()]
    return [_any({"value": row, "as": as_}, zone) for row in rows]


def _part(raw: Raw, name: str) -> str:
    return raw.get(name, "") if isinstance(raw, dict) else str(raw)


_READERS: dict[str, Callable[[Raw, str], JsonValue]] = {
    "number": _number,
    "whole": _number,
    "boolean": _boolean,
    "duration": _duration,
    "instant": _instant,
    "any": _any,
    "lines": _lines,
}
