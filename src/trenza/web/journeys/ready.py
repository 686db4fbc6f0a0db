"""Journeys to begin from: whole, with what they refer to and with tests that pass."""

from collections.abc import Collection, Sequence

import msgspec

from trenza.definitions import Document
from trenza.equipment import KINDS
from trenza.starters import starters
from trenza.testing import reached
from trenza.web.render import View

READY_WORDS = {
    "cart_rescue": (
        "Abandoned cart",
        "An hour after somebody left their cart, by push, mail or SMS; a day later once more.",
    ),
    "welcome": ("Welcome", "A first word to whoever signs up, and one more three days later."),
    "win_back": ("Win back", "A mail to customers who have not bought for sixty days."),
    "missed_call": ("Missed call", "An SMS at once to whoever called in vain, and a task to call back."),
}
ICONS = {"cart_rescue": "shopping-cart", "welcome": "hand", "win_back": "undo-2", "missed_call": "phone-missed"}


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """One to choose."""

    key: str
    title: str
    about: str
    icon: str


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What a ready journey is made of."""

    journey: Document
    support: Sequence[Document]
    """Segments, templates, caps and quiet hours: on their own they send nothing."""
    tests: Sequence[Document]


def ready_ones(view: View) -> list[Ready]:
    """Those there are."""
    return [
        Ready(key=key, title=view.say(title), about=view.say(about), icon=ICONS[key])
        for key, (title, about) in READY_WORDS.items()
    ]


def parts_of(key: str) -> Parts | None:
    """A ready journey with all that belongs to it; None where there is none of that key."""
    documents = starters()
    journey = next((each for each in documents if (each.kind, each.key) == ("Journey", key)), None)
    if journey is None or key not in READY_WORDS:
        return None
    needed = reached([key], documents, KINDS)
    return Parts(
        journey=journey,
        support=[each for each in documents if (each.kind, each.key) in needed and each.kind != "Journey"],
        tests=[each for each in documents if each.kind == "JourneyTest" and _uses(each) == {key}],
    )


def text_of(document: Document, beside: Collection[str] = ()) -> str:
    """A document as it is written, to be edited by itself; with others behind it where they are given."""
    written = document.written.removeprefix("---\n").lstrip("\n")
    return "---\n".join([written, *beside])


def _uses(test: Document) -> set[str]:
    plain = test.node.plain()
    listed = plain.get("uses") if isinstance(plain, dict) else None
    return {str(each) for each in listed} if isinstance(listed, list) else set()
