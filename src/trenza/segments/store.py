"""The tables of the room: `membership`, `segment_change`, `segment_fill`.

A membership row holds what is inside, and what will flip: `flip_at` is the first instant at which the truth may change
with no event, and the worker looks only for the earliest. The rows of a person are read once in a micro-batch and
written once, all people together.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, func, select, text, update

from trenza.kernel import Instant, decode_json, encode_json
from trenza.segments.model import Ids, SegmentChange
from trenza.storage import QUARTER, Transaction, among, bulk_insert, bulk_upsert, metadata

_inside = text("inside_since IS NOT NULL")
_membership = Table(
    "membership",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("segment", Text, primary_key=True),
    Column("inside_since", BigInteger),
    Column("flip_at", BigInteger),
    Column("turns", Integer, nullable=False),
    Column("because", LargeBinary, nullable=False),
    Index("ix_membership_flip_at", "flip_at"),
    Index("ix_membership_inside", "segment", "person", sqlite_where=_inside, postgresql_where=_inside),
)
_change = Table(
    "segment_change",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("segment", Text, primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("because", LargeBinary, nullable=False),
    Index("ix_segment_change_segment", "segment", "at", "turn"),
)
_fill = Table(
    "segment_fill",
    metadata,
    Column("segment", Text, primary_key=True),
    Column("version", Text, nullable=False),
)
_NO_IDS = encode_json(())
_COLUMNS = ("person", "segment", "inside_since", "flip_at", "turns", "because")


class Membership(msgspec.Struct, gc=False):
    """One person and one segment, as known now."""

    inside_since: Instant | None = None
    flip_at: Instant | None = None
    turns: int = 0
    """How often the person entered or left: odd is inside."""
    because: Ids = ()


def load_memberships(tx: Transaction, persons: Collection[int]) -> dict[int, dict[str, Membership]]:
    """The rows of people, by person and segment."""
    found: dict[int, dict[str, Membership]] = defaultdict(dict)
    columns = [_membership.c[name] for name in _COLUMNS]
    for person, segment, inside_since, flip_at, turns, because in tx.execute(
        select(*columns).where(among(_membership.c.person, persons))
    ):
        ids = tuple(decode_json(because)) if because != _NO_IDS else ()
        found[person][segment] = Membership(inside_since, flip_at, turns, ids)
    return found


def save_memberships(tx: Transaction, rows: Mapping[tuple[int, str], Membership]) -> None:
    """Write rows, all at once."""
    values = [
        (person, segment, row.inside_since, row.flip_at, row.turns, encode_json(row.because))
        for (person, segment), row in sorted(rows.items(), key=lambda item: item[0])
    ]
    bulk_upsert(tx, _membership, _COLUMNS, values)


def save_changes(tx: Transaction, changes: Sequence[tuple[SegmentChange, int]]) -> None:
    """Write the change log; each change with its turn."""
    rows = [(each.person, each.segment, turn, each.at, encode_json(each.because)) for each, turn in changes]
    bulk_insert(tx, _change, ("person", "segment", "turn", "at", "because"), rows)


def due_memberships(tx: Transaction, before: Instant, limit: int) -> list[tuple[Instant, int]]:
    """People whose membership may flip before an instant with no event, the earliest first, each once."""
    first = func.min(_membership.c.flip_at).label("first")
    asked = (
        select(first, _membership.c.person)
        .where(_membership.c.flip_at < before)
        .group_by(_membership.c.person)
        .order_by(first, _membership.c.person)
        .limit(limit)
    )
    return [(row.first, row.person) for row in tx.execute(asked)]


def next_due(tx: Transaction) -> Instant | None:
    """The earliest instant at which any membership may flip."""
    earliest: Instant | None = tx.scalar(select(func.min(_membership.c.flip_at)))
    return earliest


def members(tx: Transaction, segment: str, after: int = -1, limit: int | None = None) -> list[int]:
    """People inside now, by number, those behind `after`."""
    asked = (
        select(_membership.c.person)
        .where(_membership.c.segment == segment, _membership.c.inside_since.is_not(None), _membership.c.person > after)
        .order_by(_membership.c.person)
        .limit(limit)
    )
    return list(tx.scalars(asked))


def members_page(tx: Transaction, segment: str, after: int, limit: int) -> list[tuple[int, Membership]]:
    """People inside now with since when, until when and why, by number, those behind `after`."""
    here = _membership.c.segment == segment, _membership.c.inside_since.is_not(None), _membership.c.person > after
    asked = select(*(_membership.c[name] for name in _COLUMNS)).where(*here).order_by(_membership.c.person)
    return [
        (row.person, Membership(row.inside_since, row.flip_at, row.turns, tuple(decode_json(row.because))))
        for row in tx.execute(asked.limit(limit))
    ]


def count_turns(tx: Transaction, segment: str, since: Instant) -> list[tuple[Instant, int, int]]:
    """How many entered and left a segment in each quarter of an hour since an instant, in order of time."""
    quarter = (_change.c.at - _change.c.at % QUARTER).label("quarter")
    entered = func.sum(_change.c.turn % 2)
    asked = (
        select(quarter, entered, func.count() - entered)
        .where(_change.c.segment == segment, _change.c.at >= since)
        .group_by(quarter)
        .order_by(quarter)
    )
    return [(int(row[0]), int(row[1]), int(row[2])) for row in tx.execute(asked)]


def members_at(tx: Transaction, segment: str, at: Instant) -> list[int]:
    """People who were inside at an instant, as it was known then."""
    last = func.max(_change.c.turn).label("last")
    asked = (
        select(_change.c.person, last)
        .where(_change.c.segment == segment, _change.c.at <= at)
        .group_by(_change.c.person)
        .order_by(_change.c.person)
    )
    return [row.person for row in tx.execute(asked) if row.last % 2]


def count_members(tx: Transaction) -> dict[str, int]:
    """How many people each segment has now."""
    counted = func.count().label("people")
    asked = (
        select(_membership.c.segment, counted)
        .where(_membership.c.inside_since.is_not(None))
        .group_by(_membership.c.segment)
    )
    return {row.segment: row.people for row in tx.execute(asked)}


def count_inside(tx: Transaction, segment: str) -> int:
    """How many people one segment has now."""
    here = _membership.c.segment == segment, _membership.c.inside_since.is_not(None)
    return tx.scalar(select(func.count()).select_from(_membership).where(*here)) or 0


def changes(
    tx: Transaction,
    *,
    segment: str | None = None,
    persons: Collection[int] | None = None,
    limit: int = 1000,
    since: Instant | None = None,
) -> list[SegmentChange]:
    """The change log, the newest first; only from an instant on, that included."""
    asked = select(_change).order_by(_change.c.at.desc(), _change.c.person, _change.c.segment, _change.c.turn.desc())
    if segment is not None:
        asked = asked.where(_change.c.segment == segment)
    if persons is not None:
        asked = asked.where(among(_change.c.person, persons))
    if since is not None:
        asked = asked.where(_change.c.at >= since)
    return [
        SegmentChange(row.person, row.segment, row.turn % 2 == 1, row.at, tuple(decode_json(row.because)))
        for row in tx.execute(asked.limit(limit))
    ]


def filled(tx: Transaction) -> dict[str, str]:
    """The version of each segment whose members are complete."""
    return {row.segment: row.version for row in tx.execute(select(_fill))}


def mark_filled(tx: Transaction, versions: Mapping[str, str]) -> None:
    """Remember that segments' members are complete."""
    bulk_upsert(tx, _fill, ("segment", "version"), sorted(versions.items()))


def retire(tx: Transaction, segments: Collection[str], now: Instant) -> None:
    """Everybody leaves segments that are no more."""
    here = among(_membership.c.segment, segments)
    inside = select(_membership).where(here, _membership.c.inside_since.is_not(None))
    rows = [(row.person, row.segment, row.turns + 1, now, encode_json(())) for row in tx.execute(inside)]
    bulk_insert(tx, _change, ("person", "segment", "turn", "at", "because"), rows)
    tx.execute(
        update(_membership)
        .where(here, _membership.c.inside_since.is_not(None))
        .values(inside_since=None, turns=_membership.c.turns + 1)
    )
    tx.execute(update(_membership).where(here).values(flip_at=None))
    tx.execute(_fill.delete().where(among(_fill.c.segment, segments)))


def forget(tx: Transaction, persons: Collection[int]) -> dict[str, int]:
    """Erase people: rows and log, counted by table."""
    return {
        table.name: tx.execute(table.delete().where(among(table.c.person, persons))).rowcount
        for table in (_membership, _change)
    }


def people_until(tx: Transaction, until: Instant) -> set[int]:
    """Everybody of whom something is kept that is not younger than an instant."""
    inside = select(_membership.c.person).where(_membership.c.inside_since <= until)
    return set(tx.scalars(inside)) | set(tx.scalars(select(_change.c.person).where(_change.c.at <= until).distinct()))
