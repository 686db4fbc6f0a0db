"""One text with Liquid in it: read strictly, said within limits.

Rules of this file:
- What cannot be read, an unknown filter and an unknown variable are faults of the author, found when the text is read.
- Values come from outside. They never become Liquid, and in HTML never markup: the filter `safe` does not exist here.
- No file, no network, no clock: `include` and `render` do not exist, and "now" is the instant of the message.
- Loops, output and memory are bounded, whatever the values.
"""

from difflib import get_close_matches
from functools import lru_cache

import msgspec
from liquid import BoundTemplate, Environment, Mode
from liquid.exceptions import LiquidError

from trenza.content.filters import FILTERS, bound_filters
from trenza.content.model import Unrenderable
from trenza.kernel import JsonObject

LONGEST_SOURCE = 200_000
"""Characters of one text of a template."""
ROOTS = frozenset({"person", "event", "run", "now", "timezone", "language", "unsubscribe_url", "preferences_url"})
"""What a text may speak of."""
_KNOWN = f"a text may speak of {', '.join(sorted(ROOTS))} and of what it assigns itself"
_REMOVED_FILTERS = ("safe", "escapejs")
_REMOVED_TAGS = ("include", "render")


class Complaint(msgspec.Struct, frozen=True):
    """One thing wrong in a text; line and column are 1-based within it."""

    line: int
    column: int
    why: str
    mend: str


class _Environment(Environment):
    """Liquid with limits."""

    loop_iteration_limit = 5_000
    output_stream_limit = 400_000
    local_namespace_limit = 1_000_000
    block_nesting_limit = 20


def _environment(*, html: bool) -> Environment:
    environment = _Environment(tolerance=Mode.STRICT, autoescape=html)
    for name in _REMOVED_FILTERS:
        del environment.filters[name]
    for name in _REMOVED_TAGS:
        del environment.tags[name]
    for name, function in FILTERS.items():
        environment.add_filter(name, function)
    bound_filters(environment)
    return environment


_PLAIN = _environment(html=False)
_HTML = _environment(html=True)


def check_phrase(source: str) -> list[Complaint]:
    """Everything that can be known to be wrong with a text before anybody is written to."""
    if len(source) > LONGEST_SOURCE:
        return [Complaint(1, 1, f"a text of {len(source)} characters", f"keep it below {LONGEST_SOURCE}")]
    try:
        parsed = _PLAIN.from_string(source)
        analysis = parsed.analyze()
    except LiquidError as error:
        return [_complaint(source, error)]
    except (RecursionError, ValueError) as error:
        return [Complaint(1, 1, f"this is no Liquid: {type(error).__name__}", "write it more simply")]
    unknown_variables = [
        Complaint(*_place(source, variable.span.index), f"unknown variable `{variable}`", _KNOWN)
        for name, uses in analysis.globals.items()
        if name not in ROOTS
        for variable in uses
    ]
    unknown_filters = [
        Complaint(*_place(source, span.index), f"unknown filter `{name}`", _mend_filter(name))
        for name, spans in analysis.filters.items()
        if name not in _PLAIN.filters
        for span in spans
    ]
    return unknown_variables + unknown_filters


def say_phrase(source: str, scope: JsonObject, *, html: bool = False) -> str:
    """The text said with these values; in HTML every value is escaped.

    Raises:
        Unrenderable: it passes a limit, or a filter cannot work on a value.
    """
    try:
        return _parsed(source, html).render(scope)
    except LiquidError as error:
        raise Unrenderable(f"a text of the template failed: {error.message}", "check it with this person") from error
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise Unrenderable(f"a text of the template failed: {type(error).__name__}", "check its filters") from error


def used_roots(source: str) -> frozenset[str]:
    """Names of the variables that a text speaks of."""
    return frozenset(_parsed(source, html=False).analyze().globals)


@lru_cache(maxsize=2048)
def _parsed(source: str, html: bool) -> BoundTemplate:
    return (_HTML if html else _PLAIN).from_string(source)


def _complaint(source: str, error: LiquidError) -> Complaint:
    index = error.token.start_index if error.token is not None else 0
    why = str(error.message)
    return Complaint(*_place(source, max(0, index)), why, _mend(why))


def _mend(why: str) -> str:
    if "unexpected tag" in why:
        return f"use one of {', '.join(sorted(name for name in _PLAIN.tags if name.isalpha()))}"
    return "close every {{ }} and {% %}, and end every block"


def _mend_filter(name: str) -> str:
    close = get_close_matches(name, _PLAIN.filters, n=1)
    return f"did you mean `{close[0]}`?" if close else f"use one of {', '.join(sorted(_PLAIN.filters))}"


def _place(source: str, index: int) -> tuple[int, int]:
    """Line and column of a character, both 1-based."""
    before = source[:index]
    return before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1
