"""What a page does to a document's text: one operation in, the new text out.

An operation names a place and what is to happen there; it knows nothing of segments or journeys. What is written at
other places keeps every character (`definitions.editing`).
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from trenza.definitions import Node, read_node
from trenza.definitions.editing import (
    KeyTaken,
    NoSuchPlace,
    insert_item,
    insert_key,
    move,
    read_value,
    remove,
    rename_key,
    set_value,
)
from trenza.kernel import Invalid, JsonValue
from trenza.web.editor.values import Raw, value_of

GROUPS = ("all", "any", "none")
_ANOTHER = 1000


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One change, as the page's script sends it."""

    op: Literal[
        "set", "put", "add", "insert", "remove", "move", "rename", "operator", "wrap", "unwrap", "negate", "duplicate",
        "title",
    ]  # fmt: skip
    path: tuple[str | int, ...] = ()
    """Where. Of `add` and `insert` the mapping, list or slot that gets something."""
    type: str = "text"
    """Of `set`: the field's type, so that what was typed becomes a value."""
    raw: Raw = ""
    """Of `set`, `rename` and `title`: what was typed."""
    value: JsonValue = None
    """Of `put`, `add` and `operator`: what is written."""
    form: str = ""
    """Of `insert`: key of the form; of `wrap`: the group."""
    key: str = ""
    """Of `add`: the field's name; empty: an item more. Of `operator`: the operation. Of `title`: the language."""
    to: tuple[str | int, ...] | None = None
    """Of `move`: the other list; absent: the same."""
    index: int = 0


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What operations need to know beside the text."""

    zone: str
    """Local times that were typed are of this zone."""
    skeletons: Mapping[str, str]
    """By form: YAML of the least that can be inserted."""


def operate(text: str, operation: Operation, context: Context) -> str:
    """The text after an operation.

    Raises:
        NoSuchPlace: the text is another than the one the page shows.
        Faulty: the text cannot be read as YAML.
        Invalid: there is no such form, or nothing can be done there.
    """
    return _OPERATIONS[operation.op](text, operation, context)


def node_at(text: str, path: tuple[str | int, ...]) -> Node:
    """The value at a path.

    Raises:
        NoSuchPlace: nothing stands there.
    """
    root, _ = read_node(text)
    node = root or Node(value=None)
    for name in path:
        inside: Any = node.value
        if not isinstance(inside, dict if isinstance(name, str) else list):
            raise NoSuchPlace(path)
        try:
            node = inside[name]  # type: ignore[index]  # looked at above
        except (KeyError, IndexError) as error:
            raise NoSuchPlace(path) from error
    return node


def _set(text: str, operation: Operation, context: Context) -> str:
    return _put(text, operation.path, value_of(operation.type, operation.raw, context.zone))


def _put_value(text: str, operation: Operation, _: Context) -> str:
    return _put(text, operation.path, operation.value)


def _put(text: str, path: tuple[str | int, ...], value: JsonValue | Node) -> str:
    try:
        return set_value(text, path, value)
    except NoSuchPlace:
        if not path or not isinstance(path[-1], str):
            raise
        return insert_key(text, path[:-1], path[-1], value)


def _add(text: str, operation: Operation, _: Context) -> str:
    here = node_at(text, operation.path).value
    if isinstance(here, list):
        return insert_item(text, operation.path, len(here), operation.value)
    return insert_key(text, operation.path, _free(operation.key, here), operation.value)


def _free(wanted: str, taken: Any) -> str:
    names = [wanted, *(f"{wanted}_{number}" for number in range(2, _ANOTHER))]
    return next(name for name in names if not isinstance(taken, dict) or name not in taken)


def _insert(text: str, operation: Operation, context: Context) -> str:
    """Into a list of blocks, or where one block is wanted; what stands there already goes with it into a group."""
    if operation.form not in context.skeletons:
        raise Invalid(f"there is no form `{operation.form[:40]}`", "load the page again")
    new = read_value(context.skeletons[operation.form])
    try:
        here = node_at(text, operation.path)
    except NoSuchPlace:
        return _insert_where_nothing_is(text, operation, new)
    if isinstance(here.value, list) and not here.value:
        return set_value(text, operation.path, Node(value=[new], flow=False))
    if isinstance(here.value, list):
        return insert_item(text, operation.path, min(operation.index, len(here.value)), new)
    if operation.form in GROUPS:
        return _wrap_in(text, operation.path, operation.form)
    return set_value(text, operation.path, _group("all", [_bare(here), new]))


def _insert_where_nothing_is(text: str, operation: Operation, new: Node) -> str:
    *above, last = operation.path or ("",)
    wanted = new if operation.type == "one" else Node(value=[new])
    return insert_key(text, tuple(above), str(last), wanted)


def _remove(text: str, operation: Operation, _: Context) -> str:
    return remove(text, operation.path)


def _move(text: str, operation: Operation, _: Context) -> str:
    to = operation.path[:-1] if operation.to is None else operation.to
    return move(text, operation.path, to, operation.index)


def _rename(text: str, operation: Operation, _: Context) -> str:
    name = str(operation.raw).strip()
    try:
        return rename_key(text, operation.path, name) if name else text
    except KeyTaken:
        return rename_key(text, operation.path, _free(name, node_at(text, operation.path[:-1]).value))


def _operator(text: str, operation: Operation, _: Context) -> str:
    """Another comparison: the value stays where the new one takes values of that kind."""
    old = node_at(text, operation.path).plain()
    renamed = rename_key(text, operation.path, operation.key)
    path = (*operation.path[:-1], operation.key)
    fits = type(old) is type(operation.value) and not isinstance(old, bool)
    return renamed if fits else set_value(renamed, path, operation.value)


def _wrap(text: str, operation: Operation, _: Context) -> str:
    return _wrap_in(text, operation.path, operation.form)


def _wrap_in(text: str, path: tuple[str | int, ...], group: str) -> str:
    if group not in GROUPS:
        raise Invalid(f"there is no group `{group[:40]}`", "wrap in all, any or none")
    return set_value(text, path, _group(group, [_bare(node_at(text, path))]))


def _unwrap(text: str, operation: Operation, _: Context) -> str:
    """What stands in a group, in its place."""
    inside = _items(node_at(text, operation.path))
    if len(inside) == 1:
        return set_value(text, operation.path, inside[0])
    *above, last = operation.path or ("",)
    if not isinstance(last, int):
        raise Invalid("only one condition can stand here", "leave the group, or take others out first")
    text = remove(text, operation.path)
    for place, each in enumerate(inside):
        text = insert_item(text, tuple(above), last + place, each)
    return text


def _negate(text: str, operation: Operation, _: Context) -> str:
    """None of it; and back again."""
    node = node_at(text, operation.path)
    if isinstance(node.value, dict) and list(node.value) == ["none"]:
        inside = _items(node)
        if len(inside) == 1:
            return set_value(text, operation.path, inside[0])
        return rename_key(text, (*operation.path, "none"), "any")
    if isinstance(node.value, dict) and list(node.value) == ["any"]:
        return rename_key(text, (*operation.path, "any"), "none")
    return _wrap_in(text, operation.path, "none")


def _duplicate(text: str, operation: Operation, _: Context) -> str:
    node = _bare(node_at(text, operation.path))
    *above, last = operation.path or ("",)
    if isinstance(last, int):
        return insert_item(text, tuple(above), last + 1, node)
    return set_value(text, operation.path, _group("all", [node, _bare(node_at(text, operation.path))]))


def _items(node: Node) -> list[Node]:
    body = next(iter(node.value.values()), None) if isinstance(node.value, dict) and len(node.value) == 1 else None
    if body is None or not isinstance(body.value, list):
        raise Invalid("this is no group", "load the page again")
    return body.value


def _group(form: str, inside: list[Node]) -> Node:
    """A group, one condition a line."""
    return Node(value={form: Node(value=inside, flow=False)}, flow=False)


def _bare(node: Node) -> Node:
    """Without the comments of the entry it stands in and of its first line, which stay there."""

    def without(each: Node) -> Node:
        if each.line != node.line:
            return each
        value = each.value
        if isinstance(value, dict):
            value = {key: without(inner) for key, inner in value.items()}
        elif isinstance(value, list):
            value = [without(inner) for inner in value]
        return msgspec.structs.replace(each, value=value, beside="")

    return msgspec.structs.replace(without(node), above=[])


def _title(text: str, operation: Operation, _: Context) -> str:
    """The title in one language, the others as they are."""
    typed = str(operation.raw)
    try:
        old = node_at(text, operation.path).plain()
    except NoSuchPlace:
        index = len(operation.path) == 1 and 2
        return insert_key(text, operation.path[:-1], str(operation.path[-1]), {operation.key: typed}, index or None)
    if isinstance(old, dict):
        return _put(text, (*operation.path, operation.key), typed)
    if old == typed:
        return text
    languages = {language: old for language in ("es", "en") if isinstance(old, str) and old}
    return set_value(text, operation.path, {**languages, operation.key: typed})


_OPERATIONS: dict[str, Callable[[str, Operation, Context], str]] = {
    "set": _set,
    "put": _put_value,
    "add": _add,
    "insert": _insert,
    "remove": _remove,
    "move": _move,
    "rename": _rename,
    "operator": _operator,
    "wrap": _wrap,
    "unwrap": _unwrap,
    "negate": _negate,
    "duplicate": _duplicate,
    "title": _title,
}
