"""Working out anew who is who, a page of identifiers at a time: after other limits, or other rules of the house.

What an identifier was seen with stays; whether it is shared, what hangs together, and who that is, are worked out from
it by the types of now. A page brings its identifiers to what they would be had they never been otherwise, and with them
whatever they hang together with: so once every identifier had its turn, all is as in a graph that was made so from the
beginning, whatever the stream did in between by the same types (it may take the stale group of a later page along; the
turn of that group's own members comes still).
"""

from collections.abc import Collection, Iterable

from trenza.identity import store
from trenza.identity.graph import SHARED, Node
from trenza.identity.model import Leaf
from trenza.identity.working import Working
from trenza.storage import Transaction


def load_page(tx: Transaction, working: Working, leaves: Collection[Leaf]) -> None:
    """Load identifiers and everybody whom working them out anew may change."""
    working.load_groups(tx, leaves)
    freed = [node for node in working.nodes.values() if _is_freed(node)]
    links = store.select_links_of(tx, [node.number for node in freed]) if freed else []
    around = {leaf for link in links for leaf in (link.a, link.b)}
    working.load_groups(tx, around)
    working.complete(tx, [*freed, *_members_of_doubtful(working, around)])


def work_out_anew(working: Working, leaves: Collection[Leaf]) -> None:
    """Bring a loaded page to what it is by the types of now."""
    held = {working.stand_in(leaf) for leaf in leaves}  # a plain one may have come in its hash's place meanwhile
    freed = [node for leaf in held if (node := working.nodes.get(leaf)) is not None and _is_freed(node)]
    for node in [node for node in working.nodes.values() if _is_to_be_shared(node)]:
        working.share(node)
    for node in freed:
        working.unshare(node)
    working.doubt(node.number for node in working.nodes.values() if not node.flags & SHARED and node.links is not None)
    working.settle()


def _members_of_doubtful(working: Working, around: Collection[Leaf]) -> Iterable[Node]:
    """Of the groups in which something is to be decided. One that nothing speaks against is one person already."""
    for group in working.groups.values():
        members = group.members
        if members[0].flags & SHARED:
            continue
        is_doubtful = not group.is_one or not working.weights.is_light(group.weight)
        if is_doubtful or any(_is_to_be_shared(node) or node.flags or node.number in around for node in members):
            yield from members


def _is_freed(node: Node) -> bool:
    return bool(node.flags & SHARED) and not node.is_over_limit and not node.plain


def _is_to_be_shared(node: Node) -> bool:
    return node.is_over_limit and not node.flags & SHARED
