"""Leaves that may answer a query, from the index alone: few enough that their facts can be looked at.

Of a reading the rarest word proposes. Where every word is common (`maria garcia`) it is leaves on which the words stand
together, filled up with the first leaves of one word; that is not the whole, and it is said.
"""

from collections.abc import Mapping

import msgspec

from trenza.identity import Leaf
from trenza.search.index import field_of
from trenza.search.query import Query, Reading, Word
from trenza.search.store import IDENTIFIER, OTHER, Sought, find_leaves
from trenza.storage import Transaction

MOST = 150
"""Leaves of one rank that one word may propose."""
_DRIVEN = 1_500
"""Of a common word, the rows of each rank of which it is asked whether the other words stand there too."""


class Candidates(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to look at."""

    leaves: frozenset[Leaf]
    is_complete: bool
    """Nobody else can answer."""


class _Proposed(msgspec.Struct):
    """What one word proposes: leaves, and the rank of the term that proposed each."""

    leaves: dict[Leaf, int] = {}
    counts: dict[int, int] = {}
    """Terms by rank."""

    def add(self, rank: int, leaf: Leaf) -> None:
        self.leaves[leaf] = min(rank, self.leaves.get(leaf, rank))
        self.counts[rank] = self.counts.get(rank, 0) + 1

    def is_complete(self, most: int) -> bool:
        return all(count <= most for count in self.counts.values())

    def first(self, most: int) -> list[Leaf]:
        """Some of them, names first, always the same."""
        return sorted(self.leaves, key=lambda leaf: (self.leaves[leaf], leaf))[:most]


def find_candidates(tx: Transaction, query: Query, most: int = MOST) -> Candidates:
    """Look the words up, all in one query."""
    singles = list(dict.fromkeys(_sought(word) for reading in query.readings for word in reading if word.leaf is None))
    pairs = list(dict.fromkeys(pair for reading in query.readings if (pair := _pair(reading))))
    found = [_Proposed({}, {}) for _ in (*singles, *pairs)]
    for number, rank, leaf in find_leaves(tx, singles, pairs, most, _DRIVEN):
        found[number].add(rank, leaf)
    by_term = dict(zip(singles, found, strict=False))
    together = dict(zip(pairs, found[len(singles) :], strict=True))
    leaves: set[Leaf] = set(query.exact)
    is_complete = True
    for reading in query.readings:
        proposed = {word: _of(word, by_term) for word in reading}
        complete = [each for each in proposed.values() if each.is_complete(most)]
        if complete:
            leaves.update(min(complete, key=lambda each: len(each.leaves)).leaves)
            continue
        is_complete = False
        first = together[pair].first(most) if (pair := _pair(reading)) else []
        leaves.update(first, proposed[_driver(reading)].first(most - len(first)))
    return Candidates(leaves=frozenset(leaves), is_complete=is_complete)


def _of(word: Word, by_term: Mapping[Sought, _Proposed]) -> _Proposed:
    return by_term[_sought(word)] if word.leaf is None else _Proposed({word.leaf: OTHER}, {})


def _sought(word: Word) -> Sought:
    if word.trait:
        field, rank = field_of(word.trait)
        return Sought(word.text, word.is_whole, field, (rank,))
    if word.in_phones:
        return Sought(word.text, word.is_whole, IDENTIFIER, (OTHER,))
    return Sought(word.text, word.is_whole)


def _pair(reading: Reading) -> tuple[Sought, ...]:
    """The terms of a reading that may all stand on one leaf, the one that drives first; nothing where it is one."""
    if any(word.leaf is not None for word in reading):
        return ()
    terms = dict.fromkeys(map(_sought, (_driver(reading), *reading)))
    return tuple(terms) if len(terms) > 1 else ()


def _driver(reading: Reading) -> Word:
    """The word that is likely to be the rarest: the longest, whole ones first."""
    return max(reading, key=lambda word: (word.is_whole, len(word.text)))
