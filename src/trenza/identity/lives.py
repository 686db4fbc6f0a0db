"""A device that alone holds two lives together.

A family's tablet ties one member's account to another's e-mail, and where neither was seen with both an account and an
e-mail, no limit is passed that would tell. But each has more to them than the tablet. So a **life** is what hangs
together without the device: an account and something beside, or two heads without one (addresses, cards: what a person
gives of themself). A device, and nothing else, between two lives is no evidence that they are one. One e-mail on some
devices is no life: whoever left it before they had an account is meant to be found again.

In the graph's terms: a device that is an articulation point with two lives around it. One walk finds them (Tarjan,
"Depth-first search and linear graph algorithms", SIAM J. Comput. 1, 1972).
"""

from collections.abc import Sequence

import msgspec

from trenza.identity.graph import Node, Nodes, neighbours

_LIFE = 2
"""Identifiers that make a life, of which one is an account; or heads, without one."""


class _Visit(msgspec.Struct, gc=False, eq=False):
    """An identifier on the walk, and what was reached through it."""

    node: Node
    order: int
    left: list[Node]
    """Neighbours still to be looked at."""
    lowest: int
    """The least order that is reached from below it without it."""
    identifiers: int = 1
    heads: int = 0
    accounts: int = 0
    lives: int = 0
    """Parts below it that hang together with the rest through it only, and are lives."""
    parts: int = 0
    """Identifiers in such parts, lives or not."""
    heads_of_parts: int = 0
    accounts_of_parts: int = 0


def is_life(identifiers: int, heads: int, *, has_account: bool) -> bool:
    """Whether so many identifiers, so many of them heads, are a life."""
    return (identifiers if has_account else heads) >= _LIFE


def is_held_by_a_device(members: Sequence[Node], nodes: Nodes) -> bool:
    """Whether a component falls into two lives when one of its devices is taken out."""
    heads, accounts = sum(node.is_head for node in members), sum(node.is_account for node in members)
    if heads < 2 or not any(node.degree > 1 and not node.is_head for node in members):  # noqa: PLR2004 — two lives
        return False
    orders: dict[int, int] = {}
    path = [_visit(members[0], orders, nodes)]
    while path:
        here = path[-1]
        if not here.left:
            path.pop()
            if not here.node.is_head and _holds_lives(here, len(members), heads, accounts):
                return True
            if path:
                _return(here, path[-1])
        elif (order := orders.get((other := here.left.pop()).number)) is None:
            path.append(_visit(other, orders, nodes))
        else:
            here.lowest = min(here.lowest, order)
    return False


def _visit(node: Node, orders: dict[int, int], nodes: Nodes) -> _Visit:
    order = orders[node.number] = len(orders)
    return _Visit(
        node, order, [other for other, _ in neighbours(node, nodes)], order, 1, int(node.is_head), int(node.is_account)
    )


def _return(below: _Visit, above: _Visit) -> None:
    above.identifiers += below.identifiers
    above.heads += below.heads
    above.accounts += below.accounts
    above.lowest = min(above.lowest, below.lowest)
    if below.lowest >= above.order:
        above.lives += is_life(below.identifiers, below.heads, has_account=below.accounts > 0)
        above.parts += below.identifiers
        above.heads_of_parts += below.heads
        above.accounts_of_parts += below.accounts


def _holds_lives(device: _Visit, identifiers: int, heads: int, accounts: int) -> bool:
    """Around it are the parts below it, and all the rest."""
    is_with = accounts > device.accounts_of_parts
    rest = is_life(identifiers - 1 - device.parts, heads - device.heads_of_parts, has_account=is_with)
    return device.lives + rest > 1
