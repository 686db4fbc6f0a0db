"""What leads on: the first-run checklist and the stages, each with the place where it is done."""

from collections.abc import Callable
from typing import Any

import msgspec

from trenza.access import Right
from trenza.definitions import Definitions
from trenza.kernel import Instant
from trenza.measure import FirstStep, checklist, load_first_facts, load_stage_facts, stages
from trenza.settings import Settings
from trenza.storage import Transaction
from trenza.web.home import pyramid
from trenza.web.home.words import (
    ADDRESS_WORDS,
    CRITERION_PATHS,
    CRITERION_WORDS,
    NOTE_WORDS,
    STAGE_WORDS,
    STEP_WORDS,
)
from trenza.web.navigation import NAVIGATION

May = Callable[[Right], bool]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where something is done."""

    path: str
    title: str
    may_go: bool
    """Whether the reader is let in."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the checklist as the page shows it."""

    key: str
    title: str
    note: str
    numbers: dict[str, int]
    names: tuple[str, ...]
    state: str
    """`done`, `next` or `later`."""
    place: Place


def checklist_values(tx: Transaction, definitions: Definitions, settings: Settings, may: May) -> dict[str, Any]:
    """What the template says of the first steps."""
    found = checklist(load_first_facts(tx, definitions, settings))
    following = next((each.key for each in found if not each.done), "")
    return {
        "steps": [_step(each, following, may) for each in found],
        "steps_done": sum(each.done for each in found),
        "is_new": bool(following),
        "has_event": any(each.key == "event" and each.done for each in found),
        "address_words": ADDRESS_WORDS,
    }


def stage_values(tx: Transaction, definitions: Definitions, now: Instant, zone: str, may: May) -> dict[str, Any]:
    """What the template says of the stages."""
    standing = stages(load_stage_facts(tx, definitions, now, zone))
    return {
        "standing": standing,
        "tiers": pyramid.draw(standing),
        "pyramid_height": pyramid.height(standing),
        "stage_states": {each.key: pyramid.state_of(each, standing) for each in standing.stages},
        "stage_words": STAGE_WORDS,
        "criterion_words": CRITERION_WORDS,
        "criterion_places": {key: _place(CRITERION_PATHS.get(key, "/journeys"), may) for key in CRITERION_WORDS},
    }


def _step(step: FirstStep, following: str, may: May) -> Step:
    return Step(
        key=step.key,
        title=STEP_WORDS[step.key],
        note=NOTE_WORDS[step.note],
        numbers=step.numbers,
        names=step.names,
        state="done" if step.done else "next" if step.key == following else "later",
        place=_place(step.path, may),
    )


def _place(path: str, may: May) -> Place:
    section = next(each for group in NAVIGATION for each in group.sections if each.path == path)
    return Place(path=path, title=section.title, may_go=may(section.right))
