"""What is wrong with a text, in the reader's language.

The rooms say faults in English, as the command line prints them. `fault_words` holds what they say, with places for
what varies; a sentence that no pattern knows is shown as it was said.
"""

import re
from collections.abc import Sequence
from functools import cache

import msgspec

from trenza.kernel import Fault, Invalid
from trenza.web.editor.fault_words import FAULT_WORDS
from trenza.web.render import View

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


def said_error(view: View, error: Invalid) -> FaultLine:
    """What is wrong with the whole, in the reader's language."""
    return FaultLine(line=1, column=1, why=say_fault(view, error.why), mend=say_fault(view, error.mend))


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


def knows(text: str) -> bool:
    """Whether a sentence can be said in every language."""
    return any(pattern.fullmatch(text) for _, pattern in _patterns())


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    ordered = sorted(FAULT_WORDS, key=lambda text: (text.count("{"), -len(text)))
    return tuple((text, re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(text)), re.DOTALL)) for text in ordered)
