"""The working set of micro-batches: which words came and went, worked out from what was said and written by set.

What hangs on a leaf is a function of its identifier and of the last version of each of its traits, so late, repeated
and shuffled events give the same words.
"""

from collections.abc import Iterable, Mapping

from trenza.identity import Leaf
from trenza.kernel import JsonValue, short_hash
from trenza.search.store import IDENTIFIER, NAME, OTHER, Entry, add_entries, delete_entries
from trenza.search.terms import identifier_terms, is_name, trait_terms
from trenza.storage import Transaction

_31_BITS = (1 << 31) - 1
_FIELDS = 4_096
_fields: dict[str, tuple[int, int]] = {}


def field_of(trait: str) -> tuple[int, int]:
    """Number and rank of a trait's name."""
    found = _fields.get(trait)
    if found is None:
        if len(_fields) >= _FIELDS:
            _fields.clear()
        number = short_hash(trait) & _31_BITS or 1
        found = _fields[trait] = (number, NAME if is_name(trait) else OTHER)
    return found


def entries_of(leaf: Leaf, identifier: tuple[str, str], traits: Mapping[str, JsonValue]) -> set[Entry]:
    """Everything that ought to hang on a leaf."""
    found = {Entry(leaf, IDENTIFIER, term, OTHER) for term in identifier_terms(*identifier)}
    for name, value in traits.items():
        found |= _trait_entries(leaf, name, value)
    return found


class Index:
    """The words of one micro-batch after another."""

    def __init__(self) -> None:
        self._new: list[Entry] = []
        self._changed: dict[tuple[Leaf, str], tuple[JsonValue, JsonValue]] = {}

    def meet(self, newcomers: Iterable[tuple[Leaf, str, str]]) -> None:
        """Identifiers seen for the first time: leaf, type, value."""
        self._new += [
            Entry(leaf, IDENTIFIER, term, OTHER)
            for leaf, type_, value in newcomers
            for term in identifier_terms(type_, value)
        ]

    def renew(self, leaf: Leaf, trait: str, before: JsonValue, now: JsonValue) -> None:
        """The last value of a leaf's trait is another one; None is no value."""
        if now.__class__ is str and before == now:
            return
        first, _ = self._changed.get((leaf, trait), (before, None))
        self._changed[leaf, trait] = (first, now)

    def store(self, tx: Transaction) -> None:
        """Write what came and went."""
        gone: set[Entry] = set()
        for (leaf, trait), (before, now) in self._changed.items():
            old = _trait_entries(leaf, trait, before)
            new = _trait_entries(leaf, trait, now)
            gone |= old - new
            self._new += new - old
        delete_entries(tx, gone)
        add_entries(tx, self._new)
        self._new, self._changed = [], {}


def _trait_entries(leaf: Leaf, name: str, value: JsonValue) -> set[Entry]:
    if value is None:
        return set()
    field, rank = field_of(name)
    return {Entry(leaf, field, term, rank) for term in trait_terms(name, value)}
