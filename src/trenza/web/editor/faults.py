"""What is wrong with a text, in the reader's language.

The rooms say faults in English, as the command line prints them. Here stands what they say, with places for what
varies; a sentence that no pattern knows is shown as it was said.
"""

import re
from collections.abc import Sequence
from functools import cache

import msgspec

from trenza.kernel import Fault
from trenza.web.render import View

FAULT_WORDS = (
    "{what} is wanted here, not {found}",
    "a text",
    "a list",
    "a mapping",
    "a number",
    "a boolean",
    "a duration",
    "an instant",
    "an operation",
    "one value",
    "nothing",
    "{kind} (`{word}`)",
    "{kind} (`{word}` …)",
    "write `key: value` lines or `{example}`",
    "write `[a, b]` or one `- item` a line",
    "put it in quotes where it should be a text",
    "write digits without quotes, with a point for decimals",
    "write `true` or `false`",
    "write `500ms`, `90s`, `30m`, `24h`, `3d` or `7 calendar_day`",
    "write ISO 8601 with an offset: `2026-03-02T10:00:00+01:00`",
    "write a text, or `{example}`",
    "write a text, a number or a boolean",
    "an empty text names nothing",
    "write a name",
    "{number} is not a whole number",
    "write it without decimals",
    "{number} is out of bounds",
    "write a whole number from {least} to {most}",
    "`{word}` is not one of the choices",
    "did you mean `{word}`?",
    "known here: {words}",
    "leave it out",
    "leave the minus out",
    "a span cannot be negative here",
    "there is no {kind} with the key `{key}`",
    "write a document `kind: {kind}` of that key",
    "no language is given",
    "`{word}` is not a language",
    "write its two-letter code: `es`, `en`",
    "unknown field `{word}`",
    "`{word}` is missing",
    "add `{word}: …`",
    "no path is named",
    "write `path: {example}`",
    "`{word}` is no path",
    "write names parted by points: `properties.total`",
    "write `{example}` or another operation",
    "no operation is given",
    "write one of {words}",
    "`fold` has no text to compare",
    "`for` cannot stand beside what time itself changes",
    "`null` is a missing value and equals nothing",
    "ask with `exists: false`",
    "`between` has two numbers, not {number}",
    "write `[least, most]`",
    "the least is greater than the most",
    "write the lesser number first",
    "a condition has one field, this has {number}",
    "write `all: [...]` around several conditions",
    "write one, like `event: {example}`",
    "`{word}` is not in this version yet: there are no {what} to ask",
    "leave the condition out until they are there",
    "unknown condition `{word}`",
    "`{word}` stands beside `{other}`",
    "keep one window",
    "`between` has two instants, not {number}",
    "write `[from, to]`",
    "the window ends before it begins",
    "write the earlier instant first",
    "a sequence without steps",
    "name at least one event",
    "more than {number} steps",
    "ask for fewer",
    "the bucket ends before it begins",
    "write `from` below `to`",
    "`step` asks for a wait, and there is no run here",
    "use it in a journey's branch",
    "`step` names one wait",
    "write `step: {example}`",
    "there is no wait with the name `{word}` before this",
    "the segment refers to itself: {way}",
    "take one of the references out",
    "a key begins with a letter or digit",
    "use letters, digits, `_`, `-` and `.`, up to 100",
    "the key is empty",
    "give the object a name that never changes",
    "this is no YAML",
    "write `key: value` lines",
    "the key `{word}` stands twice in one mapping",
    "keep one of them",
    "a key is a text",
    "write a name before the colon",
    "there is no document",
    "begin it with `kind: {kind}`",
    "a second document",
    "edit one document at a time",
    "this is no {kind}",
    "write `kind: {kind}`",
    "there are no aliases in this language",
    "write the value out",
    "there are no anchors in this language",
    "take the `&…` away",
    "there are no tags in this language",
    "take the `!…` away",
    "a document is a mapping",
    "begin it with `kind: …` and `key: …`",
)
"""Longer ones are looked for before shorter ones that begin like them."""
_PLACE = re.compile(r"\\\{(\w+)\\\}")


class FaultLine(msgspec.Struct, frozen=True, kw_only=True):
    """A fault, said."""

    line: int
    column: int
    why: str
    mend: str
    file: str = ""


def said_faults(view: View, faults: Sequence[Fault]) -> tuple[FaultLine, ...]:
    """Faults in the reader's language."""
    return tuple(
        FaultLine(
            line=each.line,
            column=each.column,
            why=say_fault(view, each.why),
            mend=say_fault(view, each.mend),
            file=each.file,
        )
        for each in faults
    )


def say_fault(view: View, text: str) -> str:
    """One sentence of a fault."""
    for english, pattern in _patterns():
        if found := pattern.fullmatch(text):
            parts = {name: say_fault(view, value) for name, value in found.groupdict().items()}
            said = view.say(english)
            for name, value in parts.items():
                said = said.replace(f"{{{name}}}", value)
            return said
    return text


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    ordered = sorted(FAULT_WORDS, key=lambda text: (text.count("{"), -len(text)))
    return tuple((text, re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(text)), re.DOTALL)) for text in ordered)
