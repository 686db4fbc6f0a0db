"""Bridges: links whose cut alone would part a person into two that can each stand for themself. Pure.

Each side must have an account or an address, and something beside: the one link between an account and its only e-mail
is no suspicion, the one link between two such pairs is. One walk finds them (Tarjan, "A note on finding the bridges of
a graph", Information Processing Letters 2, 1974).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from trenza.identity.graph import Link
from trenza.identity.model import Leaf, Person

_SIDE = 2
"""Identifiers that make a side."""
_STANDING = frozenset({"account", "contact"})


class Member(msgspec.Struct, frozen=True, gc=False):
    """An identifier that is somebody's."""

    leaf: Leaf
    person: Person
    kind: str


class Found(msgspec.Struct, frozen=True, gc=False):
    """A bridge and how many identifiers stand on either side, the fewer first."""

    link: Link
    person: Person
    sides: tuple[int, int]


class _Visit(msgspec.Struct, gc=False, eq=False):
    leaf: Leaf
    by: Link | None
    order: int
    lowest: int
    left: list[tuple[Leaf, Link]]
    identifiers: int = 1
    standing: int = 0


def find_bridges(members: Mapping[Leaf, Member], links: Iterable[Link]) -> list[Found]:
    """The bridges of people, of whom every identifier and every link among them is given; the weakest first."""
    around: dict[Leaf, list[tuple[Leaf, Link]]] = defaultdict(list)
    for link in links:
        a, b = members.get(link.a), members.get(link.b)
        if link.live and a is not None and b is not None and a.person == b.person:
            around[link.a].append((link.b, link))
            around[link.b].append((link.a, link))
    totals: dict[Person, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for member in members.values():
        identifiers, standing = totals[member.person]
        totals[member.person] = identifiers + 1, standing + (member.kind in _STANDING)
    found = []
    orders: dict[Leaf, int] = {}
    for leaf in around:
        if leaf not in orders:
            found += _walk(leaf, members, around, orders, totals[members[leaf].person])
    return sorted(found, key=lambda each: (each.link.count, -each.sides[0], each.link.number))


def _walk(
    start: Leaf,
    members: Mapping[Leaf, Member],
    around: Mapping[Leaf, list[tuple[Leaf, Link]]],
    orders: dict[Leaf, int],
    total: tuple[int, int],
) -> list[Found]:
    found = []
    path = [_visit(start, None, members, around, orders)]
    while path:
        here = path[-1]
        if here.left:
            other, link = here.left.pop()
            if link is here.by:
                continue
            if (order := orders.get(other)) is None:
                path.append(_visit(other, link, members, around, orders))
            else:
                here.lowest = min(here.lowest, order)
            continue
        path.pop()
        if path and here.by is not None:
            above = path[-1]
            above.lowest = min(above.lowest, here.lowest)
            above.identifiers += here.identifiers
            above.standing += here.standing
            if here.lowest > above.order and _parts(here.identifiers, here.standing, total):
                sides = sorted((here.identifiers, total[0] - here.identifiers))
                found.append(Found(here.by, members[start].person, (sides[0], sides[1])))
    return found


def _visit(
    leaf: Leaf,
    by: Link | None,
    members: Mapping[Leaf, Member],
    around: Mapping[Leaf, list[tuple[Leaf, Link]]],
    orders: dict[Leaf, int],
) -> _Visit:
    order = orders[leaf] = len(orders)
    return _Visit(leaf, by, order, order, list(around[leaf]), 1, int(members[leaf].kind in _STANDING))


def _parts(identifiers: int, standing: int, total: tuple[int, int]) -> bool:
    return min(identifiers, total[0] - identifiers) >= _SIDE and min(standing, total[1] - standing) >= 1
