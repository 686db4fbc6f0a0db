"""Everything a page needs to draw a text under edit: its cards, its faults, the names to choose from.

A kind of document that is edited as blocks is one line in `KINDS`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from trenza.definitions import Block, Offers, list_live, localise, read_node
from trenza.definitions import Form as BlockForm
from trenza.definitions import View as Blocks
from trenza.journeys import blocks, describe_sections, describe_steps
from trenza.kernel import NotFound, format_instant
from trenza.segments import describe_predicates
from trenza.storage import Transaction
from trenza.web.editor import words
from trenza.web.editor.cards import Card, Dealer
from trenza.web.editor.controls import Control, Drawing
from trenza.web.editor.faults import FaultLine, said_faults
from trenza.web.editor.names import offers_for
from trenza.web.editor.operations import Context
from trenza.web.plain import Speaker, say_block
from trenza.web.render import View
from trenza.web.texts import LANGUAGES

Forms = Mapping[str, Sequence[BlockForm]]
"""By kind of block."""


class EditorKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of document that is edited as blocks."""

    name: str
    path: str
    """Of its pages: `/segments`."""
    forms: Callable[[Offers], Forms]


def _segment_forms(offers: Offers) -> Forms:
    return {"predicate": describe_predicates(offers)}


def _journey_forms(offers: Offers) -> Forms:
    return {
        "predicate": describe_predicates(offers, in_journey=True),
        "step": describe_steps(offers),
        "section": describe_sections(offers),
    }


KINDS: Mapping[str, EditorKind] = {
    "Segment": EditorKind(name="Segment", path="/segments", forms=_segment_forms),
    "Journey": EditorKind(name="Journey", path="/journeys", forms=_journey_forms),
}


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """A text laid out for the templates."""

    kind: EditorKind
    text: str
    blocks: Blocks
    card: Card | None
    """None where the text cannot be read as YAML."""
    faults: tuple[FaultLine, ...]
    by_place: Mapping[tuple[int, int], FaultLine]
    offers: Offers
    titles: Mapping[str, Mapping[str, str]]
    """By kind and key: titles of the documents that may be named, in the reader's language."""
    title: Control
    context: Context
    may_write: bool
    is_new: bool
    is_untouched: bool = False
    """A new one that nobody has written in yet."""
    words: Any = words

    @property
    def state(self) -> str:
        """The text as the page keeps it."""
        return msgspec.json.encode(self.text).decode()

    @property
    def key(self) -> str:
        """The document's key as far as it can be read."""
        parts = {part.key: part.value for part in self.blocks.root.parts} if self.blocks.root else {}
        return str(parts.get("key", ""))

    @property
    def shown_title(self) -> str:
        """The title in the reader's language; else the key."""
        return next((each for each in self.title.texts.values() if each), self.key)

    @property
    def marks(self) -> list[tuple[int, str]]:
        """Lines of the text with what is wrong with them."""
        return [(each.line, each.why) for each in self.faults]


def kind_of(name: str) -> EditorKind:
    """The kind of that name.

    Raises:
        NotFound: it is not edited as blocks.
    """
    if name not in KINDS:
        raise NotFound("this kind is not edited as blocks", "use its YAML")
    return KINDS[name]


def lay_out(tx: Transaction, view: View, kind: EditorKind, text: str, *, is_new: bool) -> Bench:
    """Read a text anew and lay it out."""
    instance = view.instance
    made = blocks(text, kind.name, _known(tx))
    offers = offers_for(tx, instance, _own_names(made))
    now = format_instant(instance.clock.now() // 1000 * 1000)
    drawing = Drawing(offers, instance.settings.timezone, now, _languages(view))
    forms = kind.forms(offers)
    faults = said_faults(view, made.faults)
    return Bench(
        kind=kind,
        text=text,
        blocks=made,
        card=Dealer(drawing, forms, _sayer(view, tx, text)).document(made.root) if made.root else None,
        faults=faults,
        by_place={(each.line, each.column): each for each in faults},
        offers=offers,
        titles=_titles(instance.in_force(tx).objects, view),
        title=_title(drawing, made),
        context=context_for(view, forms),
        may_write=view.may("write"),
        is_new=is_new,
    )


def _sayer(view: View, tx: Transaction, text: str) -> Callable[[Block], Markup]:
    """Puts blocks of a text into words."""
    speaker = Speaker(view, view.instance.in_force(tx).objects)
    node, _ = read_node(text)
    content = node.plain() if node is not None else None
    return lambda block: say_block(speaker, block, content)


def context_for(view: View, forms: Forms) -> Context:
    """What operations need."""
    skeletons = {form.key: form.skeleton for each in forms.values() for form in each}
    return Context(zone=view.instance.settings.timezone, skeletons=skeletons)


def operation_context(tx: Transaction, view: View, kind: EditorKind, text: str) -> Context:
    """The same before anything is laid out."""
    made = blocks(text, kind.name, {})
    return context_for(view, kind.forms(offers_for(tx, view.instance, _own_names(made))))


def _known(tx: Transaction) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for live in list_live(tx):
        known.setdefault(live.kind, set()).add(live.key)
    return known


def _own_names(made: Blocks) -> dict[str, tuple[str, ...]]:
    """Names inside a journey: its waits and its named steps."""
    steps = [each for each in made.each() if each.kind == "step"]
    named = [each.name for each in steps if any(part.key == "name" for part in each.parts)]
    waits = [each.name for each in steps if each.form == "wait" and each.name in named]
    return {"wait": tuple(waits), "step": tuple(named)}


def _languages(view: View) -> list[str]:
    return sorted(LANGUAGES, key=lambda each: each != view.language)


def _titles(objects: Mapping[str, Mapping[str, Any]], view: View) -> dict[str, dict[str, str]]:
    return {
        kind: {
            key: localise(each.title, view.language) if getattr(each, "title", None) else key
            for key, each in objects.get(kind, {}).items()
        }
        for kind in ("Segment", "Template", "Cap", "QuietHours", "Journey")
    }


def _title(drawing: Drawing, made: Blocks) -> Control:
    parts = {part.key: part.value for part in made.root.parts} if made.root else {}
    return drawing.localised(parts.get("title", ""), ("title",))
