"""Erasure in the graph: a person's identifiers and their evidence go, and who the others are is worked out anew.

What stays tells nobody who was here: keyed hashes of the identifiers, which keep a late event from bringing them back,
and one line in the identity log under a keyed number. Lines that named the person go, for a person's number is a hash
of an identifier without a key and could be guessed.
"""

from collections.abc import Sequence

from trenza.identity import store
from trenza.identity.graph import Node
from trenza.identity.hashes import hash_of
from trenza.identity.logbook import log_entries
from trenza.identity.model import Leaf, LogEntry, Move, Person
from trenza.identity.tombstones import hidden_number, tombstone
from trenza.identity.undo import load_around
from trenza.identity.working import Working
from trenza.kernel import Instant, new_id
from trenza.storage import Transaction

_CAUSE = "erase"


def load_person(tx: Transaction, working: Working, person: Person) -> list[Node]:
    """Load a person and all that may change when they go; returns their identifiers."""
    working.load_groups(tx, [person])
    gone = [node for node in working.nodes.values() if node.person == person]
    leaves = {node.number for node in gone}
    links = {link.number: link for link in store.select_links_of(tx, leaves)}
    working.links.update(links)
    load_around(tx, working, leaves | {leaf for link in links.values() if link.live for leaf in (link.a, link.b)})
    return gone


def take_out(
    working: Working, gone: Sequence[Node], person: Person, secret: bytes, now: Instant
) -> tuple[tuple[Move, ...], list[LogEntry]]:
    """Let the evidence of loaded identifiers no longer count; what moved among others, and what the log says of it."""
    leaves = {node.number for node in gone}
    for link in [link for link in working.links.values() if link.live and not leaves.isdisjoint((link.a, link.b))]:
        working.deaden(link)
    working.settle()
    moves = tuple(move for move in working.moves() if not leaves.issuperset(move.leaves))
    working.operations[:] = [each for each in working.operations if each[1] not in leaves]
    hidden = hidden_number(secret, person)
    told = LogEntry(new_id(), "erase", now, hidden, hidden, len(leaves), _CAUSE)
    return moves, [*log_entries(working, moves, now, _CAUSE), told]


def forget(tx: Transaction, gone: Sequence[Node], secret: bytes, now: Instant) -> None:
    """Take the rows of identifiers away, their lines in the log too, and leave keyed hashes."""
    leaves: set[Leaf] = {node.number for node in gone}
    store.delete_nodes(tx, leaves)
    store.delete_log(tx, leaves)
    names = [(node.type.name, node.value) for node in gone]
    names += [(found.type, found.value) for name in names if (found := hash_of(*name)) is not None]
    store.write_tombstones(tx, [tombstone(secret, *name) for name in names], now)
