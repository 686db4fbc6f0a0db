"""Numbers, money, days and instants as people of a language write them: filters of the templates.

An instant is milliseconds since 1970, or its ISO text as the rooms' sheets have it. It is shown in the instance's zone.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates, numbers

from trenza.kernel import Instant, parse_instant
from trenza.web.texts import Language

_RECENT = 6 * 24 * 3_600_000
_SECOND = 1_000
_UNKNOWN_MONEY = "XXX"
_DAYS_OF: Mapping[Language, str] = {"en": "en_GB"}
"""Days and hours in one order and on one clock wherever a language has several: `2 Mar 2026, 14:05`."""


class Formats:
    """The filters of one language and zone.

    Args:
        language: the reader's.
        zone: the instance's, IANA.
        now: what "ago" is told from.
    """

    def __init__(self, language: Language, zone: str, now: Instant) -> None:
        self._language = language
        self._days = _DAYS_OF.get(language, language)
        self._zone = ZoneInfo(zone)
        self._now = now

    @property
    def filters(self) -> Mapping[str, Callable[..., str]]:
        """By the names that templates use."""
        return {
            "number": self.number,
            "percent": self.percent,
            "money": self.money,
            "day": self.day,
            "short_day": self.short_day,
            "clock": self.clock,
            "moment": self.moment,
            "ago": self.ago,
            "iso": self.iso,
        }

    def number(self, value: float) -> str:
        """`12.345` in Spanish, `12,345` in English; at most two decimals."""
        return str(numbers.format_decimal(round(value, 2), locale=self._language))

    def percent(self, share: float) -> str:
        """A share of one, with one decimal where it is small."""
        return str(numbers.format_percent(_short(share), locale=self._language, decimal_quantization=False))

    def money(self, amount: float, currency: str = "") -> str:
        """An amount of a currency; without its sign where the currency is not known."""
        if not currency or currency == _UNKNOWN_MONEY:
            return str(numbers.format_decimal(amount, "#,##0.00", locale=self._language))
        return str(numbers.format_currency(amount, currency[:3].upper(), locale=self._language))

    def day(self, when: Instant | str | date, width: str = "medium") -> str:
        """A day: `2 mar 2026`."""
        day = when if isinstance(when, date) else self._local(when)
        return str(dates.format_date(day, width, locale=self._days))

    def short_day(self, when: Instant | str | date) -> str:
        """A day of a year that is understood: `2 mar`."""
        day = when if isinstance(when, date) else self._local(when)
        return str(dates.format_skeleton("MMMd", day, locale=self._days))

    def clock(self, when: Instant | str) -> str:
        """The time of a day: `10:05`."""
        return str(dates.format_time(self._local(when), "short", locale=self._days))

    def moment(self, when: Instant | str) -> str:
        """A day and its time."""
        return str(dates.format_datetime(self._local(when), "d MMM y, HH:mm:ss", locale=self._days))

    def ago(self, when: Instant | str) -> str:
        """How long ago, or in how long, as long as that is a few days; afterwards the day."""
        instant = _instant(when)
        if abs(self._now - instant) > _RECENT:
            return self.day(instant)
        span = timedelta(milliseconds=instant - self._now)
        return str(dates.format_timedelta(span, add_direction=True, threshold=1.1, locale=self._days))

    def iso(self, when: Instant | str) -> str:
        """For `datetime` attributes."""
        return datetime.fromtimestamp(_instant(when) / _SECOND, UTC).isoformat(timespec="milliseconds")

    def _local(self, when: Instant | str) -> datetime:
        return datetime.fromtimestamp(_instant(when) / _SECOND, self._zone)


def _instant(when: Instant | str) -> Instant:
    found = parse_instant(when) if isinstance(when, str) else when
    if found is None:
        raise ValueError(f"{when!r} is no instant")
    return found


def _short(share: float) -> float:
    """Whole percents; a tenth of one where it is small."""
    return round(share, 2 if abs(share) >= 0.1 else 3)  # noqa: PLR2004 — a tenth


def initials(name: Any) -> str:
    """One or two letters that stand for a name."""
    parts = [part for part in str(name or "").replace("@", " ").split() if part[:1].isalpha()]
    return "".join(part[0].upper() for part in parts[:2]) or "?"
