"""Where everything stands in a text, character by character: what an edit may touch, and what it must not.

A block value ends behind its last character that counts, so comments and blank lines behind it are nobody's.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.events import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamStartEvent,
)
from ruamel.yaml.tokens import BlockEntryToken, FlowEntryToken, KeyToken, ValueToken


class Span(msgspec.Struct, eq=False):
    """A value: `[start, end)`."""

    start: int
    end: int
    flow: bool = False
    """Written in braces or brackets."""
    parts: list["Part"] = []

    @property
    def is_empty(self) -> bool:
        """Nothing is written: `key:`."""
        return self.start == self.end


class Part(msgspec.Struct, eq=False):
    """An item of a list or a field of a mapping."""

    start: int
    """Of its dash or its key; in a flow list of its value."""
    head: int
    """Behind its dash, or behind the colon of its key; -1 in a flow list and where a key has no colon."""
    value: Span
    key: str | None = None
    key_start: int = 0
    key_end: int = 0
    comma: int = -1
    """Of the comma that follows it in braces."""

    @property
    def end(self) -> int:
        """Behind its last character."""
        return max(self.value.end, self.head, self.key_end)


class Spans(msgspec.Struct):
    """The root and the ends of all that is no comment."""

    root: Span
    ends: list[int]


def read_spans(text: str) -> Spans:
    """Where everything stands in a text that was read without faults, its lines ended by a line feed."""
    tokens = list(YAML(typ="safe", pure=True).scan(text))
    ends = sorted({_trimmed(text, each.start_mark.index, each.end_mark.index) for each in tokens})
    events = YAML(typ="safe", pure=True).parse(text)
    return Spans(_Reader(text, tokens, events).read(), ends)


def _trimmed(text: str, start: int, end: int) -> int:
    """The end of a block text without the blank lines behind it, unless `+` keeps them."""
    if text[start : start + 1] not in {"|", ">"} or end - start < 2:  # noqa: PLR2004 — an indicator and a line
        return end
    header = text[start : text.find("\n", start)] if "\n" in text[start:end] else text[start:end]
    return end if "+" in header.partition("#")[0] else start + len(text[start:end].rstrip())


class _Reader:
    def __init__(self, text: str, tokens: Sequence[Any], events: Iterator[Any]) -> None:
        self._text = text
        self._events = events
        self._dashes = [each.start_mark.index for each in tokens if isinstance(each, BlockEntryToken)]
        self._colons = [each.start_mark.index for each in tokens if isinstance(each, ValueToken)]
        self._commas = [each.start_mark.index for each in tokens if isinstance(each, FlowEntryToken)]
        keys = [each for each in tokens if isinstance(each, KeyToken)]
        self._marks = [each.start_mark.index for each in keys if each.end_mark.index > each.start_mark.index]

    def read(self) -> Span:
        for event in self._events:
            if not isinstance(event, StreamStartEvent | DocumentStartEvent):
                return self._span(event)
        return Span(0, 0)

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, ScalarEvent):
            return Span(start, _trimmed(self._text, start, end))
        span = Span(start, end, bool(event.flow_style))
        closing = self._fields(span) if isinstance(event, MappingStartEvent) else self._items(span)
        span.end = closing if span.flow else span.parts[-1].end if span.parts else start
        self._note_commas(span)
        return span

    def _fields(self, span: Span) -> int:
        for key in self._events:
            if isinstance(key, MappingEndEvent):
                return int(key.end_mark.index)
            start, end = key.start_mark.index, key.end_mark.index
            value = self._span(next(self._events))
            colon = self._colons[place] if (place := bisect_left(self._colons, end)) < len(self._colons) else -1
            head = colon + 1 if 0 <= colon <= (value.start if not value.is_empty else self._nearest(end)) else -1
            if value.is_empty:
                value = Span(max(head, end), max(head, end))
            part = Part(self._marked(start), head, value, str(key.value), start, end)
            span.parts.append(part)
        return span.start

    def _items(self, span: Span) -> int:
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                return int(event.end_mark.index)
            value = self._span(event)
            if span.flow:
                span.parts.append(Part(self._marked(value.start), -1, value))
                continue
            dash = self._dashes[bisect_left(self._dashes, value.start) - 1]
            if value.is_empty:
                value = Span(dash + 1, dash + 1)
            span.parts.append(Part(dash, dash + 1, value))
        return span.start

    def _nearest(self, index: int) -> int:
        """Where blanks and line breaks behind a place end."""
        rest = self._text[index:]
        return index + len(rest) - len(rest.lstrip())

    def _marked(self, start: int) -> int:
        """Where an entry begins that may have a question mark before its key."""
        place = bisect_left(self._marks, start) - 1
        if place >= 0 and self._text[self._marks[place] + 1 : start].strip() == "":
            return self._marks[place]
        return start

    def _note_commas(self, span: Span) -> None:
        if not span.flow:
            return
        edges = [*(part.start for part in span.parts[1:]), span.end][: len(span.parts)]
        for part, edge in zip(span.parts, edges, strict=True):
            place = bisect_right(self._commas, part.end - 1)
            if place < len(self._commas) and self._commas[place] < edge:
                part.comma = self._commas[place]
