"""What ties a person's identifiers together, and what cutting a tie would do: for whoever looks at one person.

What is foreseen is worked out by the same rules as a real cut, on a copy in memory that is thrown away.
"""

from collections.abc import Collection
from typing import Literal

import msgspec

from trenza.identity import store
from trenza.identity.graph import AMBIGUOUS, SHARED
from trenza.identity.model import Evidence, Leaf, Move, Person
from trenza.identity.service import evidence_of
from trenza.identity.types import IdentifierTypes
from trenza.identity.undo import change_link, load_link, text_link
from trenza.identity.working import Working
from trenza.kernel import NotFound
from trenza.storage import Transaction

_DEFAULT_TYPES = IdentifierTypes()
Standing = Literal["", "shared", "ambiguous"]


class Tied(msgspec.Struct, frozen=True, gc=False):
    """An identifier at one end of a link."""

    leaf: Leaf
    type: str
    value: str
    person: Person
    standing: Standing
    """Why it joins nobody; empty where it does."""
    accounts: int = 0
    """Distinct accounts it was seen with."""
    neighbours: int = 0
    """Distinct identifiers it was seen with."""


class Ties(msgspec.Struct, frozen=True):
    """Links around some identifiers."""

    links: list[Evidence]
    """The strongest first; cut ones too."""
    ends: dict[str, Tied]
    """Both ends of every link, by `type:value`."""


class Seen(msgspec.Struct, frozen=True, gc=False):
    """Somebody in the order of being seen."""

    person: Person
    last_seen: int
    """Event time of the latest of their identifiers."""
    number: Leaf
    """That identifier; with `last_seen` the place in the list."""


def ties_of(tx: Transaction, leaves: Collection[Leaf], limit: int, types: IdentifierTypes = _DEFAULT_TYPES) -> Ties:
    """The links that some identifiers have, among themselves and to others.

    Args:
        tx: to read with.
        leaves: a person's identifiers.
        limit: at most so many links, the strongest.
        types: the instance's types.
    """
    links = store.select_links_of(tx, leaves, limit)
    ends = ends_of(tx, {leaf for link in links for leaf in (link.a, link.b)} | set(leaves))
    return Ties(links=evidence_of(tx, links, types), ends=ends)


def find_link(tx: Transaction, link: str, types: IdentifierTypes = _DEFAULT_TYPES) -> Evidence:
    """A link by its id.

    Raises:
        Invalid: the text is no link's id.
        NotFound: no such link.
    """
    found = store.select_links(tx, [text_link(link)])
    if not found:
        raise NotFound("there is no such link", "take the id that `trenza identity explain` prints")
    return evidence_of(tx, found, types)[0]


def ends_of(tx: Transaction, leaves: Collection[Leaf]) -> dict[str, Tied]:
    """Identifiers by `type:value`; those that are no more are left out."""
    return {f"{row.type}:{row.value}": _tied(row) for row in store.select_nodes(tx, leaves)}


def foresee_cut(tx: Transaction, link: str, types: IdentifierTypes = _DEFAULT_TYPES) -> tuple[Move, ...]:
    """Which identifiers would belong to somebody else if a link were cut; nothing is changed.

    Raises:
        Invalid: the text is no link's id.
        NotFound: no such link.
        Conflict: it is cut already.
    """
    return _foresee(tx, link, types, live=False)


def foresee_restore(tx: Transaction, link: str, types: IdentifierTypes = _DEFAULT_TYPES) -> tuple[Move, ...]:
    """Which identifiers would belong to somebody else if a cut link counted again; nothing is changed.

    Raises:
        Invalid: the text is no link's id.
        NotFound: no such link.
        Conflict: it is not cut.
    """
    return _foresee(tx, link, types, live=True)


def names_of(tx: Transaction, leaves: Collection[Leaf]) -> dict[Leaf, str]:
    """Identifiers as `type:value`; those that are no more are left out."""
    return {row.number: f"{row.type}:{row.value}" for row in store.select_nodes(tx, leaves)}


def recent_people(tx: Transaction, before: tuple[int, Leaf] | None, limit: int) -> list[Seen]:
    """People, the last seen first; `before` is `(last_seen, number)` of the last one of the page before."""
    return [Seen(person, at, number) for person, at, number in store.select_recent(tx, before, limit)]


def _foresee(tx: Transaction, link: str, types: IdentifierTypes, *, live: bool) -> tuple[Move, ...]:
    working = Working(types)
    load_link(tx, working, link)
    moves, _ = change_link(working, link, 0, live=live)
    return moves


def _tied(row: store.NodeRow) -> Tied:
    standing: Standing = "shared" if row.flags & SHARED else "ambiguous" if row.flags & AMBIGUOUS else ""
    return Tied(row.number, row.type, row.value, row.person, standing, row.accounts, row.degree)
