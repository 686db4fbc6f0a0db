"""Comments live: each is tied to the entry it stands above or beside, so that it moves with it.

A comment on a line of its own belongs to the entry that follows, one at the end of a line to the entry of that line,
and what follows the last entry to the document. Blank lines count as comment lines; several are one.
"""

import re
from bisect import bisect_left, bisect_right

import msgspec

from trenza.definitions.node import Node

_BEGINS = re.compile(r"(?:(?<=\s)|^)#|^[ \t]*$", re.MULTILINE)
_ONLY_MARKS = re.compile(r"[\s?-]*(?:---)?\s*")


class Entry(msgspec.Struct):
    """An item of a list or a field of a mapping, with the place where it begins."""

    line: int
    index: int
    node: Node
    parent: Node
    end: int
    """Where a value in braces ends."""


def attach_comments(text: str, root: Node, entries: list[Entry], spans: list[tuple[int, int]]) -> None:
    """Tie every comment of the text to a node of the tree.

    Args:
        text: the document, its lines ended by a line feed.
        root: its tree.
        entries: in the order of the text.
        spans: where scalars stand (start, end); a `#` inside is part of them, except in the header of a block text.
    """
    if "#" not in text and "\n\n" not in text:
        return
    starts = [entry.index for entry in entries]
    covered = _covered(text, spans)
    ends = {id(entry.node): entry.end for entry in entries}
    for at, comment in _comment_lines(text, covered):
        lead = text[text.rfind("\n", 0, at) + 1 : at]
        if _ONLY_MARKS.fullmatch(lead):
            _put_above(root, entries, bisect_left(starts, at), comment)
        else:
            _put_beside(root, entries, starts, ends, (at, comment))


def _covered(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans without the header lines of block texts, sorted."""
    kept = []
    for start, end in spans:
        if text[start : start + 1] in {"|", ">"}:
            start = min(text.find("\n", start) if "\n" in text[start:] else end, end)  # noqa: PLW2901 — the header goes
        if end > start:
            kept.append((start, end))
    return sorted(kept)


def _comment_lines(text: str, covered: list[tuple[int, int]]) -> list[tuple[int, str]]:
    """(index, comment) in order; a blank line outside of texts is an empty comment."""
    found = []
    begins = [start for start, _ in covered]
    behind = 0
    for match in _BEGINS.finditer(text):
        at = match.start()
        place = bisect_right(begins, at) - 1
        if at < behind or (place >= 0 and covered[place][0] <= at < covered[place][1]) or at >= len(text):
            continue
        end = text.find("\n", at)
        behind = end if end >= 0 else len(text)
        found.append((at, text[at:behind].strip()))
    return found


def _put_above(root: Node, entries: list[Entry], following: int, comment: str) -> None:
    lines = entries[following].node.above if following < len(entries) else root.below
    if comment or (lines and lines[-1]) or (not lines and following > 0):
        lines.append(comment)


def _put_beside(
    root: Node, entries: list[Entry], starts: list[int], ends: dict[int, int], found: tuple[int, str]
) -> None:
    """Beside the last entry before it, unless that stands in braces that were closed before the comment."""
    at, comment = found
    place = bisect_left(starts, at) - 1
    while place >= 0 and entries[place].parent.flow and ends.get(id(entries[place].parent), at + 1) <= at:
        place -= 1
    if place < 0:
        root.below.append(comment)
        return
    node = entries[place].node
    node.beside = f"{node.beside} {comment}" if node.beside else comment
