"""What a mapping says about one field, and how a cell becomes its value. Pure.

A cell is a text (CSV) or has the type of its column (Parquet). Nothing is guessed: a text stays a text unless the
mapping names a type. An empty cell is missing.
"""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import msgspec

from trenza.definitions import local_instant
from trenza.kernel import Instant, JsonValue, decode_json, format_instant, parse_instant

EPOCH_SECONDS: Final = "epoch_seconds"
EPOCH_MILLISECONDS: Final = "epoch_milliseconds"
_TRUE: Final = frozenset({"true", "yes", "y", "1", "t", "sí", "si", "s"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "f"})
_MOST_MILLISECONDS: Final = 253_402_300_799_999
"""The last instant of the year 9999."""


class Unfit(ValueError):
    """A cell that is not what the mapping says of its column."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """Where a value comes from: a constant, or a column and how to read it."""

    constant: JsonValue = None
    column: str = ""
    type: str = ""
    """`text`, `number`, `whole`, `boolean`, `instant`, `json`; empty: as the column has it."""
    format: str = ""
    """Of an instant: `strptime`'s letters, `epoch_seconds` or `epoch_milliseconds`; empty: ISO 8601."""
    zone: str = "UTC"
    """Of an instant without an offset."""
    decimal: str = "."
    prefix: str = ""
    missing: tuple[str, ...] = ()
    """Texts that mean that there is nothing."""


def value_of(field: Field, row: Mapping[str, JsonValue]) -> JsonValue:
    """The value of a field in a row; None where it is missing.

    Raises:
        Unfit: the cell is not of the type.
    """
    if not field.column:
        return field.constant
    cell = row.get(field.column)
    if cell is None or (isinstance(cell, str) and (not cell.strip() or cell.strip() in field.missing)):
        return None
    try:
        value = _READERS[field.type](cell, field)
    except (ValueError, OverflowError, TypeError, ArithmeticError) as error:
        reason = str(error) if isinstance(error, Unfit) else f"is not of the type {field.type}"
        raise Unfit(f"column `{field.column}` {reason}") from None
    return f"{field.prefix}{value}" if field.prefix else value


def _as_it_is(cell: JsonValue, field: Field) -> JsonValue:
    if isinstance(cell, datetime | date):
        return _instant(cell, field)
    if isinstance(cell, Decimal):
        return _finite(float(cell))
    if isinstance(cell, float):
        return _finite(cell)
    if isinstance(cell, bytes):
        raise Unfit("holds bytes, which no message can")
    return cell


def _text(cell: JsonValue, field: Field) -> str:
    value = _as_it_is(cell, field)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.strip() if isinstance(value, str) else str(value)


def _number(cell: JsonValue, field: Field) -> float | int:
    if isinstance(cell, bool):
        raise Unfit("is not a number")
    if isinstance(cell, int):
        return _bounded(cell)
    if isinstance(cell, str):
        other = "," if field.decimal == "." else "."
        cell = cell.strip().replace(other, "").replace(field.decimal, ".")
        if "_" in cell:
            raise Unfit("is not a number")
    number = _finite(float(cell))
    return int(number) if isinstance(cell, str) and cell.lstrip("+-").isdigit() else number


def _whole(cell: JsonValue, field: Field) -> int:
    number = _number(cell, field)
    if isinstance(number, float) and not number.is_integer():
        raise Unfit("is not a whole number")
    return _bounded(int(number))


def _boolean(cell: JsonValue, _: Field) -> bool:
    if isinstance(cell, bool):
        return cell
    word = str(cell).strip().casefold()
    if word not in _TRUE and word not in _FALSE:
        raise Unfit("is neither true nor false")
    return word in _TRUE


def _instant(cell: JsonValue, field: Field) -> str:
    at = _instant_of(cell, field)
    if at is None or not 0 <= at + _MOST_MILLISECONDS <= 2 * _MOST_MILLISECONDS:
        raise Unfit("is not an instant" + (f" of the format {field.format}" if field.format else " of ISO 8601"))
    return format_instant(at)


def _instant_of(cell: JsonValue, field: Field) -> Instant | None:
    if isinstance(cell, datetime):
        return _located(cell, field.zone)
    if isinstance(cell, date):
        return local_instant(cell.year, cell.month, cell.day, 0, 0, field.zone)
    if field.format in {EPOCH_SECONDS, EPOCH_MILLISECONDS}:
        return int(_number(cell, field) * (1000 if field.format == EPOCH_SECONDS else 1))
    text = str(cell).strip()
    if field.format:
        return _located(datetime.strptime(text, field.format), field.zone)  # noqa: DTZ007 — the mapping's zone follows
    if field.zone == "UTC" or parse_instant(text) is None:
        return parse_instant(text)
    return _located(datetime.fromisoformat(text), field.zone)


def _located(moment: datetime, zone: str) -> Instant:
    """The instant of a moment: by its own offset, else by the zone; sub-minute parts are kept."""
    if moment.tzinfo is not None:
        return int(moment.timestamp() * 1000)
    start = local_instant(moment.year, moment.month, moment.day, moment.hour, moment.minute, zone)
    return start + moment.second * 1000 + moment.microsecond // 1000


def _json(cell: JsonValue, field: Field) -> JsonValue:
    return decode_json(cell) if isinstance(cell, str) else _as_it_is(cell, field)


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise Unfit("is not a finite number")
    return number


def _bounded(number: int) -> int:
    if abs(number) >= 1 << 63:
        raise Unfit("is too large a number")
    return number


_READERS: Final[dict[str, Callable[[JsonValue, Field], JsonValue]]] = {
    "": _as_it_is,
    "text": _text,
    "number": _number,
    "whole": _whole,
    "boolean": _boolean,
    "instant": _instant,
    "json": _json,
}
TYPES: Final = tuple(name for name in _READERS if name)
