"""Cutting, restoring and erasing with identity alone; the house does it in the hallway, where others follow."""

from trenza.identity import Erasure, IdentifierTypes, Leaf, Move, Person, Resolver
from trenza.kernel import Instant
from trenza.storage import Transaction


def cut(tx: Transaction, link: str, now: Instant, types: IdentifierTypes | None = None) -> tuple[Move, ...]:
    """Take a piece of evidence out."""
    resolver = _around(tx, link, types)
    moves = resolver.cut(link, now)
    resolver.store(tx)
    return moves


def restore(tx: Transaction, link: str, now: Instant, types: IdentifierTypes | None = None) -> tuple[Move, ...]:
    """Let it count again."""
    resolver = _around(tx, link, types)
    moves = resolver.restore(link, now)
    resolver.store(tx)
    return moves


def erase_person(
    tx: Transaction, person: Person, secret: bytes, now: Instant, types: IdentifierTypes | None = None
) -> Erasure:
    """Take a person out of the graph."""
    resolver = Resolver(secret, types or IdentifierTypes())
    resolver.load_person(tx, person)
    erasure = resolver.erase(person, now)
    resolver.store(tx)
    return erasure


def _around(tx: Transaction, link: str, types: IdentifierTypes | None) -> Resolver:
    resolver = Resolver(b"", types or IdentifierTypes())
    resolver.load_link(tx, link)
    return resolver


def tie(
    tx: Transaction, a: Leaf, b: Leaf, now: Instant, types: IdentifierTypes | None = None
) -> tuple[str, tuple[Move, ...]]:
    """Let the people of two identifiers be one, as if a match had been accepted."""
    resolver = Resolver(b"", types or IdentifierTypes())
    resolver.load_pair(tx, a, b)
    tied = resolver.tie(a, b, "mat_test", now)
    resolver.store(tx)
    return tied
