"""Whoever stands around some leaves: for searches, which come from leaves to people."""

from collections import defaultdict
from collections.abc import Collection

from trenza.identity import store
from trenza.identity.graph import Node
from trenza.identity.model import Known, Leaf, Person
from trenza.identity.resolver import known_of_nodes
from trenza.identity.types import IdentifierTypes
from trenza.storage import Transaction

_DEFAULT_TYPES = IdentifierTypes()


def known_around(
    tx: Transaction, leaves: Collection[Leaf], types: IdentifierTypes = _DEFAULT_TYPES
) -> dict[Person, list[Known]]:
    """The people whom leaves belong to, each with all identifiers; one query. Leaves that nobody has are left out."""
    asked = frozenset(leaves)
    rows = store.select_groups(tx, asked) if asked else ()
    wanted = {person for number, _, _, person, *_ in rows if number in asked}
    members: dict[Person, list[Node]] = defaultdict(list)
    for number, type_, value, person, *rest in rows:
        if person in wanted:
            members[person].append(Node(number, types.get(type_), value, person, *rest))
    return {person: known_of_nodes(nodes) for person, nodes in members.items()}
