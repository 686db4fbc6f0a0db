"""A text under edit, as it travels between the page and the instance.

The page keeps the text as JSON in a hidden field (`state`), so that no browser touches its line breaks. What was typed
into the YAML tab comes beside it (`yaml`) as browsers send it; where it says the same lines, nothing was edited.
"""

import msgspec

from trenza.kernel import Invalid
from trenza.web.forms import LONGEST, Form

LONGEST_TEXT = 60_000


def text_of(form: Form) -> str:
    """The text as it is now, character by character.

    Raises:
        Invalid: it is no text, or longer than a page can hold.
    """
    try:
        kept = msgspec.json.decode(form["state"] or '""', type=str)
    except msgspec.DecodeError as error:
        raise Invalid("the page lost its text", "load the page again") from error
    text = typed_over(kept, form["yaml"]) if "yaml" in form else kept
    if len(text) > LONGEST_TEXT or len(form["yaml"]) >= LONGEST:
        raise Invalid(
            f"a text of more than {LONGEST_TEXT:,} characters", "edit it as a file: trenza pull, trenza apply"
        )
    return text


def typed_over(kept: str, typed: str) -> str:
    """What was typed into a textarea that showed a text: line breaks that were not touched stay as they were."""
    lines, mark = _lines(typed), "\ufeff" if kept.startswith("\ufeff") else ""
    old = kept.removeprefix("\ufeff").splitlines(keepends=True) if "\r" in kept else None
    plain = kept.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    typed_plain = "\n".join(lines).removeprefix("\ufeff")
    if plain == typed_plain:
        return kept
    usual = "\r\n" if old and sum(each.endswith("\r\n") for each in old) * 2 > len(old) else "\n"
    return mark + typed_plain.replace("\n", usual)


def _lines(typed: str) -> list[str]:
    return typed.replace("\r\n", "\n").replace("\r", "\n").split("\n")
