"""The edits of a document's text.

Each is done on the text by splices and on the tree by meaning; what comes out is read again and must say what the tree
says. Where a splice cannot say it (a pair without braces in a list), the smallest value around the place that can be
printed anew is; its comments live.
"""

import re
from collections import Counter
from collections.abc import Callable

from trenza.definitions.editing import trees
from trenza.definitions.editing.draft import Draft, Piece, piece_of
from trenza.definitions.editing.errors import NoSuchPlace, Path
from trenza.definitions.node import Node, make_node
from trenza.definitions.parsing import read_node
from trenza.definitions.printing import print_node
from trenza.kernel import Faulty, JsonValue

Value = JsonValue | Node
"""What is to be written: a plain value, or a value with its comments and layout (`read_value`)."""
_MARK = "\ufeff"
_BREAKS = re.compile(r"\r\n|\r|\n")


def read_value(text: str) -> Node:
    """A piece of YAML, as a page's palette gives it, to be put into a document.

    Raises:
        Faulty: it cannot be read.
    """
    node, faults = read_node(text)
    if node is None or faults:
        raise Faulty(faults)
    return node


def set_value(text: str, path: Path, value: Value) -> str:
    """Another value at a path; the same value leaves every character as it is.

    Args:
        text: one document.
        path: from the root: names of fields, indices of items.
        value: what is to stand there.

    Raises:
        NoSuchPlace: nothing stands there.
        Faulty: the text cannot be read.
    """
    tree = _tree(text)
    node = _node(value)
    if trees.same(trees.find(tree, path), node):
        return text
    trees.put(tree, path, _node(value))
    return _edited(text, tree, path, lambda draft: draft.set_value(path, node))


def insert_item(text: str, path: Path, index: int, value: Value) -> str:
    """An item more in the list at a path, before the one that has the index now.

    Raises:
        NoSuchPlace: no list stands there, or it is shorter.
        Faulty: the text cannot be read.
    """
    return _inserted(text, path, index, None, value)


def insert_key(text: str, path: Path, key: str, value: Value, index: int | None = None) -> str:
    """A field more in the mapping at a path; without an index behind the others.

    Raises:
        NoSuchPlace: no mapping stands there.
        KeyTaken: it has a field of that name.
        Faulty: the text cannot be read.
    """
    fields = trees.find(_tree(text), path).value
    place = len(fields) if index is None and isinstance(fields, dict) else index or 0
    return _inserted(text, path, place, key, value)


def remove(text: str, path: Path) -> str:
    """Without an item or field, and without the comments right above and beside it; an empty list or mapping stays.

    Raises:
        NoSuchPlace: nothing stands there.
        Faulty: the text cannot be read.
    """
    tree = _tree(text)
    trees.remove(tree, path)
    return _edited(text, tree, path[:-1], lambda draft: draft.remove(path))


def move(text: str, path: Path, to: Path, index: int) -> str:
    """An item or field put elsewhere, character by character, its comments with it.

    Args:
        text: one document.
        path: what is moved.
        to: the list or mapping it goes to, as the document stands before the move.
        index: its place there once it has been moved.

    Raises:
        NoSuchPlace: nothing stands there, or it would be put into itself.
        KeyTaken: the mapping it goes to has a field of that name.
        Faulty: the text cannot be read.
    """
    tree = _tree(text)
    there = list(_entries(tree, path[:-1]))
    if not path or list(to[: len(path)]) == list(path) or path[-1] not in there:
        raise NoSuchPlace(path)
    if list(to) == list(path[:-1]) and there.index(path[-1]) == index:
        return text
    kept = trees.comments(tree)
    node = trees.remove(tree, path)
    key = path[-1] if isinstance(path[-1], str) else None
    target = _behind(to, path)
    trees.insert(tree, target, index, node, key)

    def splice(draft: Draft) -> str:
        piece = draft.take(path, node)
        without = draft.remove(path)
        return Draft(without).insert(target, index, piece)

    return _edited(text, tree, _shared(path, target), splice, kept)


def rename_key(text: str, path: Path, key: str) -> str:
    """Another name for the field at a path; its value stays as it is written.

    Raises:
        NoSuchPlace: no field stands there.
        KeyTaken: its mapping has a field of that name.
        Faulty: the text cannot be read.
    """
    if path and path[-1] == key:
        trees.find(_tree(text), path)
        return text
    tree = _tree(text)
    trees.rename(tree, path, key)
    return _edited(text, tree, path[:-1], lambda draft: draft.rename(path, key))


def _inserted(text: str, path: Path, index: int, key: str | None, value: Value) -> str:
    tree = _tree(text)
    trees.insert(tree, path, index, _node(value), key)
    kept = trees.comments(tree)

    def splice(draft: Draft) -> str:
        return draft.insert(path, index, _piece(draft, path, _node(value), key))

    return _edited(text, tree, path, splice, kept)


def _piece(draft: Draft, path: Path, node: Node, key: str | None) -> Piece:
    span = draft.span(path)
    column = draft.column(span.parts[0].start if span.parts else span.start)
    return piece_of(node, key, column)


def _edited(
    text: str, wanted: Node, around: Path, splice: Callable[[Draft], str], kept: Counter[str] | None = None
) -> str:
    """The text with a splice, or with the smallest value around it printed anew."""
    lined = _lined(text)
    found = splice(Draft(lined))
    if not _says(found, wanted, kept):
        found = _reprinted(lined, wanted, around, kept)
    return _with_breaks_of(text, lined, found)


def _reprinted(lined: str, wanted: Node, around: Path, kept: Counter[str] | None) -> str:
    for length in range(len(around), 0, -1):
        path = around[:length]
        found = Draft(lined).set_value(path, trees.find(wanted, path))
        if _says(found, wanted, kept):
            return found
    return print_node(wanted)


def _says(text: str, wanted: Node, kept: Counter[str] | None) -> bool:
    node, faults = read_node(text)
    if node is None or faults or not trees.same(node, wanted):
        return False
    return kept is None or trees.comments(node) == kept


def _tree(text: str) -> Node:
    return read_value(text)


def _node(value: Value) -> Node:
    return value if isinstance(value, Node) else make_node(value)


def _entries(tree: Node, path: Path) -> list[str | int]:
    value = trees.find(tree, path).value
    if isinstance(value, dict):
        return list(value)
    return list(range(len(value))) if isinstance(value, list) else []


def _behind(to: Path, path: Path) -> list[str | int]:
    """The path of the target once the entry at `path` is gone."""
    place, last = len(path) - 1, path[-1]
    found = list(to)
    if found[:place] == list(path[:-1]) and len(found) > place and isinstance(last, int):
        step = found[place]
        if isinstance(step, int) and step > last:
            found[place] = step - 1
    return found


def _shared(one: Path, other: Path) -> Path:
    """The deepest place that is above both."""
    count = 0
    while count < min(len(one) - 1, len(other)) and one[count] == other[count]:
        count += 1
    return one[:count]


def _lined(text: str) -> str:
    return text.removeprefix(_MARK).replace("\r\n", "\n").replace("\r", "\n")


def _with_breaks_of(text: str, lined: str, found: str) -> str:
    """The line breaks of the text before for all lines above and below the edit; its mark at the beginning too."""
    mark = _MARK if text.startswith(_MARK) else ""
    if "\r" not in text:
        return mark + found
    before = _BREAKS.findall(text.removeprefix(_MARK))
    after = found.split("\n")
    old = lined.split("\n")
    above = min(_equal(old, after), len(before), len(after) - 1)
    below = min(max(_equal(old[::-1], after[::-1]) - 1, 0), len(before) - above, len(after) - 1 - above)
    between = before[above : len(before) - below]
    usual = between[0] if between else before[0]
    breaks = [*before[:above], *[usual] * (len(after) - 1 - above - below), *before[len(before) - below :], ""]
    return mark + "".join(line + end for line, end in zip(after, breaks, strict=True))


def _equal(one: list[str], other: list[str]) -> int:
    """How many lines are the same from the beginning."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
