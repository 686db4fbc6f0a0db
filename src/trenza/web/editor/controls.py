"""The controls of a block: what a form says may stand there, and what stands there, as a tree for the templates.

Each control bears the operation that it asks for (`op`, JSON for `/editor/apply`); the script adds what was typed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from trenza.definitions import Field, Offers
from trenza.kernel import JsonValue, encode_json
from trenza.web.editor.values import duration_parts, kind_of, local_text, shown
from trenza.web.editor.words import FIELD_WORDS

Way = tuple[str | int, ...]
Widget = Literal[
    "text", "long", "number", "boolean", "choice", "duration", "instant", "localised", "any", "lines", "pair", "items",
    "entries", "group", "tests", "test", "either", "raw",
]  # fmt: skip
KEYS_OF = frozenset({"Segment", "Template", "Cap", "QuietHours"})
"""What a text names where only what is there may be named: chosen, not typed."""
_WINDOWS = frozenset({"within", "since", "between"})
"""A condition has one of them: where one stands, the others are not offered."""
_BLOCKS = frozenset({"predicate", "predicates", "steps"})
_DRAWN_AS: Mapping[str, Widget] = {
    "number": "number", "whole": "number", "boolean": "boolean", "choice": "choice", "duration": "duration",
    "instant": "instant", "localised": "localised", "any": "any",
}  # fmt: skip
_TWO = 2


class Choice(msgspec.Struct, frozen=True):
    """One thing to choose."""

    value: str
    label: str
    """In English; empty: shown as it is."""
    op: str = ""


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a block, or a part of one."""

    id: str
    widget: Widget
    label: str
    """Key of its words: the last name of its way; the templates look it up."""
    name: str = ""
    """A free name, shown as it is: a path, an arm."""
    value: str = ""
    unit: str = ""
    """Of a duration its unit; of `any` and `lines` how the value is told apart."""
    texts: Mapping[str, str] = {}
    """Of `localised`: by language."""
    options: tuple[Choice, ...] = ()
    suggestions: str = ""
    """What it names (`event`, `trait`, `path` …): the page has a list of those known."""
    op: str = ""
    """What a change asks for."""
    remove: str = ""
    """What taking it away asks for; empty: it must stand."""
    rename: str = ""
    """What another name asks for."""
    up: str = ""
    down: str = ""
    adds: tuple[Choice, ...] = ()
    """What may be added in it."""
    inside: tuple["Control", ...] = ()


def control_id(path: Way) -> str:
    """The id of what stands at a path."""
    return "at-" + quote("/".join(map(str, path)), safe="/")


def asks(op: str, path: Way, **more: JsonValue) -> str:
    """An operation as JSON."""
    return encode_json({"op": op, "path": list(path), **more}).decode()


class Drawing:
    """Makes controls.

    Args:
        offers: names to begin with.
        zone: local times are of this zone.
        now: an instant to begin with, ISO 8601.
        languages: of localised texts.
    """

    def __init__(self, offers: Offers, zone: str, now: str, languages: Sequence[str]) -> None:
        self._offers = offers
        self._zone = zone
        self._now = now
        self._languages = languages

    def of_body(self, field: Field, value: JsonValue, path: Way) -> tuple[tuple[Control, ...], tuple[Choice, ...]]:
        """What stands behind a form's key, and what may be added to it."""
        if field.type == "group" and isinstance(value, dict) and not _is_tests(field):
            return self._fields(field, value, path), self._adds(field, value, path)
        control = self.draw(field, value, path, label=word_key(field))
        return ((control,) if control else ()), ()

    def draw(self, field: Field, value: JsonValue, path: Way, *, label: str, remove: str = "") -> Control | None:
        """One control; None for what is drawn as blocks."""
        if field.type in _BLOCKS:
            return None
        if field.type == "either":
            return self._either(field, value, path, label, remove)
        base: dict[str, Any] = {"id": control_id(path), "label": label, "remove": remove}
        if field.type in {"list", "named", "group"}:
            return self._nested(field, value, path, base)
        return self._single(field, value, path, base)

    def least(self, field: Field, name: str = "") -> JsonValue:
        """A value to begin with."""
        if field.default is not None:
            return field.default
        if field.choices:
            return field.choices[0]
        if field.type in {"text", "any", "localised"}:
            return self._offers.first(field.of)
        simple: dict[str, JsonValue] = {"boolean": True, "duration": "7d", "instant": self._now, "predicate": {}}
        if field.type in simple:
            return simple[field.type] if field.type != "predicate" else {"all": []}
        if field.type in {"number", "whole"}:
            return int(field.least or 0)
        return self._least_nested(field, name)

    def _least_nested(self, field: Field, name: str) -> JsonValue:
        if field.type == "list":
            inner = field.fields[0]
            count = _TWO if name == "between" else 0 if inner.type in {"any", "text", "steps"} and not inner.of else 1
            return [self.least(inner)] * count
        if field.type == "named":
            return {self._offers.first(field.of) or "properties.total": self.least(field.fields[0])}
        if field.type == "either":
            return self.least(field.fields[0])
        if field.type == "group":
            if _is_tests(field):
                named = {each.name: each for each in field.fields}
                return {"gte": 1} if "contains" not in named else {"exists": True}
            return {each.name: self.least(each, each.name) for each in field.fields if each.required}
        return []

    def _single(self, field: Field, value: JsonValue, path: Way, base: dict[str, Any]) -> Control:
        """A control with one value; what is no value of its kind is shown as it is written, to be mended."""
        widget: Widget = _DRAWN_AS.get(field.type, "text")
        op = asks("set", path, type=field.type)
        if isinstance(value, dict | list) and widget != "localised":
            return Control(**base, widget="raw", value=encode_json(value).decode())
        if widget in {"duration", "instant"}:
            return self._timed(widget, value, path, base)
        if widget == "localised":
            return self.localised(value, path, base)
        if widget in {"choice", "boolean"} or field.of in KEYS_OF:
            options = self._options(field, value)
            return Control(**base, widget="choice", value=shown(value), options=options, suggestions=field.of, op=op)
        return Control(**base, widget=widget, value=shown(value), unit=kind_of(value), suggestions=field.of, op=op)

    def _timed(self, widget: Widget, value: JsonValue, path: Way, base: dict[str, Any]) -> Control:
        """A duration or an instant; what is none is a text, as it is written."""
        parts = duration_parts(value) if widget == "duration" else (local_text(value, self._zone), "")
        if parts is None or not parts[0]:
            return Control(**base, widget="text", value=shown(value), op=asks("set", path))
        return Control(**base, widget=widget, value=parts[0], unit=parts[1], op=asks("set", path, type=widget))

    def _options(self, field: Field, value: JsonValue) -> tuple[Choice, ...]:
        """What may be chosen; what is written is always among it."""
        known = ("true", "false") if field.type == "boolean" else tuple(map(shown, field.choices))
        if field.of in KEYS_OF:
            known = tuple(self._offers.names.get(field.of, ()))
            return tuple(Choice(each, "") for each in dict.fromkeys([*known, shown(value)]))
        return tuple(Choice(each, each) for each in dict.fromkeys([*known, shown(value)]))

    def localised(self, value: JsonValue, path: Way, base: dict[str, Any] | None = None) -> Control:
        """A text in each language."""
        base = base or {"id": control_id(path), "label": str(path[-1])}
        said = value if isinstance(value, dict) else dict.fromkeys(self._languages, value)
        texts = {language: shown(said.get(language, "")) for language in dict.fromkeys([*self._languages, *said])}
        return Control(**base, widget="localised", texts=texts, op=asks("title", path))

    def _nested(self, field: Field, value: JsonValue, path: Way, base: dict[str, Any]) -> Control:
        if field.type == "list" and isinstance(value, list):
            return self._list(field.fields[0], value, path, base)
        if isinstance(value, dict) and field.type == "named":
            inside = tuple(self._entry(field, key, each, (*path, key)) for key, each in value.items())
            first = self._offers.first(field.of) or "name"
            adds = (Choice("", field.of or "entry", asks("add", path, key=first, value=self.least(field.fields[0]))),)
            return Control(**base, widget="entries", inside=inside, adds=adds)
        if isinstance(value, dict) and field.type == "group":
            if _is_tests(field):
                return self._tests(field, value, path, base)
            inside = self._fields(field, value, path)
            return Control(**base, widget="group", inside=inside, adds=self._adds(field, value, path))
        return Control(**base, widget="raw", value=encode_json(value).decode())

    def _entry(self, field: Field, key: str, value: JsonValue, path: Way) -> Control:
        inner = self.draw(field.fields[0], value, path, label="")
        inside = (inner,) if inner else ()
        return Control(
            id=f"{control_id(path)}-entry",
            widget="group",
            label=field.of or "entry",
            name=key,
            suggestions=field.of,
            rename=asks("rename", path),
            remove=asks("remove", path),
            inside=inside,
        )

    def _list(self, inner: Field, value: Sequence[JsonValue], path: Way, base: dict[str, Any]) -> Control:
        if inner.type == "any" and not any(isinstance(each, dict | list) for each in value):
            kinds = {kind_of(each) for each in value} or {"text"}
            unit = kinds.pop() if len(kinds) == 1 else "text"
            if not kinds:
                rows = "\n".join(map(shown, value))
                return Control(**base, widget="lines", value=rows, unit=unit, op=asks("set", path, type="lines"))
        last = len(value) - 1
        inside = []
        for place, each in enumerate(value):
            control = self.draw(inner, each, (*path, place), label="")
            if control is not None:
                moves = {
                    "up": asks("move", (*path, place), index=place - 1) if place else "",
                    "down": asks("move", (*path, place), index=place + 1) if place < last else "",
                    "remove": asks("remove", (*path, place)),
                }
                inside.append(msgspec.structs.replace(control, **moves))
        if inner.type in {"number", "instant"} and len(value) == _TWO:
            ends = tuple(msgspec.structs.replace(each, up="", down="", remove="") for each in inside)
            return Control(**base, widget="pair", inside=ends)
        add = Choice("", inner.of or "item", asks("add", path, value=self.least(inner)))
        return Control(**base, widget="items", inside=tuple(inside), adds=(add,))

    def _fields(self, field: Field, value: Mapping[str, JsonValue], path: Way) -> tuple[Control, ...]:
        """Those that are written, in the order of the form; then those that the form does not know."""
        found = []
        for each in field.fields:
            if each.name in value:
                gone = "" if each.required else asks("remove", (*path, each.name))
                control = self.draw(each, value[each.name], (*path, each.name), label=word_key(each), remove=gone)
                found += [control] if control else []
            elif each.required and each.type not in _BLOCKS:
                control = self.draw(each, "", (*path, each.name), label=word_key(each))
                found += [control] if control else []
        return tuple(found)

    def _adds(self, field: Field, value: Mapping[str, JsonValue], path: Way) -> tuple[Choice, ...]:
        taken = {*value, *(_WINDOWS if _WINDOWS & value.keys() else ())}
        return tuple(
            Choice(each.name, word_key(each), asks("add", path, key=each.name, value=self.least(each, each.name)))
            for each in field.fields
            if each.name not in taken and not each.required and each.type not in _BLOCKS
        )

    def _tests(self, field: Field, value: Mapping[str, JsonValue], path: Way, base: dict[str, Any]) -> Control:
        """Comparisons of one value, each a line: how, and with what."""
        operators = [each for each in field.fields if each.name not in {"fold", "for"}]
        inside = [self._test(operators, each, value, path) for each in operators if each.name in value]
        beside = [each for each in field.fields if each.name in {"fold", "for"} and each.name in value]
        for each in beside:
            gone = asks("remove", (*path, each.name))
            control = self.draw(each, value[each.name], (*path, each.name), label=each.name, remove=gone)
            inside += [control] if control else []
        free = next((each for each in operators if each.name not in value), None)
        another = (
            [Choice("", "another", asks("add", path, key=free.name, value=self.least(free, free.name)))] if free else []
        )
        more = [
            Choice(each.name, each.name, asks("add", path, key=each.name, value=self.least(each)))
            for each in field.fields
            if each.name in {"fold", "for"} and each.name not in value
        ]
        return Control(**base, widget="tests", inside=tuple(inside), adds=(*another, *more))

    def _test(self, operators: Sequence[Field], own: Field, value: Mapping[str, JsonValue], path: Way) -> Control:
        here = (*path, own.name)
        options = tuple(
            Choice(each.name, each.name, asks("operator", here, key=each.name, value=self.least(each, each.name)))
            for each in operators
            if each is own or each.name not in value
        )
        inner = self.draw(own, value[own.name], here, label="")
        return Control(
            id=f"{control_id(here)}-how",
            widget="test",
            label="how",
            value=own.name,
            options=options,
            remove=asks("remove", here) if len(value) > 1 else "",
            inside=(inner,) if inner else (),
        )

    def _either(self, field: Field, value: JsonValue, path: Way, label: str, remove: str) -> Control | None:
        """The alternative that is written, and a choice of the others where they differ in kind."""
        place = _alternative(field.fields, value)
        own = field.fields[place]
        inner = self.draw(own, value, path, label=label)
        options = tuple(
            Choice(str(number), _said_as(each), asks("put", path, value=self.least(each)))
            for number, each in enumerate(field.fields)
        )
        return Control(
            id=f"{control_id(path)}-either",
            widget="either",
            label=label,
            value=str(place),
            options=options,
            remove=remove,
            inside=(inner,) if inner else (),
        )


def word_key(field: Field) -> str:
    """The key of a field's words: its whole way where that has words of its own, else its last name."""
    way = field.label.removeprefix("field.")
    return way if way in FIELD_WORDS else field.name


def _is_tests(field: Field) -> bool:
    return field.type == "group" and {"is", "gte"} <= {each.name for each in field.fields}


def _alternative(fields: Sequence[Field], value: JsonValue) -> int:
    """Which of several fields a value is of: by its shape, then by the names it has."""
    if isinstance(value, dict):
        shaped = [n for n, each in enumerate(fields) if each.type in {"group", "named", "localised"}]
        fitting = [n for n in shaped if set(value) <= {each.name for each in fields[n].fields}]
        return (fitting or shaped or [0])[0]
    plain = [n for n, each in enumerate(fields) if each.type not in {"group", "named", "list"}]
    return (plain or [0])[0]


def _said_as(field: Field) -> str:
    """What tells an alternative apart: the field that it must have, or its type."""
    names = [each.name for each in field.fields if each.required] or [each.name for each in field.fields]
    return names[0] if field.type == "group" and names else field.type
