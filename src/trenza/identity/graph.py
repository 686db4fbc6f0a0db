"""The graph of evidence in memory: nodes (identifiers), links (evidence), groups (what hangs together).

A **group** is a connected component of the live links between identifiers that are not shared. Nothing outside a group
can bear on who its members are, so it is the unit that is loaded and worked out anew. A group with at most one account
is simply one person; only where two accounts meet does `assign` have to decide.

These are mutable on purpose: the working set of a micro-batch changes them in place, a million times a minute.
"""

from collections.abc import Iterable

from trenza.identity.model import IdentifierType, Leaf, Person, Rule
from trenza.kernel import Instant

MESSAGES_KEPT = 5
"""How many message ids a link names."""
_63_BITS = (1 << 63) - 1
_ODD = 0x9E3779B97F4A7C15

SHARED = 1
AMBIGUOUS = 2


class Node:
    """An identifier in the graph."""

    __slots__ = (
        "accounts",
        "degree",
        "erased_at",
        "first_seen",
        "flags",
        "fresh",
        "group",
        "last_seen",
        "links",
        "moved",
        "number",
        "person",
        "seen",
        "stored",
        "type",
        "value",
    )

    def __init__(self, number: Leaf, type_: IdentifierType, value: str) -> None:
        self.number = number
        self.type = type_
        self.value = value
        self.person: Person = number
        self.first_seen: Instant = 0
        self.last_seen: Instant = 0
        self.flags = 0
        self.degree = 0
        """Distinct identifiers that live links tie it to, shared ones too."""
        self.accounts = 0
        """How many of them are accounts."""
        self.erased_at: Instant = -1
        """What was seen at or before this instant was erased and does not count."""
        self.links: dict[Node, Link] | None = None
        """Live links by neighbour; None where they were not loaded, as nothing asked for them."""
        self.group = Group(self)
        self.fresh = False
        """Born of the event that is being resolved."""
        self.stored = False
        self.seen = False
        """Its dates or counts changed since they were stored."""
        self.moved = False
        """Its person, group or flags changed since they were stored."""

    @property
    def is_account(self) -> bool:
        """Whether it may stand for a person."""
        return self.type.kind == "account"

    @property
    def is_over_limit(self) -> bool:
        """Whether it was seen with more accounts, or more identifiers, than its type allows: it is then shared."""
        return self.accounts > self.type.people or self.degree > self.type.neighbours

    @property
    def seniority(self) -> tuple[Instant, Leaf]:
        """A person bears the number of its most senior identifier."""
        return self.first_seen, self.number


class Link:
    """A piece of evidence: two identifiers that messages held to be of one person."""

    __slots__ = ("a", "b", "count", "first", "last", "live", "messages", "number", "renamed", "rule", "seen", "stored")

    def __init__(self, number: int, a: Leaf, b: Leaf) -> None:
        self.number = number
        self.a = a
        self.b = b
        self.rule: Rule = "together"
        self.count = 0
        self.first: Instant = 0
        self.last: Instant = 0
        self.live = True
        self.messages: list[tuple[Instant, str, str]] | bytes = []
        """The first few: event time, message id, source. As JSON until somebody looks inside."""
        self.stored = False
        self.seen = False
        """Its count or dates changed since they were stored."""
        self.renamed = False
        """Its rule, messages or life changed since they were stored."""


class Group:
    """Identifiers that hang together."""

    __slots__ = ("id", "members", "weight")

    def __init__(self, first: Node) -> None:
        self.id = first.number
        """Number of one of its members."""
        self.members = [first]
        self.weight = 1 if first.type.kind == "account" else 0
        """How many accounts it holds. With two or more `assign` decides."""


def link_number(a: Leaf, b: Leaf) -> int:
    """The number of the link between two identifiers, whichever is named first: 63 bits."""
    low, high = (a, b) if a < b else (b, a)
    mixed = (low * _ODD + high) & 0xFFFFFFFFFFFFFFFF
    return ((mixed ^ (mixed >> 29)) * _ODD) & _63_BITS


def neighbours(node: Node) -> "Iterable[tuple[Node, Link]]":
    """Live links to identifiers that are not shared."""
    if node.links is None:
        raise RuntimeError("an identifier is to be worked out anew whose links were not loaded: a fault of the loading")
    return [(other, link) for other, link in node.links.items() if not other.flags & SHARED]


def pieces(nodes: Iterable[Node]) -> list[list[Node]]:
    """The connected components of nodes that are not shared, over live links. Every node's links must be loaded."""
    left = {node for node in nodes if not node.flags & SHARED}
    found = []
    while left:
        piece = [left.pop()]
        for node in piece:
            for other, _ in neighbours(node):
                if other in left:
                    left.discard(other)
                    piece.append(other)
        found.append(piece)
    return found
