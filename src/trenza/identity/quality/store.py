"""What the quality sheet asks of the room's tables (`identity.store`): by index, and bounded."""

from collections.abc import Collection

from sqlalchemy import func, or_, select

from trenza.identity.graph import SHARED
from trenza.identity.model import Leaf, Operation, Person
from trenza.identity.store import EVIDENCE, IDENTIFIERS, IDENTITY_LOG, IDENTITY_TALLY, IS_BUSY, IS_FLAGGED, NodeRow
from trenza.kernel import Instant
from trenza.storage import Transaction, among, comes_before

Part = tuple[int, Person, str, int, int]
"""Component, person, type, flags and how many identifiers of that kind there are."""


def count_flagged(tx: Transaction) -> dict[tuple[str, int], int]:
    """How many identifiers of each type join nobody, by their flags."""
    row = IDENTIFIERS.c
    query = select(row.type, row.flags, func.count()).where(IS_FLAGGED).group_by(row.type, row.flags)
    return {(type_, flags): count for type_, flags, count in tx.execute(query)}


def select_flagged(tx: Transaction, flags: int, before: tuple[int, Leaf] | None, limit: int) -> list[NodeRow]:
    """Identifiers that join nobody, those with most neighbours first; `before` is `(degree, number)`."""
    row = IDENTIFIERS.c
    query = select(IDENTIFIERS).where(IS_FLAGGED, row.flags == flags)
    if before is not None:
        query = query.where(row.degree <= before[0], comes_before(row.degree, row.number, before))
    return list(tx.execute(query.order_by(row.degree.desc(), row.number.desc()).limit(limit)))


def select_sample(tx: Transaction, up_to: Leaf, limit: int) -> list[tuple[int, Person, str]]:
    """Identifiers that are somebody's, by number up to one; numbers are hashes, so that they are a fair sample.

    Component, person and type of each.
    """
    row = IDENTIFIERS.c
    query = select(row.component, row.person, row.type).where(row.number <= up_to, row.flags == 0)
    return [tuple(each) for each in tx.execute(query.order_by(row.number).limit(limit))]


def select_busiest(tx: Transaction, limit: int) -> list[int]:
    """The components of identifiers that join and have most neighbours, of those with many."""
    row = IDENTIFIERS.c
    query = select(row.component).where(IS_BUSY)
    return list(tx.scalars(query.order_by(row.degree.desc(), row.number.desc()).limit(limit)))


def select_parts(tx: Transaction, components: Collection[int]) -> list[Part]:
    """What hangs together, counted."""
    row = IDENTIFIERS.c
    kinds = (row.component, row.person, row.type, row.flags)
    query = select(*kinds, func.count()).where(among(row.component, components), row.flags != SHARED).group_by(*kinds)
    return [tuple(each) for each in tx.execute(query)]


def count_changes(tx: Transaction, since: Instant) -> list[tuple[Instant, Operation, int]]:
    """Lines that the identity log was given since a quarter of an hour, by quarter and by what was done."""
    return [tuple(each) for each in tx.execute(select(IDENTITY_TALLY).where(IDENTITY_TALLY.c.quarter >= since))]


def select_merges(tx: Transaction, limit: int) -> list[tuple[Instant, Person, int, str]]:
    """The last merges of people, the latest first: when, who won, how many identifiers, the cause."""
    row = IDENTITY_LOG.c
    query = select(row.at, row.winner, row.leaves, row.cause).where(row.op == "merge")
    return [tuple(each) for each in tx.execute(query.order_by(row.at.desc(), row.id).limit(limit))]


def select_ties(tx: Transaction, numbers: Collection[Leaf]) -> list[tuple[Leaf, Leaf, int]]:
    """Live links of identifiers: both ends and how many messages."""
    row = EVIDENCE.c
    query = select(row.a, row.b, row.count).where(or_(among(row.a, numbers), among(row.b, numbers)), row.live)
    return [tuple(each) for each in tx.execute(query)]
