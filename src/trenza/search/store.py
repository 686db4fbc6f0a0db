"""The table of the room: which words hang on which leaf.

The primary key is read by leaf, its index by term; each holds whole rows, so neither search nor erasure looks further.
Terms are compared by their code points on both databases.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    Select,
    SmallInteger,
    Table,
    Text,
    and_,
    delete,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql

from trenza.identity import Leaf
from trenza.storage import Transaction, among, bulk_insert, metadata

_terms = Table(
    "search_term",
    metadata,
    Column("leaf", BigInteger, primary_key=True, autoincrement=False),
    Column("field", Integer, primary_key=True, autoincrement=False),
    Column("term", Text().with_variant(postgresql.TEXT(collation="C"), "postgresql"), primary_key=True),
    Column("rank", SmallInteger, nullable=False),
    Index("ix_search_term_term", "rank", "term", "field", "leaf"),
    sqlite_with_rowid=False,
)
_COLUMNS = ("leaf", "field", "term", "rank")
_BEHIND_ALL = "\U0010ffff"
NAME, OTHER = 0, 1
"""Ranks: what a person is called comes first."""
IDENTIFIER = 0
"""The field of identifiers; that of a trait is a number of its name."""


class Entry(NamedTuple):
    """A word on a leaf."""

    leaf: Leaf
    field: int
    term: str
    rank: int


class Sought(NamedTuple):
    """A term to look up: its beginning, or the whole of it."""

    term: str
    is_whole: bool
    field: int | None = None
    """Only there; None is anywhere."""
    ranks: tuple[int, ...] = (NAME, OTHER)


def add_entries(tx: Transaction, entries: Collection[Entry]) -> None:
    """Write words; those that are there stay."""
    bulk_insert(tx, _terms, _COLUMNS, entries)


def delete_entries(tx: Transaction, entries: Collection[Entry]) -> None:
    """Take words out."""
    if not entries:
        return
    keys = [entry[:3] for entry in entries]
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql("DELETE FROM search_term WHERE leaf = ? AND field = ? AND term = ?", keys)
        return
    statement = (
        "DELETE FROM search_term USING unnest(%(leaf)s::bigint[], %(field)s::integer[], %(term)s::text[]) "
        "AS gone (leaf, field, term) "
        "WHERE search_term.leaf = gone.leaf AND search_term.field = gone.field AND search_term.term = gone.term"
    )
    tx.exec_driver_sql(statement, dict(zip(_COLUMNS[:3], map(list, zip(*keys, strict=True)), strict=True)))


def delete_leaves(tx: Transaction, leaves: Collection[Leaf]) -> int:
    """Take everything out that hangs on leaves; returns how many words."""
    return tx.execute(delete(_terms).where(among(_terms.c.leaf, leaves))).rowcount


def entries_on(tx: Transaction, leaves: Collection[Leaf]) -> set[Entry]:
    """All words of leaves."""
    columns = (_terms.c[name] for name in _COLUMNS)
    return {Entry(*row) for row in tx.execute(select(*columns).where(among(_terms.c.leaf, leaves)))}


def list_leaves(tx: Transaction) -> set[Leaf]:
    """Every leaf with words: to prove an erasure."""
    return set(tx.scalars(select(_terms.c.leaf).distinct()))


def count_entries(tx: Transaction) -> int:
    """How many words there are."""
    return tx.scalar(select(func.count()).select_from(_terms)) or 0


def find_leaves(
    tx: Transaction, singles: Sequence[Sought], pairs: Sequence[Sequence[Sought]], most: int, driven: int
) -> list[Sequence[Any]]:
    """Leaves by their words, in one query over the index.

    Args:
        tx: where to look.
        singles: terms, each looked up for itself.
        pairs: several terms that must all hang on the leaf; the first drives.
        most: leaves of each rank of each of these, at most one more than that.
        driven: rows of each rank that a driving term may look at.

    Returns:
        `(number, rank, leaf)`: the number of the term; the pairs are counted on behind the single terms.
    """
    branches = [_single(number, sought, rank, most) for number, sought in enumerate(singles) for rank in sought.ranks]
    branches += [
        _together(number, soughts, rank, most, driven)
        for number, soughts in enumerate(pairs, len(singles))
        for rank in soughts[0].ranks
    ]
    return list(tx.execute(union_all(*branches)).all()) if branches else []


def _single(number: int, sought: Sought, rank: int, most: int) -> Select[Any]:
    found = _ranged(sought, rank).limit(most + 1).subquery()
    return select(literal_column(str(number)).label("number"), literal_column(str(rank)).label("rank"), found.c.leaf)


def _together(number: int, soughts: Sequence[Sought], rank: int, most: int, driven: int) -> Select[Any]:
    """Each row of the first term is asked for the others by its leaf; a scalar query, which no planner turns round."""
    first, *others = soughts
    found = _ranged(first, rank).limit(driven).subquery()
    beside = _terms.alias("beside")
    conditions = [
        select(literal_column("1"))
        .where(beside.c.leaf == found.c.leaf, _matches(beside, other))
        .limit(1)
        .scalar_subquery()
        .is_not(None)
        for other in others
    ]
    query = select(found.c.leaf).where(*conditions).limit(most + 1).subquery()
    return select(literal_column(str(number)).label("number"), literal_column(str(rank)).label("rank"), query.c.leaf)


def _ranged(sought: Sought, rank: int) -> Select[Any]:
    query = select(_terms.c.leaf).where(_terms.c.rank == literal_column(str(rank)), _matches(_terms, sought))
    return query.order_by(_terms.c.rank, _terms.c.term, _terms.c.field, _terms.c.leaf)


def _matches(table: Any, sought: Sought) -> ColumnElement[bool]:
    term = table.c.term
    conditions = [term == sought.term] if sought.is_whole else [term >= sought.term, term < sought.term + _BEHIND_ALL]
    if sought.field is not None:
        conditions.append(table.c.field == sought.field)
    return and_(*conditions)
