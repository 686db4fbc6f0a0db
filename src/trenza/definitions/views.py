"""A document as blocks for a page: a view of the text, never a second truth.

It is made of whatever can be read, faults or not; each fault stands at the innermost block that it is about, so that a
form shows it beside its field. What cannot be read as YAML has no blocks, only faults.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal

import msgspec

from trenza.definitions.node import Node
from trenza.definitions.parsing import read_documents, read_node
from trenza.definitions.reading import Kind, Reading
from trenza.kernel import Fault, JsonValue

BlockPath = tuple[str | int, ...]
Known = Mapping[str, Collection[str]]
"""By kind, the keys that references may name."""
_Place = tuple[int, int]


class Part(msgspec.Struct, frozen=True):
    """A field that a block shows: `key` is for translation, the value as it is written."""

    key: str
    value: JsonValue


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """Where blocks stand in a block."""

    key: str
    """`all`, `if`, `then`, `else`, `when`, an arm's name, `steps`, …"""
    path: BlockPath
    """Of the list or the one value; where it is not written yet, of what it would be."""
    accepts: Literal["predicate", "predicates", "steps", "arms", "sections"]
    blocks: tuple["Block", ...] = ()
    is_written: bool = True


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A condition, a step, an arm, a section, or the document itself."""

    path: BlockPath
    """For `definitions.editing`."""
    kind: Literal["document", "section", "predicate", "step", "arm"]
    form: str
    """Key of its form: `event`, `wait`, …; empty where it is none that the language knows."""
    name: str = ""
    """Of a step: as runs, records and numbers name it. Of an arm: its name or number."""
    parts: tuple[Part, ...] = ()
    slots: tuple[Slot, ...] = ()
    faults: tuple[Fault, ...] = ()
    """Those of its own; those of the blocks inside stand there."""
    line: int
    column: int


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A document for a page."""

    root: Block | None
    """None where the text cannot be read at all."""
    faults: tuple[Fault, ...]
    """All of them."""

    def each(self) -> list[Block]:
        """Every block, outer ones first."""
        found: list[Block] = []
        waiting = [self.root] if self.root else []
        while waiting:
            block = waiting.pop(0)
            found.append(block)
            waiting[:0] = [each for slot in block.slots for each in slot.blocks]
        return found


def block_of(
    node: Node,
    path: BlockPath,
    kind: Literal["document", "section", "predicate", "step", "arm"],
    form: str,
    body: Node | None = None,
    slots: Sequence[Slot] = (),
    name: str = "",
) -> Block:
    """A block whose parts are the fields of its body, those aside that are slots."""
    inner = {slot.path[len(path) :][-1:] for slot in slots}
    parts: tuple[Part, ...] = ()
    if body is not None and isinstance(body.value, dict):
        parts = tuple(Part(key, each.plain()) for key, each in body.value.items() if (key,) not in inner)
    elif body is not None and not slots:
        parts = (Part(form, body.plain()),)
    return Block(
        path=path, kind=kind, form=form, name=name, parts=parts, slots=tuple(slots), line=node.line, column=node.column
    )


def read_view(text: str, kind: Kind, known: Known, make: Callable[[Node], Block]) -> View:
    """The blocks of a text and its faults.

    Args:
        text: one document.
        kind: of what it should be.
        known: keys that it may refer to.
        make: makes the blocks of a document's tree, faults or not.
    """
    node, unreadable = read_node(text, "")
    if node is None or not isinstance(node.value, dict):
        wanted = Fault(file="", line=1, column=1, why="there is no document", mend=f"begin it with `kind: {kind.name}`")
        return View(root=None, faults=tuple(unreadable or [wanted]))
    faults = _faults(text, kind, known, node)
    return View(root=_with_faults(make(node), node, faults), faults=tuple(faults))


def _faults(text: str, kind: Kind, known: Known, node: Node) -> list[Fault]:
    documents, faults = read_documents(text, "")
    reading = Reading(known)
    if len(documents) > 1:
        reading.fault(documents[1].node, "a second document", "edit one document at a time")
    for document in documents[:1]:
        if document.kind == kind.name:
            kind.read(document, reading)
        else:
            reading.fault(node.value["kind"], f"this is no {kind.name}", f"write `kind: {kind.name}`")
    return sorted([*faults, *reading.faults], key=lambda fault: (fault.line, fault.column))


def _with_faults(root: Block, node: Node, faults: Sequence[Fault]) -> Block:
    """Each fault at the innermost block that holds its place."""
    spans = _spans(root, node)
    at: dict[BlockPath, list[Fault]] = defaultdict(list)
    for fault in faults:
        place = fault.line, fault.column
        holding = [path for path, (first, last) in spans if first <= place <= last]
        at[holding[-1] if holding else root.path].append(fault)
    return _placed(root, at)


def _placed(block: Block, at: Mapping[BlockPath, list[Fault]]) -> Block:
    slots = tuple(
        msgspec.structs.replace(slot, blocks=tuple(_placed(each, at) for each in slot.blocks)) for slot in block.slots
    )
    return msgspec.structs.replace(block, slots=slots, faults=tuple(at.get(block.path, ())))


def _spans(root: Block, node: Node) -> list[tuple[BlockPath, tuple[_Place, _Place]]]:
    """Where each block begins and where the last of it begins; outer ones first."""
    found = []
    for block in View(root=root, faults=()).each():
        inside = node
        for name in block.path:
            inside = inside.value[name]
        first = min((block.line, block.column), (inside.line, inside.column))
        found.append((block.path, (first, _last(inside))))
    return found


def _last(node: Node) -> _Place:
    latest = (node.line, node.column)
    waiting = [node]
    while waiting:
        each = waiting.pop()
        latest = max(latest, (each.line, each.column), *each.keys.values())
        waiting.extend(each.children())
    return latest
