"""The canonical printer: one way to write a document, so that a file and the page never disagree about layout.

Two spaces of indentation; lists indented under their key; braces stay braces where they fit into a line, else they are
opened; texts without quotes where every reader of YAML takes them for texts, else in double quotes; several lines as a
block. Comments and single blank lines stay with their entries.
"""

import json
import re
from collections.abc import Iterator

from trenza.definitions.node import Node
from trenza.definitions.scalars import is_plain

WIDTH = 120
_INDENT = "  "
_CHOSEN_WIDTH = 90
_CHOSEN_DEPTH = 3
_PRINTABLE_BLOCK = re.compile(r"[^ \n\t][^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*")
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def print_node(root: Node) -> str:
    """The canonical text of a document, with a line break at its end."""
    lines = [*_block(root, 0), *root.below] if root.value not in ({}, []) else [*root.below, _flow(root)]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return "\n".join(lines) + "\n"


def print_documents(roots: list[Node]) -> str:
    """Several documents in one text, parted by `---`."""
    return "---\n".join(print_node(root) for root in roots)


def _block(node: Node, column: int) -> list[str]:
    """The lines of a node in block style; `column` is where they will stand."""
    lines: list[str] = []
    if isinstance(node.value, dict):
        for key, each in node.value.items():
            lines += [*each.above, *_entry(_key(key) + ":", each, column)]
    elif isinstance(node.value, list):
        for each in node.value:
            lines += [*each.above, *_item(each, column)]
    else:
        lines.append(_scalar(node))
    return lines


def _entry(head: str, node: Node, column: int) -> list[str]:
    """A field: its key, and the value on the same line or indented below."""
    if (block := _literal(node)) is not None:
        indicator, rows = block
        return [_beside(f"{head} {indicator}", node), *_indented(rows)]
    if (line := _one_line(node, column + len(head) + 1)) is not None:
        return [_beside(f"{head} {line}", node)]
    return [_beside(head, node), *_indented(_block(node, column + len(_INDENT)))]


def _item(node: Node, column: int) -> list[str]:
    """An item: a dash, and the first line of the value behind it."""
    if (block := _literal(node)) is not None:
        indicator, rows = block
        return [_beside(f"- {indicator}", node), *_indented(rows)]
    if (line := _one_line(node, column + 2)) is not None:
        return [_beside(f"- {line}", node)]
    above, body = _split_above(node, column + 2)
    first, *rest = body
    return [*above, f"- {first}", *_indented(rest)]


def _split_above(node: Node, column: int) -> tuple[list[str], list[str]]:
    """Comments that would stand between a dash and its value go above the dash."""
    body = _block(node, column)
    count = 0
    while not body[count] or body[count].startswith("#"):
        count += 1
    if node.beside:
        return [node.beside, *body[:count]], body[count:]
    return body[:count], body[count:]


def _beside(line: str, node: Node) -> str:
    return f"{line}  {node.beside}" if node.beside else line


def _indented(rows: list[str]) -> Iterator[str]:
    return (_INDENT + row if row else row for row in rows)


def _one_line(node: Node, column: int) -> str | None:
    """The value on one line, where it is a scalar or belongs in braces."""
    if not isinstance(node.value, dict | list):
        return _scalar(node)
    if not node.value:
        return _flow(node)
    if node.flow is False or _has_comments(node) or (node.flow is None and _depth(node) > _CHOSEN_DEPTH):
        return None
    line = _flow(node)
    width = WIDTH if node.flow else _CHOSEN_WIDTH
    return line if column + len(line) + (len(node.beside) + 2 if node.beside else 0) <= width else None


def _has_comments(node: Node) -> bool:
    return any(child.above or child.beside or _has_comments(child) for child in node.children())


def _depth(node: Node) -> int:
    return 1 + max((_depth(child) for child in node.children()), default=0)


def _flow(node: Node) -> str:
    if isinstance(node.value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flow(each)}" for key, each in node.value.items()) + "}"
    if isinstance(node.value, list):
        return "[" + ", ".join(_flow(each) for each in node.value) + "]"
    return _scalar(node)


def _key(key: str) -> str:
    return key if key and is_plain(key) and ":" not in key else _quoted(key)


def _scalar(node: Node) -> str:
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return node.written or repr(value)
    return value if value and is_plain(value) else _quoted(value)


def _quoted(text: str) -> str:
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def _literal(node: Node) -> tuple[str, list[str]] | None:
    """A text of several lines as a block: its indicator and lines."""
    text = node.value
    if not isinstance(text, str) or "\n" not in text.rstrip("\n") or not _PRINTABLE_BLOCK.fullmatch(text):
        return None
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    if ends > 1 or body.endswith((" ", "\t")):
        return None
    return ("|" if ends else "|-"), body.split("\n")


def print_rows(root: Node, column: int) -> list[str]:
    """The lines of a mapping or list in block style, as they would stand from a column on; for the editor."""
    return _block(root, column)


def print_braces(node: Node) -> str:
    """A value on one line, as it stands inside braces."""
    return _flow(node)
