"""Between any two identifiers: why they are one person, or what speaks for it and what keeps them apart."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from trenza.identity import store
from trenza.identity.linked import Tied, ends_of
from trenza.identity.model import Explanation, Leaf, identifier_number
from trenza.identity.service import explain, known_of
from trenza.identity.types import IdentifierTypes
from trenza.storage import Transaction

_DEFAULT_TYPES = IdentifierTypes()
Keeps = Literal["nothing", "cut", "shared", "crowded", "ambiguous", "accounts", "too_many", "unclear"]


class Obstacle(msgspec.Struct, frozen=True, kw_only=True):
    """Something that keeps two identifiers apart."""

    keeps: Keeps
    """`nothing` ties them; a link was `cut`; one on the way is `shared` (seen with too many accounts), `crowded` (with
    too many identifiers) or `ambiguous`; both have `accounts` of their own; together they would have `too_many` of a
    type; or the evidence is `unclear`: a device between two lives, or a rival about as near."""
    name: str = ""
    """The identifier, the link, or the type that it is about."""
    seen: int = 0
    limit: int = 0


class Between(msgspec.Struct, frozen=True, kw_only=True):
    """Two identifiers and what is between them."""

    a: Tied
    b: Tied
    explanation: Explanation
    ends: dict[str, Tied]
    """Every identifier on the path, the two among them, by `type:value`."""
    obstacles: tuple[Obstacle, ...]
    """Empty where they are one person."""


def between(tx: Transaction, a: Leaf, b: Leaf, types: IdentifierTypes = _DEFAULT_TYPES) -> Between:
    """Whether two identifiers are one person, and why or why not.

    Raises:
        NotFound: one of the two was never seen.
    """
    plains = store.select_plains(tx, [a, b])
    a, b = plains.get(a, a), plains.get(b, b)
    found = explain(tx, a, b, types)
    names = {name for link in found.links for name in (link.a, link.b)}
    ends = ends_of(tx, {a, b, *(identifier_number(*name.split(":", 1)) for name in names)})
    by_leaf = {end.leaf: end for end in ends.values()}
    one, other = by_leaf[a], by_leaf[b]
    obstacles = () if found.together else tuple(_obstacles(tx, one, other, found, ends, types))
    return Between(a=one, b=other, explanation=found, ends=ends, obstacles=obstacles)


def _obstacles(
    tx: Transaction, a: Tied, b: Tied, found: Explanation, ends: dict[str, Tied], types: IdentifierTypes
) -> Iterator[Obstacle]:
    if not found.links:
        yield Obstacle(keeps="nothing")
    told = [
        *(Obstacle(keeps="cut", name=link.link) for link in found.links if not link.live),
        *(obstacle for name, end in sorted(ends.items()) for obstacle in _of_end(name, end, types)),
    ]
    yield from told
    if found.links and not told:
        yield from _of_people(tx, a, b, types)


def _of_end(name: str, end: Tied, types: IdentifierTypes) -> Sequence[Obstacle]:
    type_ = types.get(end.type)
    if end.standing == "ambiguous":
        return [Obstacle(keeps="ambiguous", name=name, seen=end.accounts)]
    if end.standing != "shared":
        return []
    if end.accounts > type_.people:
        return [Obstacle(keeps="shared", name=name, seen=end.accounts, limit=type_.people)]
    return [Obstacle(keeps="crowded", name=name, seen=end.neighbours, limit=type_.neighbours)]


def _of_people(tx: Transaction, a: Tied, b: Tied, types: IdentifierTypes) -> Sequence[Obstacle]:
    """What two people have too much of to be one."""
    known = known_of(tx, [a.person, b.person], types)
    first, second = (Counter(each.type for each in known.get(end.person, ())) for end in (a, b))
    accounts = [
        sum(count for type_, count in held.items() if types.get(type_).kind == "account") for held in (first, second)
    ]
    found = [Obstacle(keeps="accounts", seen=sum(accounts), limit=1)] if all(accounts) else []
    for type_ in sorted(first.keys() & second.keys()):
        limit, seen = types.get(type_).per_person, first[type_] + second[type_]
        if types.get(type_).kind != "account" and 0 < limit < seen:
            found.append(Obstacle(keeps="too_many", name=type_, seen=seen, limit=limit))
    return found or [Obstacle(keeps="unclear")]
