"""Who is tied to somebody by an identifier of a few: a family's tablet, a telephone at home, a card of the house.

A household is a relation between people, never a person: each keeps what is theirs. Two people are tied by an
identifier that live evidence holds to identifiers of both, whoever it belongs to, where it does so of few people. It is
a function of the graph, so it does not depend on order; it is read when it is asked for, around one person and by
index, and costs the stream nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import msgspec

from trenza.identity import store
from trenza.identity.graph import Link
from trenza.identity.model import Leaf, Person
from trenza.identity.types import IdentifierTypes
from trenza.kernel import Instant
from trenza.storage import Transaction

FEW = 8
"""People whom one identifier, or one address, may tie into a household. Nearly all households have six people or fewer;
what more have is a shop's tablet, a block of flats, an office."""
_MOST_NEIGHBOURS = 100
"""Identifiers that it may have been seen with: the browsers and addresses of so few people; beyond is no home."""
_NO_BONDS = frozenset({"receipt"})
"""A receipt goes from hand to hand."""
_DEFAULT_TYPES = IdentifierTypes()


class Bond(msgspec.Struct, frozen=True, gc=False):
    """An identifier that ties two people."""

    person: Person
    """The other one."""
    identifier: str
    """`type:value`."""
    messages: int
    """How many tie it to either of the two."""
    first: Instant
    last: Instant


def bonds_of(tx: Transaction, person: Person, types: IdentifierTypes = _DEFAULT_TYPES) -> list[Bond]:
    """What ties a person to others: by person, then the most messages first. Only people who gave something of
    themselves (an account, an address, a card) count; a browser of which nobody knows whose it is is no relative.
    """
    mine = [row for row in store.select_groups(tx, [person]) if row[3] == person]
    leaves = {row[0] for row in mine}
    own = _live(store.select_links_of(tx, leaves, _MOST_NEIGHBOURS * len(leaves) + 1)) if leaves else []
    near = leaves | {end for link in own for end in (link.a, link.b)}
    rows = {row.number: row for row in store.select_nodes(tx, near)}
    between = {number for number, row in rows.items() if _may_bind(row, types)}
    links = _live(store.select_links_of(tx, between)) if between else []
    ends = {end for link in links for end in (link.a, link.b)} - rows.keys()
    rows |= {row.number: row for row in store.select_nodes(tx, ends)}
    return _bonds(person, between, links, rows, _who_said_something(tx, rows.values(), types))


def _bonds(
    person: Person,
    between: Collection[Leaf],
    links: Iterable[Link],
    rows: Mapping[Leaf, store.NodeRow],
    known: Collection[Person],
) -> list[Bond]:
    ties: dict[Leaf, dict[Person, list[Link]]] = defaultdict(lambda: defaultdict(list))
    for link in links:
        for here, there in ((link.a, link.b), (link.b, link.a)):
            if here in between and (whose := _whose(rows[there], known)) is not None:
                ties[here][whose].append(link)
    found = []
    for leaf, held in ties.items():
        if (owner := _whose(rows[leaf], known)) is not None:
            held[owner]  # whose it is has it, whatever it was seen with
        if person in held and len(held) <= FEW:
            found += [
                _bond(other, rows[leaf], [*held[person], *said]) for other, said in held.items() if other != person
            ]
    return sorted(found, key=lambda bond: (bond.person, -bond.messages, bond.identifier))


def _bond(other: Person, row: store.NodeRow, links: list[Link]) -> Bond:
    links = list({link.number: link for link in links}.values())
    return Bond(
        other,
        f"{row.type}:{row.value}",
        sum(link.count for link in links),
        min(link.first for link in links),
        max(link.last for link in links),
    )


def _live(links: Iterable[Link]) -> list[Link]:
    """What messages said, and nobody cut."""
    return [link for link in links if link.live and link.rule != "match"]


def _may_bind(row: store.NodeRow, types: IdentifierTypes) -> bool:
    is_account = types.get(row.type).kind == "account"
    return not is_account and row.type not in _NO_BONDS and row.degree <= _MOST_NEIGHBOURS


def _whose(row: store.NodeRow, known: Collection[Person]) -> Person | None:
    """Whose an identifier is; nobody's where it is shared or ambiguous, or nothing is known of whose."""
    return None if row.flags or row.person not in known else int(row.person)


def _who_said_something(tx: Transaction, rows: Iterable[store.NodeRow], types: IdentifierTypes) -> set[Person]:
    people = {row.person for row in rows if not row.flags}
    groups = store.select_groups(tx, people) if people else ()
    return {row[3] for row in groups if row[3] in people and types.get(row[1]).is_head}
