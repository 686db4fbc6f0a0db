"""Tallies: running counts that are added to and never counted anew, by quarters of an hour.

Every zone of today is whole quarters away from UTC, so quarters add up to anybody's local hours and days, exactly, over
changes of the clock too. A `Span` is a stretch of time with one offset; a query asks for all spans at once.
"""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Table, func, select, union_all

from trenza.kernel import Instant
from trenza.storage.bulk import Row, bulk_merge
from trenza.storage.database import Transaction

QUARTER = 900_000
HOUR = 4 * QUARTER
DAY = 24 * HOUR
_YEAR_ONE: Instant = 62_135_596_800_000
"""From 0001-01-01 to 1970: whole days. Added before a division, as databases round what is negative towards zero."""


class Span(msgspec.Struct, frozen=True):
    """`since <= instant < until`, where local time is UTC and `offset` milliseconds."""

    since: Instant
    until: Instant
    offset: int


def quarter_of(at: Instant) -> Instant:
    """The beginning of the quarter of an hour that an instant is in."""
    return at - at % QUARTER


def bulk_add(tx: Transaction, table: Table, columns: Sequence[str], rows: Collection[Row]) -> None:
    """Add to rows, or make them; no key may stand twice in `rows`."""
    bulk_merge(tx, table, columns, rows, "{table}.{name} + excluded.{name}")


def sum_tally(
    tx: Transaction,
    table: Table,
    spans: Sequence[Span],
    unit: int,
    keys: Sequence[str],
    sums: Sequence[str],
    where: Sequence[ColumnElement[bool]] = (),
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Sums over local hours or days: (local beginning, *keys) → sums, in order of the key.

    Args:
        tx: an open transaction.
        table: has a column `quarter`.
        spans: the time asked for, none of it twice.
        unit: `HOUR` or `DAY`.
        keys: columns that are told apart.
        sums: columns that are added up.
        where: what else holds of the rows.
    """
    quarter = table.c.quarter
    asked = [
        select(
            ((quarter + (span.offset + _YEAR_ONE)) // unit).label("bucket"),
            *(table.c[name] for name in keys),
            *(func.sum(table.c[name]) for name in sums),
        )
        .where(quarter >= span.since, quarter < span.until, *where)
        .group_by("bucket", *(table.c[name] for name in keys))
        for span in spans
    ]
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for bucket, *rest in tx.execute(union_all(*asked)) if asked else ():
        key = (bucket * unit - _YEAR_ONE, *rest[: len(keys)])
        values = tuple(map(_whole, rest[len(keys) :]))
        before = found.get(key, (0,) * len(values))
        found[key] = tuple(map(sum, zip(before, values, strict=True)))
    return dict(sorted(found.items()))


def _whole(value: Any) -> int:
    """Databases give sums as int, float or Decimal; all are whole."""
    return int(value or 0)
