"""A journey as nested blocks from top to bottom.

A step's block bears the name that runs, records and numbers give it: its own, else its kind and place, as the reader of
steps counts (`reading_steps.Layout`; a test holds the two together).
"""

from collections.abc import Sequence

from trenza.definitions import Block, Node, Slot, View, block_of, read_view
from trenza.definitions.views import BlockPath, Known
from trenza.journeys.documents import JOURNEY
from trenza.journeys.schema import JOURNEY_SCHEMA
from trenza.segments import SEGMENT, predicate_block, segment_blocks

_STEPS = frozenset(key for each in JOURNEY_SCHEMA["$defs"]["step"]["anyOf"] for key in each.get("properties", {}))
_SECTIONS = ("enter", "goal", "exit", "holdout", "policy")


def blocks(text: str, kind: str, known: Known) -> View:
    """The text of a segment or a journey as blocks.

    Args:
        text: what stands in the editor, with or without faults.
        kind: `Segment` or `Journey`.
        known: by kind, the keys of the documents that it may refer to.
    """
    return segment_blocks(text, known) if kind == SEGMENT.name else journey_blocks(text, known)


def journey_blocks(text: str, known: Known) -> View:
    """A journey's text as blocks: sections in the slot `sections`, steps in the slot `steps`."""
    return read_view(text, JOURNEY, known, _journey)


def _journey(node: Node) -> Block:
    fields = node.value
    sections = tuple(_section(name, fields[name]) for name in _SECTIONS if name in fields)
    steps = _steps_slot("steps", fields.get("steps"), ("steps",), "")
    slots = [Slot(key="sections", path=(), accepts="sections", blocks=sections), steps]
    block = block_of(node, (), "document", "Journey", node, slots)
    kept = tuple(part for part in block.parts if part.key not in _SECTIONS)
    return Block(
        path=(), kind="document", form="Journey", parts=kept, slots=tuple(slots), line=node.line, column=node.column
    )


def _section(name: str, node: Node) -> Block:
    slots = []
    if name == "enter" and isinstance(node.value, dict):
        slots = [_predicate_slot("if", node.value.get("if"), (name, "if"))]
    return block_of(node, (name,), "section", name, node, slots)


def _predicate_slot(key: str, node: Node | None, path: BlockPath) -> Slot:
    inside = () if node is None else (predicate_block(node, path),)
    return Slot(key=key, path=path, accepts="predicate", blocks=inside, is_written=node is not None)


def _steps_slot(key: str, node: Node | None, path: BlockPath, place: str) -> Slot:
    items: Sequence[Node] = node.value if node is not None and isinstance(node.value, list) else ()
    steps = tuple(_step(each, (*path, index), f"{place}{index + 1}") for index, each in enumerate(items))
    return Slot(key=key, path=path, accepts="steps", blocks=steps, is_written=node is not None)


def _step(node: Node, path: BlockPath, place: str) -> Block:
    form, body = _form_of(node)
    fields = body.value if body is not None and isinstance(body.value, dict) else {}
    given = fields.get("name")
    name = given.value if given is not None and isinstance(given.value, str) and given.value else f"{form}-{place}"
    slots: list[Slot] = []
    if form == "branch":
        slots = _branch(fields, (*path, form), name)
    elif form == "split":
        slots = [_arms(fields.get("arms"), (*path, form, "arms"), name)]
    return block_of(node, path, "step", form if form in _STEPS else "", body, slots, name)


def _form_of(node: Node) -> tuple[str, Node | None]:
    if node.value == "end":
        return "end", None
    if isinstance(node.value, dict) and len(node.value) == 1:
        form, body = next(iter(node.value.items()))
        return form, body
    return "step", node


def _branch(fields: dict[str, Node], path: BlockPath, name: str) -> list[Slot]:
    when = fields.get("when")
    items: Sequence[Node] = when.value if when is not None and isinstance(when.value, list) else ()
    arms = tuple(_arm(each, (*path, "when", index), index + 1, name) for index, each in enumerate(items))
    listed = Slot(key="when", path=(*path, "when"), accepts="arms", blocks=arms, is_written=when is not None)
    return [listed, _steps_slot("else", fields.get("else"), (*path, "else"), f"{name}.else.")]


def _arm(node: Node, path: BlockPath, number: int, name: str) -> Block:
    fields = node.value if isinstance(node.value, dict) else {}
    slots = [
        _predicate_slot("if", fields.get("if"), (*path, "if")),
        _steps_slot("then", fields.get("then"), (*path, "then"), f"{name}.then{number}."),
    ]
    return block_of(node, path, "arm", "arm", node, slots, str(number))


def _arms(node: Node | None, path: BlockPath, name: str) -> Slot:
    fields = node.value if node is not None and isinstance(node.value, dict) else {}
    arms = tuple(_split_arm(each, (*path, arm), arm, name) for arm, each in fields.items())
    return Slot(key="arms", path=path, accepts="arms", blocks=arms, is_written=node is not None)


def _split_arm(node: Node, path: BlockPath, arm: str, name: str) -> Block:
    fields = node.value if isinstance(node.value, dict) else {}
    then = _steps_slot("then", fields.get("then"), (*path, "then"), f"{name}.{arm}.")
    return block_of(node, path, "arm", "arm", node, [then], arm)
