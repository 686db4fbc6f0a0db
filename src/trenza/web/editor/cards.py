"""A document as cards: blocks with their controls and with what may be done to each, for the templates to draw.

A view of the text, made anew after every operation; nothing of it is kept.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from markupsafe import Markup

from trenza.definitions import Block, Field, Form, Slot
from trenza.kernel import Fault
from trenza.web.editor.controls import Choice, Control, Drawing, Way, asks, control_id
from trenza.web.editor.operations import GROUPS

_WEIGHT = Field(name="weight", type="whole", required=True, label="field.split.arms.*.weight")
Say = Callable[[Block], Markup]
"""What a block does, in a sentence; empty where there is none."""
MOST_DEEP = 40
"""Deeper nesting is edited as text."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A slot of a card: cards, and what may be added there."""

    id: str
    key: str
    """`where`, `all`, `if`, `then`, `steps` …"""
    path: Way
    accepts: str
    cards: tuple["Card", ...]
    offers: tuple[Choice, ...] = ()
    """Forms that may be inserted: `value` is the form's key."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A block."""

    id: str
    path: Way
    kind: str
    """`predicate`, `step`, `section`, `arm`, `document`."""
    form: str
    """Empty: not known here; its text is shown."""
    name: str = ""
    said: Markup = Markup()
    """What it does, in a sentence."""
    before: tuple[Choice, ...] = ()
    """Forms that may be inserted before it."""
    controls: tuple[Control, ...] = ()
    adds: tuple[Choice, ...] = ()
    """Fields that may be added."""
    actions: tuple[Choice, ...] = ()
    """What may be done to the whole block: `up`, `down`, `into`, `duplicate`, `wrap`, `unwrap`, `negate`, `remove`."""
    groups: tuple[Choice, ...] = ()
    """Of a group: the other groups it may be."""
    places: tuple[Place, ...] = ()
    faults: tuple[Fault, ...] = ()
    written: str = ""
    """Of a block that is not known: its values as JSON."""
    line: int = 0


class Dealer:
    """Makes cards of blocks.

    Args:
        drawing: makes the controls.
        forms: by kind of block (`predicate`, `step`, `section`) those that may be offered.
        say: puts steps, sections and arms into words.
    """

    def __init__(self, drawing: Drawing, forms: Mapping[str, Sequence[Form]], say: Say) -> None:
        self._drawing = drawing
        self._say = say
        self._forms = forms
        self._by_key = {kind: {form.key: form for form in each} for kind, each in forms.items()}

    def document(self, root: Block) -> Card:
        """The card of the document itself; its own fields are the page's to draw (`field`)."""
        return Card(
            id="at-",
            path=(),
            kind="document",
            form=root.form,
            places=tuple(self._place(slot, 0) for slot in root.slots),
            faults=root.faults,
            line=root.line,
        )

    def _place(self, slot: Slot, depth: int) -> Place:
        kind = {"predicate": "predicate", "predicates": "predicate", "steps": "step", "sections": "section"}
        forms = self._forms.get(kind.get(slot.accepts, ""), ())
        cards = tuple(
            self._card(block, slot, index, depth + 1) for index, block in enumerate(slot.blocks) if depth < MOST_DEEP
        )
        type_ = "one" if slot.accepts == "predicate" else "many"
        offers = _inserts(forms, slot, type_, len(slot.blocks))
        if slot.accepts == "steps":
            cards = tuple(
                msgspec.structs.replace(card, before=_inserts(forms, slot, type_, index))
                for index, card in enumerate(cards)
            )
        return Place(
            id=f"{control_id(slot.path)}-{slot.key}",
            key=slot.key,
            path=slot.path,
            accepts=slot.accepts,
            cards=cards,
            offers=self._section_offers(forms, slot)
            if slot.accepts == "sections"
            else _arm_offers(slot)
            if slot.accepts == "arms"
            else offers,
        )

    def _section_offers(self, forms: Sequence[Form], slot: Slot) -> tuple[Choice, ...]:
        """A section is a field of the document."""
        there = {block.form for block in slot.blocks}
        return tuple(
            Choice(form.key, form.key, asks("insert", (*slot.path, form.key), form=form.key, type="field"))
            for form in forms
            if form.key not in there
        )

    def _card(self, block: Block, slot: Slot, index: int, depth: int) -> Card:
        form = self._by_key.get(block.kind, {}).get(block.form)
        controls: tuple[Control, ...] = ()
        adds: tuple[Choice, ...] = ()
        if block.kind == "arm":
            controls = self._arm_controls(block)
        elif form is not None and block.form not in GROUPS:
            body = (*block.path, form.key) if block.kind != "section" else block.path
            controls, adds = self._drawing.of_body(_without_slots(form.body, block), _value_of(block, form), body)
        return Card(
            id=control_id(block.path),
            path=block.path,
            kind=block.kind,
            form=block.form,
            name=block.name,
            said=self._say(block),
            controls=controls,
            adds=adds,
            actions=_actions(block, slot, index),
            groups=_groups(block),
            places=tuple(self._place(each, depth) for each in block.slots),
            faults=block.faults,
            written="" if block.form else _written(block),
            line=block.line,
        )

    def _arm_controls(self, block: Block) -> tuple[Control, ...]:
        """An arm of a split has a name and a weight; one of a branch has neither."""
        if not isinstance(block.path[-1], str):
            return ()
        named = Control(
            id=f"{control_id(block.path)}-name",
            widget="text",
            label="split.arms.name",
            value=block.name,
            op=asks("rename", block.path),
        )
        weight = next((part.value for part in block.parts if part.key == "weight"), None)
        drawn = self._drawing.draw(_WEIGHT, weight, (*block.path, "weight"), label="split.arms.*.weight")
        return (named, drawn) if drawn else (named,)


_NEEDED = frozenset({"enter", "policy"})
"""Sections that no journey can be without: there is nothing to take away."""


def _inserts(forms: Sequence[Form], slot: Slot, type_: str, index: int) -> tuple[Choice, ...]:
    return tuple(
        Choice(form.key, form.key, asks("insert", slot.path, form=form.key, type=type_, index=index)) for form in forms
    )


def _arm_offers(slot: Slot) -> tuple[Choice, ...]:
    """Another way where ways part: an item of a branch, a name of a split."""
    if slot.key == "when":
        return (Choice("arm", "arm", asks("add", slot.path, value={"if": {"all": []}, "then": []})),)
    return (Choice("arm", "arm", asks("add", slot.path, key="way", value={"weight": 50, "then": []})),)


def _without_slots(body: Field, block: Block) -> Field:
    """A form without the fields that are drawn as blocks."""
    drawn = {slot.key for slot in block.slots}
    kept = tuple(each for each in body.fields if each.name not in drawn)
    return msgspec.structs.replace(body, fields=kept) if body.type == "group" else body


def _value_of(block: Block, form: Form) -> object:
    """What stands behind the form's key, as far as the block has it."""
    alone = [part.value for part in block.parts if part.key == form.key]
    named = {part.key: part.value for part in block.parts}
    is_mapping = form.body.type in {"group", "named", "localised", "either"} and not (
        len(block.parts) == 1 and alone and not isinstance(alone[0], dict)
    )
    if is_mapping or not alone:
        return named
    return alone[0]


def _groups(block: Block) -> tuple[Choice, ...]:
    if block.form not in GROUPS or block.kind != "predicate":
        return ()
    here = (*block.path, block.form)
    return tuple(Choice(each, each, asks("rename", here, raw=each)) for each in GROUPS)


def _actions(block: Block, slot: Slot, index: int) -> tuple[Choice, ...]:
    """What may be done to a block where it stands."""
    if block.kind == "section":
        return () if block.form in _NEEDED else (Choice("remove", "remove", asks("remove", block.path)),)
    found = _moves(block, slot, index) if slot.accepts in {"predicates", "steps"} or slot.key == "when" else []
    if block.kind == "predicate":
        found += [(f"wrap_{each}", asks("wrap", block.path, form=each)) for each in GROUPS]
        found.append(("negate", asks("negate", block.path)))
        inside = sum(len(each.blocks) for each in block.slots)
        if block.form in GROUPS and (inside == 1 or (inside and slot.accepts == "predicates")):
            found.append(("unwrap", asks("unwrap", block.path)))
    if block.kind != "arm":
        found.append(("duplicate", asks("duplicate", block.path)))
    found.append(("remove", asks("remove", block.path)))
    return tuple(Choice(name, name, op) for name, op in found)


def _moves(block: Block, slot: Slot, index: int) -> list[tuple[str, str]]:
    """Up and down in its list; at an end out of the group; and into a group that stands before it."""
    path, last = block.path, len(slot.blocks) - 1
    found = []
    if index > 0:
        found.append(("up", asks("move", path, index=index - 1)))
        before = slot.blocks[index - 1]
        if block.kind == "predicate" and before.form in GROUPS and before.slots:
            to = before.slots[0]
            found.append(("into", asks("move", path, to=list(to.path), index=len(to.blocks))))
    if index < last:
        found.append(("down", asks("move", path, index=index + 1)))
    out = _outside(slot.path) if block.kind == "predicate" else None
    if out is not None:
        found.append(("out", asks("move", path, to=list(out[:-1]), index=int(out[-1]) + 1)))
    return found


def _outside(slot: Way) -> Way | None:
    """The place of the group that a list of conditions is of, where that stands in a list itself."""
    group = slot[:-1]
    return group if group and isinstance(group[-1], int) else None


def _written(block: Block) -> str:
    return "\n".join(f"{part.key or '…'}: {part.value}" for part in block.parts)
