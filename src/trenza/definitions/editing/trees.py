"""What an edit means, apart from how it is written: the same edits on the tree of a document."""

from collections import Counter
from collections.abc import Iterator

from trenza.definitions.editing.errors import KeyTaken, NoSuchPlace, Path
from trenza.definitions.node import Node
from trenza.kernel import encode_json


def find(root: Node, path: Path) -> Node:
    """The value at a path."""
    node = root
    for name in path:
        if not _holds(node.value, name):
            raise NoSuchPlace(path)
        node = node.value[name]
    return node


def _holds(value: object, name: str | int) -> bool:
    if isinstance(value, dict):
        return isinstance(name, str) and name in value
    return isinstance(value, list) and type(name) is int and 0 <= name < len(value)


def put(root: Node, path: Path, node: Node) -> None:
    """Another value at a path; the comments of the entry stay."""
    old = find(root, path)
    if not path:
        raise NoSuchPlace(path)
    node.above, node.beside = old.above + node.above, old.beside or node.beside
    find(root, path[:-1]).value[path[-1]] = node


def insert(root: Node, path: Path, index: int, node: Node, key: str | None = None) -> None:
    """An entry more."""
    parent = find(root, path)
    value = parent.value
    if not isinstance(value, list if key is None else dict) or not 0 <= index <= len(value):
        raise NoSuchPlace([*path, index])
    if isinstance(value, list):
        value.insert(index, node)
        return
    if key in value:
        raise KeyTaken(str(key))
    fields = list(value.items())
    parent.value = dict([*fields[:index], (key, node), *fields[index:]])


def remove(root: Node, path: Path) -> Node:
    """Without an entry; answers it."""
    node = find(root, path)
    if not path:
        raise NoSuchPlace(path)
    del find(root, path[:-1]).value[path[-1]]
    return node


def rename(root: Node, path: Path, key: str) -> None:
    """Another name for a field."""
    find(root, path)
    parent = find(root, path[:-1])
    if not path or not isinstance(parent.value, dict):
        raise NoSuchPlace(path)
    if key in parent.value:
        raise KeyTaken(key)
    parent.value = {key if name == path[-1] else name: each for name, each in parent.value.items()}


def same(one: Node, other: Node) -> bool:
    """Whether two trees say the same, in the same order."""
    return encode_json(one.plain()) == encode_json(other.plain())


def comments(root: Node) -> Counter[str]:
    """Every comment of a tree, counted."""
    return Counter(each for node in _all(root) for each in (*node.above, node.beside, *node.below) if each)


def _all(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children())
