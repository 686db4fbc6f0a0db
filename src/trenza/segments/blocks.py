"""A segment's predicate as nested blocks."""

from trenza.definitions import Block, Node, Slot, View, block_of, read_view
from trenza.definitions.views import BlockPath, Known
from trenza.segments.documents import SEGMENT
from trenza.segments.schema import PREDICATE_SCHEMA

_FORMS = frozenset(key for each in PREDICATE_SCHEMA["oneOf"] for key in each["properties"])
_NESTING = ("all", "any", "none")


def segment_blocks(text: str, known: Known) -> View:
    """A segment's text as blocks: the document with its predicate in the slot `where`.

    Args:
        text: what stands in the editor, with or without faults.
        known: by kind, the keys of the documents that it may refer to.
    """
    return read_view(text, SEGMENT, known, _segment)


def predicate_block(node: Node, path: BlockPath) -> Block:
    """A condition and those inside it; one that the language does not know has an empty form."""
    form, body = _form_of(node)
    slots = []
    if form in _NESTING and body is not None:
        items = body.value if isinstance(body.value, list) else []
        blocks = tuple(predicate_block(each, (*path, form, place)) for place, each in enumerate(items))
        slots = [Slot(key=form, path=(*path, form), accepts="predicates", blocks=blocks)]
    return block_of(node, path, "predicate", form, body, slots)


def _segment(node: Node) -> Block:
    where = node.value.get("where")
    blocks = () if where is None else (predicate_block(where, ("where",)),)
    slot = Slot(key="where", path=("where",), accepts="predicate", blocks=blocks, is_written=where is not None)
    return block_of(node, (), "document", "Segment", node, [slot])


def _form_of(node: Node) -> tuple[str, Node | None]:
    if isinstance(node.value, dict) and len(node.value) == 1:
        form, body = next(iter(node.value.items()))
        if form in _FORMS:
            return form, body
    return "", node
