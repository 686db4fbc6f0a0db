"""Undo and redo: a link is cut or restored, and who is who is worked out anew where that matters."""

from collections.abc import Collection

from trenza.identity import store
from trenza.identity.graph import SHARED, Link, Node, match_number
from trenza.identity.logbook import log_entries
from trenza.identity.model import Leaf, LogEntry, Move, Operation
from trenza.identity.working import Working
from trenza.kernel import Conflict, Instant, Invalid, NotFound, number_text, text_number
from trenza.storage import Transaction

_PREFIX = "lnk_"
_LARGEST = (1 << 63) - 1


def link_text(number: int) -> str:
    """The public id of a link: `lnk_` and 13 letters."""
    return _PREFIX + number_text(number)


def text_link(text: str) -> int:
    """The number of the link that a public id names.

    Raises:
        Invalid: the text is no link's id.
    """
    number = text_number(text.removeprefix(_PREFIX)) if text.startswith(_PREFIX) else None
    if number is None or number > _LARGEST:
        raise Invalid("that is no link", "take the id that `trenza identity explain` prints, as in lnk_0123456789abc")
    return number


def load_link(tx: Transaction, working: Working, text: str) -> None:
    """Load a link and all that may change with it.

    Raises:
        Invalid: the text is no link's id.
        NotFound: no such link.
    """
    number = text_link(text)
    working.load_links(tx, [number])
    if (link := working.links.get(number)) is None:
        raise NotFound("there is no such link", "take the id that `trenza identity explain` prints")
    load_around(tx, working, {link.a, link.b})


def change_link(working: Working, text: str, now: Instant, *, live: bool) -> tuple[tuple[Move, ...], list[LogEntry]]:
    """Cut or restore a link that was loaded; what moved, and what the log says of it.

    Raises:
        Conflict: it is so already.
    """
    link = working.links[text_link(text)]
    if link.live == live:
        raise Conflict(f"the link is {'not cut' if live else 'cut already'}", "see `trenza identity explain`")
    working.change_life(link, live=live)
    working.settle()
    moves = working.moves()
    return moves, [_told(text, now, link), *log_entries(working, moves, now, text)]


def _told(text: str, now: Instant, link: Link) -> LogEntry:
    op: Operation = "restore" if link.live else "cut"
    return LogEntry(f"{text} {op} {now}", op, now, link.a, link.b, 0, text)


def load_pair(tx: Transaction, working: Working, a: Leaf, b: Leaf) -> None:
    """Load two identifiers and all that may change when a match ties them.

    Raises:
        NotFound: one of the two is not there any more.
    """
    plains = store.select_plains(tx, [a, b])  # evidence stands on what a hash is a hash of
    a, b = plains.get(a, a), plains.get(b, b)
    working.load_links(tx, [match_number(a, b)])
    load_around(tx, working, {a, b})
    if a not in working.nodes or b not in working.nodes:
        raise NotFound("one of the two is not there any more", "look for matches anew: `trenza identity match`")


def tie(working: Working, a: Leaf, b: Leaf, cause: str, now: Instant) -> tuple[str, tuple[Move, ...], list[LogEntry]]:
    """Tie two loaded identifiers by an accepted match; its link, what moved, and what the log says of it.

    Raises:
        Conflict: a match ties them already, or somebody has cut it.
    """
    a, b = working.stand_in(a), working.stand_in(b)
    if a == b:
        raise Conflict("the two are one identifier", "a hash is the same as what it is a hash of")
    known = working.links.get(match_number(a, b))
    if known is not None:
        text = link_text(known.number)
        mend = "see `trenza identity explain`" if known.live else f"bring it back: `trenza identity restore {text}`"
        raise Conflict(f"the two are {'matched already' if known.live else 'cut apart'}", mend)
    link = working.match(working.nodes[a], working.nodes[b], cause, now)
    working.settle()
    moves, text = working.moves(), link_text(link.number)
    told = LogEntry(f"{text} tie {now}", "tie", now, a, b, 0, text)
    return text, moves, [told, *log_entries(working, moves, now, text)]


def load_around(tx: Transaction, working: Working, leaves: Collection[Leaf]) -> None:
    """Load all that may be worked out anew when the evidence of these identifiers changes.

    A shared one may cease to be shared: then all that it was seen with joins through it. It is near its limit only
    then, so what has to be loaded stays small.
    """
    working.load_groups(tx, leaves)
    touched = [node for leaf in leaves if (node := working.nodes.get(leaf)) is not None]
    near = {node.number for node in touched if node.flags & SHARED and _is_near_limit(node, len(leaves))}
    if near:
        links = store.select_links_of(tx, near)
        working.load_groups(tx, {leaf for link in links for leaf in (link.a, link.b)})
    working.complete(tx, [node for node in working.nodes.values() if not node.flags & SHARED or node.number in near])


def _is_near_limit(node: Node, changes: int) -> bool:
    return node.accounts - changes <= node.type.people and node.degree - changes <= node.type.neighbours
