"""A predicate in plain words: one sentence a condition, groups as lists under their heads."""

from collections.abc import Mapping
from typing import Any

import msgspec

from trenza.kernel import JsonValue, parse_instant
from trenza.web.editor.values import duration_parts
from trenza.web.editor.words import CHOICE_WORDS, FORM_WORDS, OPERATION_WORDS, UNIT_WORDS
from trenza.web.formats import Formats
from trenza.web.plain import short
from trenza.web.render import View
from trenza.web.words import DEEDS, name_deed, name_event

SENTENCE_WORDS: Mapping[str, str] = {
    "all": "All of these hold:",
    "any": "At least one of these holds:",
    "none": "None of these holds:",
    "everybody": "Everybody.",
    "nobody": "Nobody.",
    "did": "Has “{event}”",
    "never": "Has no “{event}”",
    "did_deed": "{event}",
    "never_deed": "Never {event}",
    "times_deed": "{event} a number of times that {tests}",
    "at_least_deed": "{event} at least {number} times",
    "exactly_deed": "{event} exactly {number} times",
    "times": "Has “{event}” a number of times that {tests}",
    "at_least": "Has “{event}” at least {number} times",
    "exactly": "Has “{event}” exactly {number} times",
    "within": " in the last {span}",
    "since": " since {at}",
    "between": " between {at} and {until}",
    "where": ", where {tests}",
    "first": ", where in the first one {tests}",
    "last": ", where in the last one {tests}",
    "sum": ", where the sum of {tests}",
    "avg": ", where the average of {tests}",
    "min": ", where the least of {tests}",
    "max": ", where the most of {tests}",
    "same": ", with the same {path}",
    "sequence": "Has these in order: {steps}",
    "span": ", from first to last within {span}",
    "segment": "Is in the segment “{segment}”",
    "granted": "Has given permission for {purpose} by {channel}",
    "denied": "Has refused permission for {purpose} by {channel}",
    "unknown": "Was never asked for permission for {purpose} by {channel}",
    "reachable": "Can be reached by {channel}",
    "bucket": "Is among the {share} drawn by the lot “{salt}”",
    "other": "{text}",
}
TEST_WORDS: Mapping[str, str] = {
    "test": "{path} {how} {value}",
    "bare": "{path} {how}",
    "missing": "{path} is not known",
    "for": " for {span} now",
    "fold": " (capital letters ignored)",
    "and": "{one} and {other}",
}
_BUCKETS = 10_000


class Sentence(msgspec.Struct, frozen=True):
    """A condition said; of a group its head and what is in it."""

    text: str
    inside: tuple["Sentence", ...] = ()


class Speaker:
    """Says predicates in the reader's language.

    Args:
        view: of the request.
        titles: of segments, by key.
    """

    def __init__(self, view: View, titles: Mapping[str, str]) -> None:
        settings = view.instance.settings
        self._view = view
        self._titles = titles
        self._formats = Formats(view.language, settings.timezone, view.instance.clock.now())

    def say(self, source: JsonValue) -> Sentence:
        """A predicate as it was read (`Predicate.source`)."""
        form, body = next(iter(source.items())) if isinstance(source, dict) and source else ("", None)
        if form in {"all", "any", "none"} and isinstance(body, list):
            if not body:
                return Sentence(self._of("nobody" if form == "any" else "everybody"))
            return Sentence(self._of(form), tuple(self.say(each) for each in body))
        say = getattr(self, f"_{form}", None) if form in FORM_WORDS else None
        return Sentence(f"{say(body)}." if say else self._of("other", text=str(source)))

    def _of(self, key: str, **places: str) -> str:
        return _filled(self._view.say(SENTENCE_WORDS[key]), places)

    def _event(self, body: dict[str, Any]) -> str:
        said = self._count(str(body.get("name", "")), body.get("count")) + self._window(body)
        for key in ("where", "first", "last", "sum", "avg", "min", "max"):
            if key in body:
                said += self._of(key, tests=self._tests(body[key]))
        return said + (self._of("same", path=short(body["same"])) if "same" in body else "")

    def _count(self, event: str, count: JsonValue) -> str:
        """How often; what our own words call a deed is the verb of the sentence."""
        never = count in ({"is": 0}, {"lt": 1}, {"lte": 0})
        words = (name_deed if never else name_event)(self._view, event)
        deed = "_deed" if event in DEEDS else ""
        if not isinstance(count, dict) or count == {"gte": 1}:
            return self._of(f"did{deed}", event=words)
        if never:
            return self._of(f"never{deed}", event=words)
        for operation, key in (("gte", "at_least"), ("is", "exactly")):
            if list(count) == [operation]:
                return self._of(f"{key}{deed}", event=words, number=self._value(count[operation]))
        return self._of(f"times{deed}", event=words, tests=self._comparisons("", count))

    def _window(self, body: Mapping[str, Any]) -> str:
        if "within" in body:
            return self._of("within", span=self._span(body["within"]))
        if "since" in body:
            return self._of("since", at=self._value(body["since"]))
        ends = body.get("between")
        if isinstance(ends, list) and ends:
            return self._of("between", at=self._value(ends[0]), until=self._value(ends[-1]))
        return ""

    def _sequence(self, body: dict[str, Any]) -> str:
        steps = body.get("steps")
        names = [str(each.get("name", "")) if isinstance(each, dict) else str(each) for each in steps or ()]
        said = self._of(
            "sequence", steps=" → ".join(f"“{name_event(self._view, name)}”" for name in names)
        ) + self._window(body)
        said += self._of("span", span=self._span(body["span"])) if "span" in body else ""
        return said + (self._of("same", path=short(body["same"])) if "same" in body else "")

    def _trait(self, body: JsonValue) -> str:
        return self._tests(body)

    def _segment(self, body: JsonValue) -> str:
        return self._of("segment", segment=self._titles.get(str(body), str(body)))

    def _consent(self, body: dict[str, Any]) -> str:
        key = str(body.get("is", ""))
        key = key if key in {"granted", "denied", "unknown"} else "unknown"
        return self._of(key, purpose=self._word(body.get("purpose")), channel=self._word(body.get("channel")))

    def _reachable(self, body: JsonValue) -> str:
        return self._of("reachable", channel=self._word(body))

    def _bucket(self, body: dict[str, Any]) -> str:
        share = (int(body.get("to", 0)) - int(body.get("from", 0))) / _BUCKETS
        return self._of("bucket", share=self._formats.percent(share), salt=str(body.get("salt", "")))

    def _tests(self, tests: JsonValue) -> str:
        if not isinstance(tests, dict):
            return str(tests)
        said = [self._comparisons(short(path), each) for path, each in tests.items()]
        return self._and(said)

    def _comparisons(self, path: str, operations: JsonValue) -> str:
        if not isinstance(operations, dict):
            return f"{path} {operations}".strip()
        said = [self._comparison(path, name, value) for name, value in operations.items() if name in OPERATION_WORDS]
        text = self._and(said)
        if "for" in operations:
            text += _filled(self._view.say(TEST_WORDS["for"]), {"span": self._span(operations["for"])})
        return text + (self._view.say(TEST_WORDS["fold"]) if operations.get("fold") is True else "")

    def _comparison(self, path: str, name: str, value: JsonValue) -> str:
        if name == "exists" and value is False:
            return _filled(self._view.say(TEST_WORDS["missing"]), {"path": path}).strip()
        how = self._view.say(OPERATION_WORDS[name])
        key = "bare" if name in {"exists", "anniversary"} else "test"
        shown = self._span(value) if name == "within_last" else self._value(value)
        return _filled(self._view.say(TEST_WORDS[key]), {"path": path, "how": how, "value": shown}).strip()

    def _and(self, said: list[str]) -> str:
        text = said[0] if said else ""
        for each in said[1:]:
            text = _filled(self._view.say(TEST_WORDS["and"]), {"one": text, "other": each})
        return text

    def _word(self, value: object) -> str:
        text = str(value or "")
        return self._view.say(CHOICE_WORDS[text]) if text in CHOICE_WORDS else text

    def _value(self, value: JsonValue) -> str:
        if isinstance(value, list):
            return ", ".join(self._value(each) for each in value)
        if isinstance(value, bool):
            return self._word("true" if value else "false")
        if isinstance(value, int | float):
            return self._formats.number(value)
        is_instant = isinstance(value, str) and "T" in value and parse_instant(value) is not None
        return self._formats.moment(str(value)) if is_instant else str(value)

    def _span(self, value: JsonValue) -> str:
        parts = duration_parts(value)
        if parts is None:
            return str(value)
        return f"{parts[0]} {self._view.say(UNIT_WORDS[parts[1]])}"


def _filled(text: str, places: Mapping[str, str]) -> str:
    """A sentence with its places filled, all at once: what is put in is never read again."""
    for name in places:
        text = text.replace(f"{{{name}}}", f"\0{name}\0")
    parts = text.split("\0")
    return "".join(places[each] if number % 2 else each for number, each in enumerate(parts))
