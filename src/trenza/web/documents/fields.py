"""Caps and quiet hours in fields: what a text says, and what was typed put back into it; nothing else is touched."""

from collections.abc import Callable, Iterable, Sequence

from trenza.definitions import Node, read_node
from trenza.definitions.editing import insert_key, remove, set_value
from trenza.kernel import JsonValue
from trenza.web.editor import FaultLine, text_of
from trenza.web.editor.values import UNITS, duration_parts, number_of
from trenza.web.forms import Form
from trenza.web.plain import WEEKDAY_WORDS

MARK = "fields"
"""The field that says that the others were there: a box that is not ticked is not sent."""
SPANS = ("m", "h", "d", "calendar_day")
_INPUTS = {"within": "amount"}
"""Where the field of a form is called otherwise than that of the text."""

Read = Callable[[dict[str, Node]], dict[str, list[str]]]
Typed = Callable[[Form, dict[str, list[str]]], dict[str, JsonValue]]


def draft_of(form: Form, kind: str) -> str:
    """The text as it was edited, in the fields or as YAML."""
    text = text_of(form)
    if "yaml" in form or not form[MARK] or kind not in KINDS:
        return text
    read, typed = KINDS[kind]
    fields = _fields(text)
    if fields is None:
        return text
    wanted = typed(form, read(fields)) | ({"key": form.text("key")} if "key" in form else {})
    for name, value in wanted.items():
        text = _put(text, name, value)
    return text


def form_of(kind: str, text: str, said: Sequence[FaultLine] = ()) -> Form | None:
    """The fields of a text, each with what is wrong with it; None where it has to be edited as YAML."""
    fields = _fields(text) if kind in KINDS else None
    if fields is None:
        return None
    form = Form({"key": [_shown(fields.get("key"))], **KINDS[kind][0](fields)})
    places = dict(_places(fields))
    for each in said:
        if not each.file and (name := places.get((each.line, each.column))):
            form.blame(_INPUTS.get(name, name), f"{each.why} — {each.mend}" if each.mend else each.why)
    return form


def _read_cap(fields: dict[str, Node]) -> dict[str, list[str]]:
    written = _shown(fields.get("within"))
    amount, unit = duration_parts(written) or (written, "d")
    return {
        "count": [_shown(fields.get("count"))],
        "amount": [amount],
        "unit": [unit],
        "channels": _listed(fields.get("channels")),
    }


def _typed_cap(form: Form, before: dict[str, list[str]]) -> dict[str, JsonValue]:
    amount, unit = form.text("amount"), form["unit"] if form["unit"] in UNITS else "d"
    within = f"{amount} {unit}" if unit == "calendar_day" else f"{amount}{unit}"
    chosen = form.all("channels")
    kept = [each for each in before["channels"] if each in chosen]
    return {
        "count": number_of(form["count"]),
        "within": within if amount.isdecimal() else amount,
        "channels": [*kept, *(each for each in chosen if each not in kept)] or None,
    }


def _read_night(fields: dict[str, Node]) -> dict[str, list[str]]:
    zone = _shown(fields.get("zone")) or "person"
    return {
        "from": [_shown(fields.get("from"))],
        "to": [_shown(fields.get("to"))],
        "days": _listed(fields["days"]) if "days" in fields else list(WEEKDAY_WORDS),
        "whose": ["person" if zone == "person" else "zone"],
        "zone": ["" if zone == "person" else zone],
    }


def _typed_night(form: Form, before: dict[str, list[str]]) -> dict[str, JsonValue]:
    days = [each for each in WEEKDAY_WORDS if each in form.all("days")]
    was_same = set(days) == {each for each in before["days"] if each in WEEKDAY_WORDS}
    is_theirs = form["whose"] != "zone"
    typed: dict[str, JsonValue] = {"from": form.text("from"), "to": form.text("to")}
    if not was_same:
        typed["days"] = None if len(days) == len(WEEKDAY_WORDS) else [*days]
    if not is_theirs or before["whose"] == ["zone"]:
        typed["zone"] = "person" if is_theirs else form.text("zone")
    return typed


KINDS: dict[str, tuple[Read, Typed]] = {"Cap": (_read_cap, _typed_cap), "QuietHours": (_read_night, _typed_night)}
"""Kinds that have fields: how they are read from a text, and what was typed into them."""


def _put(text: str, name: str, value: JsonValue) -> str:
    """Another value in a field; None takes the field away."""
    old = (_fields(text) or {}).get(name)
    if old is None:
        return text if value is None else insert_key(text, (), name, value)
    if value is None:
        return remove(text, (name,))
    return text if old.plain() == value else set_value(text, (name,), value)


def _fields(text: str) -> dict[str, Node] | None:
    node, faults = read_node(text)
    value = node.value if node is not None and not faults else None
    return value if isinstance(value, dict) else None


def _places(fields: dict[str, Node]) -> Iterable[tuple[tuple[int, int], str]]:
    for name, node in fields.items():
        for each in (node, *(node.value if isinstance(node.value, list) else ())):
            yield (each.line, each.column), name


def _shown(node: Node | None) -> str:
    value = node.plain() if node is not None else None
    return str(value) if isinstance(value, str | int | float) else ""


def _listed(node: Node | None) -> list[str]:
    value = node.plain() if node is not None else None
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
