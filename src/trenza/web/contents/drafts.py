"""A template under edit: its fields by channel and language, and what was typed into them put back into the text.

What nobody touched keeps every character (`definitions.editing`).
"""

from collections.abc import Iterable, Mapping

import msgspec

from trenza.content import FORMS, form_of
from trenza.definitions import Node, read_node
from trenza.definitions.editing import NoSuchPlace, insert_key, set_value
from trenza.kernel import JsonValue
from trenza.web.editor import text_of
from trenza.web.forms import Form

FRESH = """\
kind: Template
key: new_message
title: {es: "", en: ""}
channels:
  email:
    subject: {es: "", en: ""}
    body: {es: "", en: ""}
"""
LANGUAGES = ("es", "en")
_LONG = frozenset({"body", "mjml", "text"})
_LINES = 8
Way = tuple[str, ...]


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """One text in one language."""

    name: str
    """Of the form's field: its way with `/`."""
    field: str
    language: str
    """Empty: one for all."""
    value: str
    rows: int


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What is said on one channel."""

    channel: str
    inputs: tuple[Input, ...]


def draft_of(form: Form) -> str:
    """The text as it was edited, in the fields or as YAML; a channel more where one was asked for."""
    text = text_of(form)
    if "yaml" in form:
        return text
    for way, typed in _typed(form):
        text = _put(text, way, typed)
    return _with_channel(text, form["add"]) if form["adds"] and form["add"] in FORMS else text


def versions_of(text: str) -> list[Version]:
    """The fields of a text, channel by channel; none where it cannot be read."""
    channels = _at(text, ("channels",))
    if not isinstance(channels, dict):
        return []
    return [
        Version(channel=channel, inputs=tuple(_inputs(channel, each)))
        for channel, each in channels.items()
        if isinstance(each, dict)
    ]


def titles_of(text: str) -> list[Input]:
    """Its title by language."""
    return _by_language(("title",), "title", _at(text, ("title",)))


def key_in(text: str) -> str:
    """Its key as far as it can be read."""
    key = _at(text, ("key",))
    return key if isinstance(key, str) else ""


def places_of(text: str, inputs: Iterable[Input]) -> dict[tuple[int, int], str]:
    """Line and column of the values in a text, with the names of the fields that they are typed into."""
    found: dict[tuple[int, int], str] = {}
    for each in inputs:
        way = tuple(each.name.split("/"))
        for node in (_node(text, way), _node(text, way[:-1])):
            if node is not None:
                found.setdefault((node.line, node.column), each.name)
    return found


def _inputs(channel: str, fields: Mapping[str, JsonValue]) -> list[Input]:
    known = form_of(channel)
    wanted = dict.fromkeys([*known.required, *fields])
    found: list[Input] = []
    for name in wanted:
        value = fields.get(name)
        if not isinstance(value, list):
            found += _by_language(("channels", channel, name), name, value)
    return found


def _by_language(way: Way, field: str, value: JsonValue) -> list[Input]:
    if isinstance(value, str):
        return [_input(way, field, "", value)]
    texts = value if isinstance(value, dict) else {}
    return [
        _input((*way, each), field, each, str(texts.get(each) or "")) for each in dict.fromkeys([*LANGUAGES, *texts])
    ]


def _input(way: Way, field: str, language: str, value: str) -> Input:
    rows = (
        max(_LINES if field in _LONG and way[1:2] == ("email",) else 2, value.count("\n") + 1) if field in _LONG else 1
    )
    return Input(name="/".join(way), field=field, language=language, value=value, rows=rows)


def _typed(form: Form) -> list[tuple[Way, str]]:
    """What stands in the fields, with the line breaks of the language."""
    names = [
        name for name in form.names() if name.startswith(("channels/", "title/", "key/")) or name in {"title", "key"}
    ]
    return [(tuple(name.split("/")), form[name].replace("\r\n", "\n")) for name in names]


def _put(text: str, way: Way, typed: str) -> str:
    old = _at(text, way)
    if old == typed or (old is None and not typed):
        return text
    if isinstance(old, str) and old.rstrip("\n") == typed.rstrip("\n"):
        return text  # a browser does not show the line break at the end
    if isinstance(old, str) and old.endswith("\n") and "\n" in typed:
        typed = typed.rstrip("\n") + "\n"
    try:
        return set_value(text, way, typed)
    except NoSuchPlace:
        above = _at(text, way[:-1])
        if above is None:
            return insert_key(text, way[:-2], way[-2], {way[-1]: typed})
        return insert_key(text, way[:-1], way[-1], typed)


def _with_channel(text: str, channel: str) -> str:
    form = form_of(channel)
    names = [*form.required, *form.one_of[:1]]
    value: JsonValue = {name: dict.fromkeys(LANGUAGES, "") for name in names}
    if channel == "whatsapp":
        value = {"text": dict.fromkeys(LANGUAGES, "")}
    there = _at(text, ("channels",))
    return text if isinstance(there, dict) and channel in there else insert_key(text, ("channels",), channel, value)


def _at(text: str, way: Way) -> JsonValue:
    found = _node(text, way)
    return found.plain() if found is not None else None


def _node(text: str, way: Way) -> Node | None:
    node, _ = read_node(text)
    found: Node | None = node
    for name in way:
        inside = found.value if found is not None else None
        found = inside.get(name) if isinstance(inside, dict) else None
    return found
