"""Who is one person: a pure function of the evidence, whatever order it came in.

For one connected component of identifiers (those that are shared, because they were seen with too many accounts or
identifiers, are no part of it), in rounds:

1. **Accounts** are people. Accounts of one type that a message tied directly (an alias) are one. A weaker account (a
   social log-in) goes to the stronger one it was seen with, if one dominates, else it is ambiguous; one that was seen
   with no stronger one stands for a person itself.
2. Every identifier **seen with an account** goes to the account with the most evidence, if it dominates three to one;
   else it is ambiguous, and joins nobody until the evidence dominates.
3. **The others** take the person of their strongest neighbour that has one (ties by number), all at once, round by
   round.
4. **What is left** joins among itself.

A person bears the number of its most senior identifier: least event time, ties by number.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trenza.identity.graph import AMBIGUOUS, Node, neighbours
from trenza.identity.model import Leaf, Person

DOMINANCE = 3
"""How many times the evidence for the first must be that for the second."""


class Assigned(NamedTuple):
    """What `assign` found for one identifier."""

    person: Person
    flags: int


def assign(members: Sequence[Node]) -> dict[Leaf, Assigned]:
    """Say for each identifier of a component whose it is. Every member's links must be loaded."""
    anchors: dict[Node, Node | None] = {}
    _settle_accounts([node for node in members if node.is_account], anchors)
    waiting = _vote([node for node in members if not node.is_account], anchors)
    waiting = _spread(waiting, anchors)
    _join_the_rest(waiting, anchors)
    return _named(members, anchors)


def _settle_accounts(accounts: list[Node], anchors: dict[Node, Node | None]) -> None:
    """Round 1. `anchors` maps an identifier to the one that stands for its person; None marks the ambiguous."""
    if len(accounts) == 1:
        anchors[accounts[0]] = accounts[0]
        return
    levels: dict[int, list[Node]] = defaultdict(list)
    for account in accounts:
        levels[account.type.priority].append(account)
    for priority in sorted(levels):
        for bundle in _bundles(levels[priority]):
            votes = _votes(bundle, anchors, stronger_than=priority)
            chosen = _dominant(votes) if votes else min(bundle, key=_number)
            for account in bundle:
                anchors[account] = chosen


def _bundles(accounts: list[Node]) -> list[list[Node]]:
    """Accounts of one strength, those of one type tied directly in one bundle."""
    left = dict.fromkeys(accounts)
    found = []
    while left:
        bundle = [left.popitem()[0]]
        for account in bundle:
            for other, _ in neighbours(account):
                if other in left and other.type.name == account.type.name:
                    del left[other]
                    bundle.append(other)
        found.append(bundle)
    return found


def _votes(
    nodes: Iterable[Node], anchors: dict[Node, Node | None], stronger_than: int | None = None
) -> dict[Node, int]:
    votes: dict[Node, int] = {}
    for node in nodes:
        for other, link in neighbours(node):
            if other.type.kind != "account" or (stronger_than is not None and other.type.priority >= stronger_than):
                continue
            if (anchor := anchors[other]) is not None:
                votes[anchor] = votes.get(anchor, 0) + link.count
    return votes


def _dominant(votes: dict[Node, int]) -> Node | None:
    if len(votes) == 1:
        return next(iter(votes))
    first, second = sorted(votes.items(), key=lambda vote: -vote[1])[:2]
    return first[0] if first[1] >= DOMINANCE * second[1] else None


def _vote(nodes: list[Node], anchors: dict[Node, Node | None]) -> list[Node]:
    """Round 2. Returns those that no account has been seen with."""
    waiting = []
    found: dict[Node, Node | None] = {}
    for node in nodes:
        if votes := _votes((node,), anchors):
            found[node] = _dominant(votes)
        else:
            waiting.append(node)
    anchors.update(found)
    return waiting


def _spread(waiting: list[Node], anchors: dict[Node, Node | None]) -> list[Node]:
    """Round 3. Returns those that no person reaches."""
    while waiting:
        found = {}
        for node in waiting:
            reached = [(link.count, other) for other, link in neighbours(node) if anchors.get(other) is not None]
            if reached:
                strongest = min(reached, key=lambda each: (-each[0], each[1].number))[1]
                found[node] = anchors[strongest]
        if not found:
            break
        anchors.update(found)
        waiting = [node for node in waiting if node not in found]
    return waiting


def _join_the_rest(waiting: list[Node], anchors: dict[Node, Node | None]) -> None:
    """Round 4."""
    left = dict.fromkeys(waiting)
    while left:
        piece = [left.popitem()[0]]
        for node in piece:
            for other, _ in neighbours(node):
                if other in left:
                    del left[other]
                    piece.append(other)
        for node in piece:
            anchors[node] = piece[0]


def _named(members: Sequence[Node], anchors: dict[Node, Node | None]) -> dict[Leaf, Assigned]:
    seniors: dict[Node, Node] = {}
    for node in members:
        if (anchor := anchors[node]) is not None:
            senior = seniors.get(anchor)
            if senior is None or node.seniority < senior.seniority:
                seniors[anchor] = node
    named = {}
    for node in members:
        anchor = anchors[node]
        named[node.number] = Assigned(node.number, AMBIGUOUS) if anchor is None else Assigned(seniors[anchor].number, 0)
    return named


def _number(node: Node) -> Leaf:
    return node.number
