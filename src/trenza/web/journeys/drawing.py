"""A journey drawn from top to bottom: blocks as sentences, ways beside each other, numbers at each step."""

from collections.abc import Callable, Iterator, Mapping

import msgspec
from markupsafe import Markup

from trenza.definitions import Block, Slot
from trenza.journeys import JourneyNumbers, StepNumbers, journey_blocks
from trenza.kernel import JsonValue
from trenza.web.plain import (
    ICONS,
    KIND_WORDS,
    STEP_WORDS,
    Sentence,
    Speaker,
    say_condition,
    say_entry,
    say_share,
    say_step,
    value_at,
)

VERDICT_WORDS = {
    "sent": "sent",
    "deferred": "waiting for the end of the night",
    "skipped": "not sent",
    "held_out": "control group",
    "lost_to": "another was worth more",
    "expired": "expired",
    "unknown": "answer lost",
}
VERDICT_TONES = {"sent": "good", "deferred": "accent", "held_out": "", "unknown": "bad"}


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One way out of a step, with the steps on it."""

    name: str
    """`when.1`, `else`, an arm's name."""
    heading: Markup
    steps: tuple["Drawn", ...] = ()


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A step."""

    name: str
    form: str
    kind: str
    icon: str
    sentence: Sentence
    ways: tuple[Way, ...] = ()

    @property
    def has_own_name(self) -> bool:
        """Whether somebody named it; else its name is its kind and place."""
        return not self.name.startswith(f"{self.form}-")


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """A journey."""

    entry: Sentence
    steps: tuple[Drawn, ...]

    def sentences(self) -> dict[str, Markup]:
        """What every step does, by its name."""
        return dict(_said(self.steps))


def _said(steps: tuple[Drawn, ...]) -> Iterator[tuple[str, Markup]]:
    for each in steps:
        yield each.name, each.sentence.title
        for way in each.ways:
            yield from _said(way.steps)


def draw(speaker: Speaker, text: str, content: Mapping[str, JsonValue]) -> Drawing:
    """Draw a journey that is without faults.

    Args:
        speaker: says it.
        text: the document.
        content: the same as plain values.
    """
    root = journey_blocks(text, {}).root
    slot = next((each for each in root.slots if each.key == "steps"), None) if root else None
    artist = _Artist(speaker, content)
    return Drawing(entry=say_entry(speaker, content.get("enter")), steps=artist.steps(slot))


class _Artist:
    def __init__(self, speaker: Speaker, content: Mapping[str, JsonValue]) -> None:
        self._speaker = speaker
        self._content: JsonValue = dict(content)

    def steps(self, slot: Slot | None) -> tuple[Drawn, ...]:
        return tuple(self._step(each) for each in slot.blocks) if slot else ()

    def _step(self, block: Block) -> Drawn:
        value = self._value((*block.path, block.form))
        ways = _WAYS.get(block.form)
        return Drawn(
            name=block.name,
            form=block.form,
            kind=self._speaker.say(KIND_WORDS.get(block.form, KIND_WORDS[""])),
            icon=ICONS.get(block.form, ICONS[""]),
            sentence=say_step(self._speaker, block.form, value),
            ways=ways(self, block) if ways else (),
        )

    def branch(self, block: Block) -> tuple[Way, ...]:
        when, otherwise = block.slots
        ways = []
        for arm in when.blocks:
            condition = say_condition(self._speaker, self._value((*arm.path, "if")))
            heading = self._speaker.tell(STEP_WORDS["if"], what=condition)
            ways.append(Way(name=f"when.{arm.name}", heading=heading, steps=self.steps(arm.slots[1])))
        last = Way(name="else", heading=self._speaker.tell(STEP_WORDS["else"]), steps=self.steps(otherwise))
        return (*ways, last)

    def split(self, block: Block) -> tuple[Way, ...]:
        arms = block.slots[0].blocks
        weights = {arm.name: self._value((*arm.path, "weight")) for arm in arms}
        whole = sum(each for each in weights.values() if isinstance(each, int))
        return tuple(
            Way(
                name=arm.name,
                heading=self._speaker.tell(
                    STEP_WORDS["share"], arm=arm.name, percent=say_share(weights[arm.name], whole)
                ),
                steps=self.steps(arm.slots[0]),
            )
            for arm in arms
        )

    def _value(self, path: tuple[str | int, ...]) -> JsonValue:
        return value_at(self._content, path)


_WAYS: dict[str, Callable[[_Artist, Block], tuple[Way, ...]]] = {"branch": _Artist.branch, "split": _Artist.split}


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of one step, as they are drawn."""

    standing: int
    came: int | None
    """Runs that came by; None where the rows do not tell."""
    share: float | None
    """Of all that entered."""
    left: int
    """Runs that were over while they stood here."""
    verdicts: tuple[tuple[str, str, int], ...]
    """Of a send: verdict, tone, records."""


def figures_of(numbers: JourneyNumbers) -> dict[str, Figures]:
    """By step."""
    return {each.step: _figures(each, numbers.entered) for each in numbers.steps}


def _figures(step: StepNumbers, entered: int) -> Figures:
    left = sum(step.ended.values())
    came = None if step.passed is None else step.passed + step.standing + left
    return Figures(
        standing=step.standing,
        came=came,
        share=came / entered if came is not None and entered else None,
        left=left,
        verdicts=tuple(
            (verdict, VERDICT_TONES.get(verdict, "warn"), step.verdicts[verdict])
            for verdict in VERDICT_WORDS
            if step.verdicts.get(verdict)
        ),
    )
