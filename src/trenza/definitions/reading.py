"""Reading a document: every fault is gathered, none stops the reader.

Each method answers a value, or notes a fault with its place, why and how to mend, and answers something harmless, so
that all faults of all files are said at once.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import msgspec

from trenza.definitions.durations import Duration, parse_duration
from trenza.definitions.node import Document, Node
from trenza.kernel import Fault, Instant, parse_instant
from trenza.storage import Transaction

_NAMES = {dict: "a mapping", list: "a list", str: "a text", bool: "a boolean", int: "a number", float: "a number"}
_SHOWN = 60


class Reading:
    """Collects the faults of documents.

    Args:
        known: by kind, the keys that references may name.
    """

    def __init__(self, known: Mapping[str, Collection[str]] | None = None) -> None:
        self.faults: list[Fault] = []
        self.known = known or {}

    def fault(self, node: Node, why: str, mend: str) -> None:
        """Note a fault at a node; once per place and reason, and never for what is missing anyway."""
        self._note(node, node.line, node.column, why, mend)

    def fault_at_key(self, node: Node, key: str, why: str, mend: str) -> None:
        """Note a fault at the key of a mapping."""
        line, column = node.keys.get(key, (node.line, node.column))
        self._note(node, line, column, why, mend)

    def mapping(self, node: Node, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Node]:
        """The fields of a mapping; every required one is there, as a stand-in where it is missing."""
        fields = self.fields(node)
        known = [*required, *optional]
        for key in fields:
            if key not in known:
                self.fault_at_key(node, key, f"unknown field `{key}`", self.suggest(key, known))
        if isinstance(node.value, dict):
            for key in required:
                if key not in fields:
                    self.fault(node, f"`{key}` is missing", f"add `{key}: …`")
        found = {key: each for key, each in fields.items() if key in known}
        stand_in = Node(value=None, file=node.file, line=node.line, column=node.column, missing=True)
        return {**found, **{key: stand_in for key in required if key not in found}}

    def fields(self, node: Node) -> dict[str, Node]:
        """The fields of a mapping with any keys."""
        if isinstance(node.value, dict):
            return dict(node.value)
        self._expected(node, "a mapping", "write `key: value` lines or `{key: value}`")
        return {}

    def items(self, node: Node) -> list[Node]:
        """The items of a list."""
        if isinstance(node.value, list):
            return list(node.value)
        self._expected(node, "a list", "write `[a, b]` or one `- item` a line")
        return []

    def text(self, node: Node) -> str:
        """A text, `""` included."""
        if isinstance(node.value, str):
            return node.value
        self._expected(node, "a text", "put it in quotes where it should be a text")
        return ""

    def name(self, node: Node) -> str:
        """A text that is not empty."""
        text = self.text(node)
        if not text.strip() and isinstance(node.value, str):
            self.fault(node, "an empty text names nothing", "write a name")
        return text

    def number(self, node: Node) -> int | float:
        """A number."""
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return node.value
        self._expected(node, "a number", "write digits without quotes, with a point for decimals")
        return 0

    def whole(self, node: Node, least: int | None = None, most: int | None = None) -> int:
        """A whole number within bounds, both included."""
        number = self.number(node)
        if not isinstance(number, int):
            self.fault(node, f"{number} is not a whole number", "write it without decimals")
            return least or 0
        if node.missing or not isinstance(node.value, int) or isinstance(node.value, bool):
            return least or 0
        if (least is not None and number < least) or (most is not None and number > most):
            self.fault(node, f"{number} is out of bounds", f"write a whole number {_bounds(least, most)}")
            return least or 0
        return number

    def boolean(self, node: Node) -> bool:
        """`true` or `false`."""
        if isinstance(node.value, bool):
            return node.value
        self._expected(node, "a boolean", "write `true` or `false`")
        return False

    def choice(self, node: Node, options: Collection[str]) -> str:
        """One of some words."""
        if isinstance(node.value, str) and node.value in options:
            return node.value
        first = next(iter(options), "")
        if isinstance(node.value, str):
            self.fault(node, f"`{_short(node.value)}` is not one of the choices", self.suggest(node.value, options))
        else:
            self._expected(node, "a text", f"write one of {_listed(options)}")
        return first

    def duration(self, node: Node, *, signed: bool = False) -> Duration:
        """A duration; with `signed` it may point back (`-3d`)."""
        duration = parse_duration(node.value)
        if duration is None:
            self._expected(node, "a duration", "write `500ms`, `90s`, `30m`, `24h`, `3d` or `7 calendar_day`")
            return Duration()
        if not signed and (duration.milliseconds < 0 or duration.calendar_days < 0):
            self.fault(node, "a span cannot be negative here", "leave the minus out")
            return Duration()
        return duration

    def instant(self, node: Node) -> Instant:
        """An instant with an offset."""
        text = node.value
        at = parse_instant(text)
        if at is None or not isinstance(text, str) or not _has_offset(text):
            self._expected(node, "an instant", "write ISO 8601 with an offset: `2026-03-02T10:00:00+01:00`")
            return 0
        return at

    def reference(self, node: Node, kind: str) -> str:
        """The key of another document of a kind."""
        key = self.text(node)
        keys = self.known.get(kind, ())
        if isinstance(node.value, str) and key not in keys:
            why = f"there is no {kind} with the key `{_short(key)}`"
            self.fault(node, why, self.suggest(key, keys) if keys else f"write a document `kind: {kind}` of that key")
        return key

    def localised(self, node: Node) -> dict[str, str]:
        """A text for every language (`{"": text}`), or one per language (`{"es": …, "en": …}`); see `localise`."""
        if isinstance(node.value, str):
            return {"": node.value}
        if not isinstance(node.value, dict):
            self._expected(node, "a text", "write a text, or `{es: …, en: …}`")
            return {"": ""}
        if not node.value:
            self.fault(node, "no language is given", "write a text, or `{es: …, en: …}`")
        for language in node.value:
            if not _is_language(language):
                why = f"`{_short(language)}` is not a language"
                self.fault_at_key(node, language, why, "write its two-letter code: `es`, `en`")
        return {language: self.text(each) for language, each in node.value.items()} or {"": ""}

    def suggest(self, word: str, options: Collection[str]) -> str:
        """How to mend an unknown word."""
        close = get_close_matches(word, list(options)[:1000], n=1)
        if close:
            return f"did you mean `{close[0]}`?"
        return f"known here: {_listed(options)}" if options else "leave it out"

    def _expected(self, node: Node, wanted: str, mend: str) -> None:
        self.fault(node, f"{wanted} is wanted here, not {describe(node)}", mend)

    def _note(self, node: Node, line: int, column: int, why: str, mend: str) -> None:
        if node.missing:
            return
        fault = Fault(file=node.file, line=line, column=column, why=why, mend=mend)
        if fault not in self.faults[-50:]:
            self.faults.append(fault)


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of document: each room exports its own, the composition root lists them."""

    name: str
    read: Callable[[Document, Reading], Any]
    """Makes the room's object, or notes faults; what it answers is used only where there were none."""
    schema: dict[str, Any]
    """JSON Schema of the document, `kind` and `key` included."""
    references: Callable[[Document], Collection[tuple[str, str]]] | None = None
    """(kind, key) of the documents it names; tests use it to find what `uses` brings along."""
    together: Callable[[Sequence[Document]], list[Fault]] | None = None
    """Faults that only all documents together show: circles."""
    effects: Callable[[Transaction, Any, Any], Sequence[str]] | None = None
    """What it means for people when one object gives way to another (None: there is none), one sentence each."""
    refusal: Callable[[Transaction, str, Any, Any], tuple[str, str] | None] | None = None
    """Why the object of a key cannot give way to another with what there is already, and how to mend it."""
    is_test: bool = False
    """It is run by `trenza check`, and changes nothing in the running house."""


def localise(texts: Mapping[str, str], language: str) -> str:
    """The text in a language; else the one for all, else the first."""
    for choice in (language, ""):
        if choice in texts:
            return texts[choice]
    return next(iter(texts.values()), "")


def describe(node: Node) -> str:
    """What a node is, in words."""
    if node.value is None:
        return "nothing"
    kind = _NAMES.get(type(node.value), "something else")
    if isinstance(node.value, dict | list):
        return kind
    shown = str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
    return f"{kind} (`{_short(shown)}`)"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _listed(options: Collection[str]) -> str:
    shown = [f"`{each}`" for each in list(options)[:12]]
    return ", ".join(shown) + (" …" if len(options) > len(shown) else "")


def _bounds(least: int | None, most: int | None) -> str:
    if most is None:
        return f"from {least} on"
    return f"up to {most}" if least is None else f"from {least} to {most}"


def _has_offset(text: str) -> bool:
    time = text.strip()[10:]
    return time[:1] in {"T", "t", " "} and (time[-1:] in {"Z", "z"} or any(sign in time for sign in "+-"))


def _is_language(code: str) -> bool:
    return 2 <= len(code) <= 3 and code.isascii() and code.isalpha() and code.islower()  # noqa: PLR2004 — ISO 639
