"""Figures as the tables that charts are drawn from: a row for each day or hour, a column for each channel."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

_COLUMNS = 7
_OTHERS = "\0others"
Cell = tuple[Any, str, int | Decimal]
"""Row, channel, amount."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A chart's table: channels, and for each row an amount for each of them."""

    channels: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    """What the row is (a day, an hour), then the amounts."""
    has_others: bool = False
    """The last column adds up what did not fit."""


def tabulate(cells: Iterable[Cell], rows: Sequence[Any], channels: Sequence[str] = ()) -> Table:
    """A table with a row for each of `rows`, also where nothing was.

    Args:
        cells: amounts; those of one row and channel add up.
        rows: what the rows are.
        channels: the columns; those with most where none are given.
    """
    found = list(cells)
    names = list(channels) or rank((channel, amount) for _, channel, amount in found)
    shown = names if len(names) <= _COLUMNS + 1 else names[:_COLUMNS]
    sums: defaultdict[tuple[Any, str], int | Decimal] = defaultdict(int)
    for row, channel, amount in found:
        sums[row, channel if channel in shown else _OTHERS] += amount
    has_others = len(shown) < len(names)
    columns = [*shown, _OTHERS] if has_others else shown
    return Table(
        channels=tuple(shown),
        rows=tuple((row, *(sums[row, name] for name in columns)) for row in rows),
        has_others=has_others,
    )


def rank(amounts: Iterable[tuple[str, int | Decimal]]) -> list[str]:
    """Channels, those with most first."""
    sums: Counter[str] = Counter()
    for channel, amount in amounts:
        sums[channel] += amount  # type: ignore[assignment]  # a Decimal adds up as well
    return sorted(sums, key=lambda name: (-sums[name], name))
