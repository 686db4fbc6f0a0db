"""A document as it was written: values with their place, and the comments that stand beside them.

The readers of the rooms look at `value` and name a node when they find a fault; the printer looks at the rest.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from trenza.kernel import JsonValue, encode_json

_VERSION_DIGITS = 12
Scalar = str | int | float | bool | None


class Node(msgspec.Struct, kw_only=True, eq=False):
    """One value of a document and its place (line and column from 1)."""

    value: Any
    """A scalar (`str`, `int`, `float`, `bool`, None), `list[Node]` or `dict[str, Node]`."""
    file: str = ""
    line: int = 1
    column: int = 1
    keys: dict[str, tuple[int, int]] = {}
    """Of a mapping: line and column of each key."""
    flow: bool | None = None
    """Of a mapping or list: written in braces; None where nobody wrote it yet and the printer chooses."""
    written: str = ""
    """Of a number: the digits as written (`2.40`)."""
    above: list[str] = []
    """Comment lines (`# …`) and blank lines before the entry that holds this node."""
    beside: str = ""
    """The comment at the end of the entry's first line."""
    below: list[str] = []
    """Of a document: comment lines behind its last entry."""
    missing: bool = False
    """Stands in for a field that is not there; the fault has been said already."""

    def plain(self) -> JsonValue:
        """The value without places: dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def children(self) -> Iterator["Node"]:
        """The nodes right below."""
        if isinstance(self.value, dict):
            yield from self.value.values()
        elif isinstance(self.value, list):
            yield from self.value


class Document(msgspec.Struct, kw_only=True, eq=False):
    """One object of the language."""

    kind: str
    key: str
    node: Node
    file: str
    text: str
    """The canonical print."""
    version: str
    """First 12 hexadecimal digits of SHA-256 of the content: the order of fields counts, comments and layout do not."""
    written: str = ""
    """What stands in the file, byte for byte, its `---` line included."""
    position: int = 0
    """Its place among the documents of its file, from 0."""


def content_version(node: Node) -> str:
    """The version of a document's content."""
    return hashlib.sha256(encode_json(node.plain())).hexdigest()[:_VERSION_DIGITS]


def make_node(value: JsonValue) -> Node:
    """A node of plain values, as the page or a test makes them; the printer chooses its layout."""
    if isinstance(value, dict):
        return Node(value={str(key): make_node(each) for key, each in value.items()})
    if isinstance(value, list | tuple):
        return Node(value=[make_node(each) for each in value])
    return Node(value=value)
