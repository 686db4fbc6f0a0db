"""What other identifier types would do, before it is done: worked out by the rules themselves, in memory, then dropped.

A large graph is counted on a part of it: identifiers in order of their numbers, which are hashes, so that the first so
many are a fair sample.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Final

import msgspec

from trenza.identity import store
from trenza.identity.anew import load_page, work_out_anew
from trenza.identity.graph import AMBIGUOUS, SHARED
from trenza.identity.model import Leaf, Person, person_text
from trenza.identity.types import IdentifierTypes
from trenza.identity.working import Working
from trenza.storage import Transaction

_PAGE: Final = 1_000
_EXAMPLES: Final = 5


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What would change."""

    asked: int
    """Identifiers that were looked at, with all that they hang together with."""
    among: int
    """How many there are."""
    shared: tuple[Leaf, ...] = ()
    """Identifiers that would become shared."""
    unshared: tuple[Leaf, ...] = ()
    """Shared ones that would join again."""
    ambiguous: tuple[Leaf, ...] = ()
    """Identifiers that would become ambiguous."""
    settled: tuple[Leaf, ...] = ()
    """Ambiguous ones that would be somebody's."""
    parted: tuple[Person, ...] = ()
    """People who would be two or more."""
    joined: tuple[Person, ...] = ()
    """People who would be one with others."""

    @property
    def is_nothing(self) -> bool:
        """Whether nobody would be anybody else."""
        changed = (self.shared, self.unshared, self.ambiguous, self.settled, self.parted, self.joined)
        return not any(changed)

    @property
    def is_all(self) -> bool:
        """Whether it was counted on the whole graph."""
        return self.asked >= self.among


def foresee_types(tx: Transaction, types: IdentifierTypes, most: int) -> Foreseen:
    """What would change if these were the types; nothing is changed.

    Args:
        tx: to read with.
        types: the types to be.
        most: identifiers to look at.
    """
    asked, last = 0, -1
    flags: dict[int, set[Leaf]] = {name: set() for name in (SHARED, -SHARED, AMBIGUOUS, -AMBIGUOUS)}
    parted: set[Person] = set()
    joined: set[Person] = set()
    while asked < most and (page := store.identifiers_page(tx, last, min(_PAGE, most - asked))):
        asked, last = asked + len(page), page[-1][0]
        _foresee_page(tx, types, [leaf for leaf, _, _ in page], flags, parted, joined)
    return Foreseen(
        asked=asked,
        among=max(asked, sum(store.count_identifiers(tx).values())),
        shared=tuple(sorted(flags[SHARED])),
        unshared=tuple(sorted(flags[-SHARED])),
        ambiguous=tuple(sorted(flags[AMBIGUOUS])),
        settled=tuple(sorted(flags[-AMBIGUOUS] - flags[SHARED])),
        parted=tuple(sorted(parted)),
        joined=tuple(sorted(joined)),
    )


def _foresee_page(
    tx: Transaction,
    types: IdentifierTypes,
    leaves: Collection[Leaf],
    flags: dict[int, set[Leaf]],
    parted: set[Person],
    joined: set[Person],
) -> None:
    working = Working(types)
    load_page(tx, working, leaves)
    before = {number: (node.person, node.flags) for number, node in working.nodes.items()}
    work_out_anew(working, leaves)
    after = {number: (node.person, node.flags) for number, node in working.nodes.items()}
    for leaf, (_, flag) in before.items():
        for one in (SHARED, AMBIGUOUS):
            if after[leaf][1] & one and not flag & one:
                flags[one].add(leaf)
            elif flag & one and not after[leaf][1] & one:
                flags[-one].add(leaf)
    whole = [leaf for leaf in before if not before[leaf][1] and not after[leaf][1]]
    parted.update(_torn({leaf: (before[leaf][0], after[leaf][0]) for leaf in whole}))
    apart = _torn({leaf: (after[leaf][0], before[leaf][0]) for leaf in whole})
    joined.update(before[leaf][0] for leaf in whole if after[leaf][0] in apart)


def _torn(pairs: dict[Leaf, tuple[Person, Person]]) -> set[Person]:
    """Those of the first whose leaves belong to more than one of the second."""
    found: dict[Person, set[Person]] = defaultdict(set)
    for one, other in pairs.values():
        found[one].add(other)
    return {one for one, others in found.items() if len(others) > 1}


def tell(foreseen: Foreseen) -> Iterator[str]:
    """What would change, in words."""
    if not foreseen.is_all:
        yield f"counted on {foreseen.asked:,} of {foreseen.among:,} identifiers"
    if foreseen.is_nothing:
        yield "nobody would be anybody else"
        return
    if foreseen.shared or foreseen.unshared:
        yield f"{len(foreseen.shared):,} identifiers would become shared, {len(foreseen.unshared):,} would join again"
    if foreseen.ambiguous or foreseen.settled:
        yield f"{len(foreseen.ambiguous):,} would become ambiguous, {len(foreseen.settled):,} would be so no longer"
    if foreseen.parted or foreseen.joined:
        yield f"{len(foreseen.parted):,} people would be parted, {len(foreseen.joined):,} would be one with others"
    if examples := dict.fromkeys((*foreseen.parted, *foreseen.joined)):
        yield "for example " + ", ".join(person_text(each) for each in [*examples][:_EXAMPLES])
