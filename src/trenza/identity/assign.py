"""Who is one person: a pure function of the evidence, whatever order it came in.

It looks at one connected component of identifiers (those that are shared, because they were seen with too many accounts
or identifiers, are no part of it). Where nothing speaks against it, the component is one person. What may speak
against it: two accounts, more e-mails (telephones, cards …) than a person may have, or a device that alone holds two
lives together (`lives`). Then it is decided in rounds:

1. **Accounts** are people. Accounts of one type that a message tied directly (an alias) are one. A weaker account (a
   social log-in) goes to the stronger one it was seen with, if one dominates, else it is ambiguous; one that was seen
   with no stronger one stands for a person itself.
2. Every identifier **seen with accounts** goes to the account with the most evidence, if it dominates three to one.
   Where none does, accounts that surely have others of its type give way; if that does not settle it, it is ambiguous,
   and joins nobody until the evidence dominates. One identifier too many for its account, to which strangers of the
   account tie it more strongly, is let go: it was mistyped, or passed on.
3. What is left **gathers** (`gathering`), the strongest evidence first.

Accepted matches tie people, not identifiers: who is one by what messages said is found first, as if there were none;
then those whom a match ties are one, whatever speaks against it. So a cut match leaves them exactly as they were.

A person bears the number of its most senior identifier: least event time, ties by number.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trenza.identity.gathering import Gathering
from trenza.identity.graph import AMBIGUOUS, DOMINANCE, Node, Nodes, matched, neighbours, pieces
from trenza.identity.lives import is_held_by_a_device
from trenza.identity.model import Leaf, Person

_Anchors = dict[Leaf, Leaf | None]
"""Identifier → the account (or other identifier) that stands for its person; None marks the ambiguous."""
_Votes = dict[Leaf, int]
"""Account → strength of the evidence for it."""


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
    if not any(node.matches for node in members):
        return _named(members, _anchored(members, nodes))
    anchors: _Anchors = {}
    for piece in pieces(members, nodes, by_matches=False):
        anchors.update(_anchored(piece, nodes))
    return _named(members, _joined_by_matches(members, anchors, nodes))


def _anchored(members: Sequence[Node], nodes: Nodes) -> _Anchors:
    """Who is one by what messages said."""
    if not is_crowded(members) and not is_held_by_a_device(members, nodes):
        return dict.fromkeys((node.number for node in members), members[0].number)
    anchors: _Anchors = {}
    _settle_accounts([node for node in members if node.is_account], nodes, anchors)
    free = _settle_seen_with_accounts([node for node in members if not node.is_account], nodes, anchors)
    if free:
        anchors.update(Gathering(members, free, anchors, nodes).anchors())
    return anchors


def _joined_by_matches(members: Iterable[Node], anchors: _Anchors, nodes: Nodes) -> _Anchors:
    """One anchor for all whom accepted matches tie; an ambiguous identifier stays nobody's."""
    into: dict[Leaf, Leaf] = {}

    def root(anchor: Leaf) -> Leaf:
        while (further := into.get(anchor)) is not None:
            anchor = further
        return anchor

    for node in members:
        for other in matched(node, nodes):
            one, two = anchors[node.number], anchors[other.number]
            if one is not None and two is not None and root(one) != root(two):
                into[root(one)] = root(two)
    return {leaf: None if anchor is None else root(anchor) for leaf, anchor in anchors.items()}


def is_crowded(members: Iterable[Node]) -> bool:
    """Whether there are more accounts, or identifiers of one type, than one person may have."""
    counts: dict[str, int] = defaultdict(int)
    for node in members:
        if node.is_account:
            counts[""] += 1
        elif (limit := node.type.per_person) and counts[node.type.counted_as] == limit:
            return True
        else:
            counts[node.type.counted_as] += 1
    return counts[""] > 1


# --- round 1 ----------------------------------------------------------------------------------------------------------


def _settle_accounts(accounts: list[Node], nodes: Nodes, anchors: _Anchors) -> None:
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


def _votes(bundle: Iterable[Node], nodes: Nodes, anchors: _Anchors, weakest: int | None = None) -> _Votes:
    votes: _Votes = {}
    for node in bundle:
        for other, link in neighbours(node, nodes):
            if not other.is_account or (weakest is not None and other.type.priority >= weakest):
                continue
            if (anchor := anchors[other.number]) is not None:
                votes[anchor] = votes.get(anchor, 0) + link.strength
    return votes


def _dominant(votes: _Votes) -> Leaf | None:
    ordered = sorted(votes.items(), key=lambda vote: -vote[1])[:2]
    if len(ordered) > 1 and ordered[0][1] < DOMINANCE * ordered[1][1]:
        return None
    return ordered[0][0] if ordered else None


# --- round 2 ----------------------------------------------------------------------------------------------------------


def _settle_seen_with_accounts(others: list[Node], nodes: Nodes, anchors: _Anchors) -> list[Node]:
    """Returns those that no account has been seen with, or that one had to let go."""
    votes = {node.number: _votes((node,), nodes, anchors) if node.accounts else {} for node in others}
    sure = {leaf: chosen for leaf, cast in votes.items() if (chosen := _dominant(cast)) is not None}
    held, released = _held([node for node in others if node.number in sure], votes, sure, nodes)
    for node in others:
        if (cast := votes[node.number]) and node.number not in sure:
            left = {
                each: vote for each, vote in cast.items() if held.get((each, node.type.counted_as), 0) < _limit(node)
            }
            anchors[node.number] = _dominant(left)
    anchors.update((leaf, chosen) for leaf, chosen in sure.items() if leaf not in released)
    return [node for node in others if node.number not in anchors]


def _held(
    nodes_of_accounts: list[Node], votes: dict[Leaf, _Votes], sure: dict[Leaf, Leaf], nodes: Nodes
) -> tuple[dict[tuple[Leaf, str], int], set[Leaf]]:
    """How many of a type each account surely has, and which are let go because they are too many and others' rather."""
    found: dict[tuple[Leaf, str], list[tuple[int, int, Leaf]]] = defaultdict(list)
    for node in nodes_of_accounts:
        if node.type.per_person:
            account = sure[node.number]
            own = votes[node.number][account]
            inside, outside = _support(node, account, sure, nodes)
            found[account, node.type.counted_as].append((-own - inside, outside - own, node.number))
    released = set()
    held = {}
    for (account, type_), each in found.items():
        limit = nodes[each[0][2]].type.per_person
        gone = {leaf for _, excess, leaf in sorted(each)[limit:] if excess > 0}
        released |= gone
        held[account, type_] = len(each) - len(gone)
    return held, released


def _support(node: Node, account: Leaf, sure: dict[Leaf, Leaf], nodes: Nodes) -> tuple[int, int]:
    """How strongly other identifiers, those of the account and those that are not, tie one."""
    inside = outside = 0
    for other, link in neighbours(node, nodes):
        if other.is_account:
            continue
        if sure.get(other.number) == account:
            inside += link.strength
        else:
            outside += link.strength
    return inside, outside


def _limit(node: Node) -> int:
    return node.type.per_person or 1 << 31


# --- names ------------------------------------------------------------------------------------------------------------


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
