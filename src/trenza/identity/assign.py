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

from trenza.identity.graph import AMBIGUOUS, Node, Nodes, neighbours
from trenza.identity.model import Leaf, Person

DOMINANCE = 3
"""How many times the evidence for the first must be that for the second."""
_Anchors = dict[Leaf, Leaf | None]
"""Identifier → the account (or other identifier) that stands for its person; None marks the ambiguous."""


class Assigned(NamedTuple):
    """What `assign` found for one identifier."""

    person: Person
    flags: int


def assign(members: Sequence[Node], nodes: Nodes) -> dict[Leaf, Assigned]:
    """Say for each identifier of a component whose it is.

    Args:
        members: the component; every member's links must be loaded.
        nodes: by number, all that links lead to.
    """
    anchors: _Anchors = {}
    _settle_accounts([node for node in members if node.is_account], nodes, anchors)
    waiting = _vote([node for node in members if not node.is_account], nodes, anchors)
    waiting = _spread(waiting, nodes, anchors)
    _join_the_rest(waiting, nodes, anchors)
    return _named(members, anchors)


def _settle_accounts(accounts: list[Node], nodes: Nodes, anchors: _Anchors) -> None:
    """Round 1."""
    levels: dict[int, list[Node]] = defaultdict(list)
    for account in accounts:
        levels[account.type.priority].append(account)
    for priority in sorted(levels):
        for bundle in _bundles(levels[priority], nodes):
            votes = _votes(bundle, nodes, anchors, weakest=priority)
            chosen = _dominant(votes) if votes else min(account.number for account in bundle)
            anchors.update((account.number, chosen) for account in bundle)


def _bundles(accounts: list[Node], nodes: Nodes) -> list[list[Node]]:
    """Accounts of one strength, those of one type that are tied directly in one bundle."""
    left = {account.number: account for account in accounts}
    found = []
    while left:
        bundle = [left.popitem()[1]]
        for account in bundle:
            for other, _ in neighbours(account, nodes):
                if other.number in left and other.type.name == account.type.name:
                    bundle.append(left.pop(other.number))
        found.append(bundle)
    return found


def _votes(bundle: Iterable[Node], nodes: Nodes, anchors: _Anchors, weakest: int | None = None) -> dict[Leaf, int]:
    votes: dict[Leaf, int] = {}
    for node in bundle:
        for other, link in neighbours(node, nodes):
            if not other.is_account or (weakest is not None and other.type.priority >= weakest):
                continue
            if (anchor := anchors[other.number]) is not None:
                votes[anchor] = votes.get(anchor, 0) + link.count
    return votes


def _dominant(votes: dict[Leaf, int]) -> Leaf | None:
    if len(votes) == 1:
        return next(iter(votes))
    first, second = sorted(votes.items(), key=lambda vote: -vote[1])[:2]
    return first[0] if first[1] >= DOMINANCE * second[1] else None


def _vote(others: list[Node], nodes: Nodes, anchors: _Anchors) -> list[Node]:
    """Round 2. Returns those that no account has been seen with."""
    waiting = []
    found: _Anchors = {}
    for node in others:
        if node.accounts and (votes := _votes((node,), nodes, anchors)):
            found[node.number] = _dominant(votes)
        else:
            waiting.append(node)
    anchors.update(found)
    return waiting


def _spread(waiting: list[Node], nodes: Nodes, anchors: _Anchors) -> list[Node]:
    """Round 3. Returns those that no person reaches. Each round looks only around what the last one found."""
    left = {node.number: node for node in waiting}
    while waiting:
        found: _Anchors = {}
        for node in waiting:
            reached = [
                (-link.count, other.number)
                for other, link in neighbours(node, nodes)
                if anchors.get(other.number) is not None
            ]
            if reached:
                found[node.number] = anchors[min(reached)[1]]
        anchors.update(found)
        last = [left.pop(number) for number in found]
        around = {other.number: other for node in last for other, _ in neighbours(node, nodes) if other.number in left}
        waiting = list(around.values())
    return list(left.values())


def _join_the_rest(waiting: list[Node], nodes: Nodes, anchors: _Anchors) -> None:
    """Round 4."""
    left = {node.number: node for node in waiting}
    while left:
        piece = [left.popitem()[1]]
        for node in piece:
            anchors[node.number] = piece[0].number
            for other, _ in neighbours(node, nodes):
                if left.pop(other.number, None) is not None:
                    piece.append(other)


def _named(members: Sequence[Node], anchors: _Anchors) -> dict[Leaf, Assigned]:
    seniors: dict[Leaf, Node] = {}
    for node in members:
        if (anchor := anchors[node.number]) is not None:
            senior = seniors.get(anchor)
            if senior is None or node.seniority < senior.seniority:
                seniors[anchor] = node
    named = {}
    for node in members:
        anchor = anchors[node.number]
        named[node.number] = Assigned(node.number, AMBIGUOUS) if anchor is None else Assigned(seniors[anchor].number, 0)
    return named
