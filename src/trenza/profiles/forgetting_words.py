"""How the search forgets a person: no word is left on their leaves.

A leaf may have begun anew since; then what its present facts say may stand, and nothing else.
"""

from collections.abc import Collection, Mapping

from trenza.identity import Leaf, known_around
from trenza.kernel import JsonValue, decode_json
from trenza.profiles import store
from trenza.profiles.erasure import Eraser, Subject
from trenza.profiles.trace import Trace
from trenza.search import Entry, delete_leaves, entries_of, entries_on, list_leaves
from trenza.storage import Transaction


def search_eraser() -> Eraser:
    """The words that hang on leaves."""

    def erase(tx: Transaction, subject: Subject) -> Mapping[str, int]:
        return {"words": delete_leaves(tx, subject.leaves)}

    def remains(tx: Transaction, trace: Trace) -> int:
        leaves = {leaf for leaf in list_leaves(tx) if trace.is_leaf(leaf)}
        return len({entry.leaf for entry in entries_on(tx, leaves) - expected_entries(tx, leaves)})

    return Eraser(store="search", erase=erase, remains=remains)


def expected_entries(tx: Transaction, leaves: Collection[Leaf]) -> set[Entry]:
    """The words that ought to hang on leaves, by their present facts."""
    named = {each.leaf: (each.type, each.value) for held in known_around(tx, leaves).values() for each in held}
    traits: dict[Leaf, dict[str, JsonValue]] = {leaf: {} for leaf in leaves}
    for leaf, name, _, _, value in store.load_traits(tx, leaves):
        traits[leaf][name] = decode_json(value)
    found = (entries_of(leaf, named[leaf], traits[leaf]) for leaf in leaves if leaf in named)
    return set().union(*found)
