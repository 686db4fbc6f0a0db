"""The filters that Liquid lacks, and those of its own that hostile values could make explode.

`date` and `money` speak the person's language and zone. `date` knows no clock: "now" is the instant of the message.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from liquid import Environment, RenderContext
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_context

from trenza.kernel import JsonValue, parse_instant

_LONGEST_RANGE = 5_000
_LONGEST_RESULT = 400_000
_LARGEST_BITS = 1_024
"""Squared in a loop, numbers grow past every machine."""
_NAMES = {"%A": "EEEE", "%a": "EEE", "%B": "MMMM", "%b": "MMM"}
"""Parts of a date that are words, and what Babel calls them."""


@with_context
def date(value: JsonValue, pattern: str = "", *, context: RenderContext) -> str:
    """An instant in the person's zone: `{{ event.at | date: "%d/%m/%Y" }}`; names of days and months in their language.

    Without a pattern it is the language's own medium date. What is no instant stays as it is.
    """
    moment = _moment(value, context)
    if moment is None:
        return "" if value is None else str(value)
    language = _language(context)
    if not isinstance(pattern, str) or not pattern:
        return format_date(moment, locale=language)
    for directive, name in _NAMES.items():
        if directive in pattern:
            word = format_datetime(moment, name, tzinfo=moment.tzinfo, locale=language)
            pattern = pattern.replace(directive, word.replace("%", "%%"))
    return moment.strftime(pattern)


@with_context
def money(value: JsonValue, currency: str = "EUR", *, context: RenderContext) -> str:
    """An amount in the person's language: `{{ event.total | money: event.currency }}`; no number stays as it is."""
    amount = _decimal(value)
    if amount is None:
        return "" if value is None else str(value)
    return format_currency(amount, str(currency or "EUR")[:3].upper(), locale=_language(context))


@with_context
def number(value: JsonValue, *, context: RenderContext) -> str:
    """A number as the person's language writes it. What is no number stays as it is."""
    amount = _decimal(value)
    if amount is None:
        return "" if value is None else str(value)
    return format_decimal(amount, locale=_language(context))


FILTERS: dict[str, Callable[..., Any]] = {"date": date, "money": money, "number": number}


def bound_filters(environment: Environment) -> None:
    """Put a limit before those filters whose result can be far longer than what they are given."""
    for name, function in environment.filters.items():
        environment.filters[name] = _bounded(function, _LENGTHS.get(name))


def _bounded(function: Callable[..., Any], length: Callable[..., int] | None) -> Callable[..., Any]:
    @wraps(function)
    def bounded(value: Any, *arguments: Any, **options: Any) -> Any:
        for each in (value, *arguments):
            if isinstance(each, range) and each.stop - each.start > _LONGEST_RANGE:
                raise FilterArgumentError(f"a range of more than {_LONGEST_RANGE} numbers", token=None)
            if isinstance(each, int) and each.bit_length() > _LARGEST_BITS:
                raise FilterArgumentError("a number past every use", token=None)
        if length is not None and length(value, *arguments) > _LONGEST_RESULT:
            raise FilterArgumentError(f"a result of more than {_LONGEST_RESULT} characters", token=None)
        return function(value, *arguments, **options)

    return bounded


def _length_of_replace(value: Any, wanted: Any = "", new: Any = "", *_: Any) -> int:
    text, wanted = str(value), str(wanted)
    return len(text) + (text.count(wanted) if wanted else len(text) + 1) * len(str(new))


def _length_of_join(value: Any, separator: Any = " ", *_: Any) -> int:
    items = value if isinstance(value, (list, tuple)) else [value]
    return sum(len(each) if isinstance(each, str) else 32 for each in items) + len(items) * len(str(separator))


_LENGTHS: dict[str, Callable[..., int]] = {"replace": _length_of_replace, "join": _length_of_join}


def _moment(value: JsonValue, context: RenderContext) -> datetime | None:
    if value in {"now", "today"} if isinstance(value, str) else False:
        value = context.resolve("now", default=None)
    at = value * 1000 if isinstance(value, int) and not isinstance(value, bool) else parse_instant(value)
    if at is None:
        return None
    try:
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(_zone(context))
    except (OverflowError, OSError, ValueError):
        return None


def _zone(context: RenderContext) -> ZoneInfo:
    try:
        return ZoneInfo(str(context.resolve("timezone", default=None) or "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _language(context: RenderContext) -> str:
    language = str(context.resolve("language", default=None) or "es")
    try:
        format_decimal(1, locale=language)
    except (UnknownLocaleError, ValueError):
        return "es"
    return language


def _decimal(value: JsonValue) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        amount = Decimal(str(value)[:40])
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount.adjusted()) < 30 else None  # noqa: PLR2004 — no sum of money is longer
