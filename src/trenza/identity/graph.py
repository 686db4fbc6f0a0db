"""The graph of evidence in memory: nodes (identifiers), links (evidence), groups (what hangs together).

A **group** is a connected component of the live links between identifiers that are not shared. Nothing outside a group
can bear on who its members are, so it is the unit that is loaded and worked out anew. A group with
nothing that could speak against it is one person without a look (`types.Weights`); else `assign` decides.

These are mutable on purpose: the working set of a micro-batch changes them in place, a million times a minute. They
name each other by number and never hold each other, so that nothing is left for the garbage collector.
"""

from bisect import bisect
from collections.abc import Iterable, Mapping
from itertools import count

import msgspec

from trenza.identity.model import IdentifierType, Leaf, Person, Rule
from trenza.kernel import Instant

MESSAGES_KEPT = 5
"""How many message ids a link names."""
_63_BITS = (1 << 63) - 1
_64_BITS = (1 << 64) - 1
_ODD = 0x9E3779B97F4A7C15
_OF_MATCHES = 0x3A5C96E1D2B4870F

next_version = count().__next__
"""Gives a group's next version: none is ever given twice."""

SHARED = 1
AMBIGUOUS = 2
DOMINANCE = 3
"""How many times the evidence for the first must be that for the second."""
_STRENGTHS = sorted({digit * DOMINANCE**power for digit in range(1, 10) for power in range(40)})
STEPS = frozenset(_STRENGTHS)
"""The counts at which evidence grows stronger."""
_USUAL = tuple(_STRENGTHS[bisect(_STRENGTHS, count) - 1] if count else 0 for count in range(1_025))


class Link(msgspec.Struct, gc=False, eq=False):
    """A piece of evidence: two identifiers that messages held to be of one person."""

    number: int
    a: Leaf
    b: Leaf
    rule: Rule = "together"
    count: int = 0
    first: Instant = 0
    last: Instant = 0
    messages: list[tuple[Instant, str, str]] | bytes = b"[]"
    """The first few: event time, message id, source. As JSON until somebody looks inside."""
    live: bool = True
    stored: bool = False
    seen: bool = False
    """Its count or dates changed since they were stored."""
    renamed: bool = False
    """Its rule, messages or life changed since they were stored."""
    gone: bool = False
    """Another one, of the plain identifier, has taken its place."""

    @property
    def strength(self) -> int:
        """Its count, rounded down; see `strength_of`."""
        return strength_of(self.count)


class Node(msgspec.Struct, gc=False, eq=False):
    """An identifier in the graph."""

    number: Leaf
    type: IdentifierType
    value: str
    person: Person
    group: int
    """Id of its group."""
    flags: int = 0
    degree: int = 0
    """Distinct identifiers that live links tie it to, shared ones too."""
    accounts: int = 0
    """How many of them are accounts."""
    first_seen: Instant = 0
    last_seen: Instant = 0
    erased_at: Instant = -1
    """What was seen at or before this instant was erased and does not count."""
    stored: bool = False
    links: dict[Leaf, Link] | None = None
    """Live links by neighbour; None where they were not loaded, as nothing asked for them."""
    matches: dict[Leaf, Link] | None = None
    """Live links of accepted matches by neighbour, loaded with the others; None where there are none."""
    fresh: bool = False
    """Born of the event that is being resolved."""
    seen: bool = False
    """Its dates or counts changed since they were stored."""
    plain: Leaf = 0
    """Of a hash whose plain identifier was seen: the leaf of that one; it follows it, with no evidence of its own."""
    moved: bool = False
    """Its person, group or flags changed since they were stored."""

    @property
    def is_account(self) -> bool:
        """Whether it may stand for a person."""
        return self.type.kind == "account"

    @property
    def is_head(self) -> bool:
        """Whether it is something that a person gives of themself, rather than a thing in their hands."""
        return self.type.is_head

    @property
    def is_over_limit(self) -> bool:
        """Whether it was seen with more accounts, or more identifiers, than its type allows: it is then shared."""
        return self.accounts > self.type.people or self.degree > self.type.neighbours

    @property
    def seniority(self) -> tuple[Instant, Leaf]:
        """A person bears the number of its most senior identifier."""
        return self.first_seen, self.number


class Group(msgspec.Struct, gc=False, eq=False):
    """Identifiers that hang together."""

    id: int
    """Number of one of its members."""
    members: list[Node]
    weight: int
    """What it holds that could speak against its being one person; see `types.Weights`."""
    batch: int = 0
    """The batch that touched it last."""
    is_one: bool = True
    """Whether all its members are one person."""
    version: int = msgspec.field(default_factory=next_version)
    """Another one whenever its members, whose they are, their flags or first sights have changed."""


Nodes = Mapping[Leaf, Node]


def link_number(a: Leaf, b: Leaf) -> int:
    """The number of the link between two identifiers, whichever is named first: 63 bits."""
    low, high = (a, b) if a < b else (b, a)
    mixed = (low * _ODD + high) & _64_BITS
    return ((mixed ^ (mixed >> 29)) * _ODD) & _63_BITS


def match_number(a: Leaf, b: Leaf) -> int:
    """The number of the link that an accepted match makes: a message may tie the same two as well."""
    return link_number(a, b) ^ _OF_MATCHES


def strength_of(count: int) -> int:
    """So many messages as evidence: rounded down, by a quarter at most, to 1 to 9 times a power of three.

    Whoever was seen a thousand times is thus not thought over at each time more. Three times as many messages are
    always three times as strong or more, so that what dominates by count dominates by strength.
    """
    return _USUAL[count] if count < len(_USUAL) else _STRENGTHS[bisect(_STRENGTHS, count) - 1]


def neighbours(node: Node, nodes: Nodes) -> list[tuple[Node, Link]]:
    """Live links to identifiers that are not shared. One that is not at hand is of another group, and so is shared."""
    if node.links is None:
        raise RuntimeError("an identifier is to be worked out anew whose links were not loaded: a fault of the loading")
    return [
        (other, link)
        for number, link in node.links.items()
        if (other := nodes.get(number)) is not None and not other.flags & SHARED
    ]


def matched(node: Node, nodes: Nodes) -> list[Node]:
    """The identifiers that accepted matches tie one to, without shared ones."""
    found = (nodes.get(number) for number in node.matches or ())
    return [other for other in found if other is not None and not other.flags & SHARED]


def pieces(members: Iterable[Node], nodes: Nodes, *, by_matches: bool = True) -> list[list[Node]]:
    """The connected components of nodes that are not shared, over live links. Every node's links must be loaded.

    Args:
        members: the nodes.
        nodes: by number, all that links lead to.
        by_matches: whether accepted matches hold them together too.
    """
    left = {node.number: node for node in members if not node.flags & SHARED}
    found = []
    while left:
        piece = [left.popitem()[1]]
        for node in piece:
            beside = [other for other, _ in neighbours(node, nodes)]
            if by_matches and node.matches:
                beside += matched(node, nodes)
            piece += [other for other in beside if left.pop(other.number, None) is not None]
        found.append(piece)
    return found
