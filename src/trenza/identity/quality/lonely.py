"""Identifiers that join nobody, each with why, and who was seen with it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

from trenza.identity import store as graph_store
from trenza.identity.graph import AMBIGUOUS, SHARED
from trenza.identity.model import Leaf, Person
from trenza.identity.quality import store
from trenza.identity.quality.model import Around, Lonely, Why
from trenza.identity.types import IdentifierTypes
from trenza.storage import Transaction

_FLAGS = {"shared": SHARED, "ambiguous": AMBIGUOUS}
_TOLD = 3
"""People who are told of each."""
_TOO_MANY = 200
"""Neighbours past which nobody is told: a page shows them."""
_DEFAULT_TYPES = IdentifierTypes()


def lonely_page(
    tx: Transaction,
    standing: Literal["shared", "ambiguous"],
    before: tuple[int, Leaf] | None,
    limit: int,
    types: IdentifierTypes = _DEFAULT_TYPES,
) -> list[Lonely]:
    """A page of identifiers that join nobody, those that were seen with most others first.

    Args:
        tx: to read with.
        standing: why they join nobody.
        before: `(neighbours, leaf)` of the last one of the page before.
        limit: how many.
        types: the instance's types.
    """
    rows = store.select_flagged(tx, _FLAGS[standing], before, limit)
    around = _around(tx, [row.number for row in rows if row.degree <= _TOO_MANY])
    return [_told(row, types, around.get(row.number, ())) for row in rows]


def _told(row: graph_store.NodeRow, types: IdentifierTypes, around: tuple[Around, ...]) -> Lonely:
    type_ = types.get(row.type)
    why: Why = "ambiguous"
    seen, limit = row.accounts, 0
    if row.flags & SHARED:
        why, limit = "accounts", type_.people
        if row.accounts <= type_.people:
            why, seen, limit = "neighbours", row.degree, type_.neighbours
    return Lonely(
        leaf=row.number,
        type=row.type,
        value=row.value,
        why=why,
        seen=seen,
        limit=limit,
        neighbours=row.degree,
        last_seen=row.last_seen,
        around=around,
    )


def _around(tx: Transaction, leaves: Iterable[Leaf]) -> Mapping[Leaf, tuple[Around, ...]]:
    asked = frozenset(leaves)
    ties = store.select_ties(tx, asked) if asked else []
    ends = {end for a, b, _ in ties for end in (a, b)} - asked
    people = {row.number: row.person for row in graph_store.select_nodes(tx, ends) if not row.flags}
    found: defaultdict[Leaf, Counter[Person]] = defaultdict(Counter)
    for a, b, count in ties:
        for here, there in ((a, b), (b, a)):
            if here in asked and there in people:
                found[here][people[there]] += count
    return {leaf: tuple(_most(messages)) for leaf, messages in found.items()}


def _most(messages: Counter[Person]) -> Iterable[Around]:
    ordered = sorted(messages.items(), key=lambda each: (-each[1], each[0]))
    return (Around(person=person, messages=count) for person, count in ordered[:_TOLD])
