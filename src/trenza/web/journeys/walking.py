"""A run's way in words: at each step it came by, what happened there and when."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from trenza.journeys import Decision, Journey, Passage, Run, passages
from trenza.kernel import Instant
from trenza.web.journeys.drawing import VERDICT_TONES, VERDICT_WORDS
from trenza.web.render import View
from trenza.web.words import name_channel

NOTE_WORDS = {
    "timeout": "the time ran out",
    "event": "what it waited for happened",
    "segment": "the segment was entered",
    "waits": "waits since then",
    "until": "goes on at the latest",
    "arm": "drew “{arm}”",
    "here": "stands here",
    "over": "the run was over here",
    "sent_by": "{verdict}, {channel}",
    "task": "the task was handed out",
}


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A line about what happened at a step."""

    text: str
    icon: str
    tone: str = ""
    at: Instant | None = None


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has to do with a step."""

    state: str
    """`passed` or `here`."""
    way: str
    """Where ways part: the name of the one taken."""
    notes: tuple[Note, ...]


def marks_of(view: View, journey: Journey, run: Run, decisions: Sequence[Decision]) -> dict[str, Mark]:
    """By step; steps that the run did not come by are left out.

    Args:
        view: says the notes.
        journey: in the version of the run.
        run: the run.
        decisions: its records.
    """
    records = defaultdict(list)
    for each in sorted(decisions, key=lambda one: (one.at, one.attempt)):
        records[each.step].append(each)
    return {
        each.step: Mark(
            state="here" if each.here else "passed",
            way=each.way,
            notes=(*_notes(view, each, run), *(_said(view, record) for record in records[each.step])),
        )
        for each in passages(journey, run)
    }


def _notes(view: View, passage: Passage, run: Run) -> list[Note]:
    if passage.here:
        return _standing(view, passage, run)
    notes: list[Note] = []
    if passage.arm:
        notes.append(Note(text=view.say(NOTE_WORDS["arm"]).format(arm=passage.arm), icon="dices"))
    if passage.task:
        notes.append(Note(text=view.say(NOTE_WORDS["task"]), icon="check"))
    if passage.waited and passage.left_at is not None:
        outcome = NOTE_WORDS.get(passage.outcome, NOTE_WORDS["timeout"])
        notes.append(Note(text=view.say(outcome), icon="check", at=passage.left_at))
    return notes


def _standing(view: View, passage: Passage, run: Run) -> list[Note]:
    if not run.is_open:
        return [Note(text=view.say(NOTE_WORDS["over"]), icon="circle-stop", tone="warn", at=run.closed_at)]
    if not passage.waited:
        return [Note(text=view.say(NOTE_WORDS["here"]), icon="map-pin", tone="accent")]
    notes = [Note(text=view.say(NOTE_WORDS["waits"]), icon="hourglass", tone="accent", at=run.state.since or None)]
    if run.due_at is not None:
        notes.append(Note(text=view.say(NOTE_WORDS["until"]), icon="alarm-clock", tone="accent", at=run.due_at))
    return notes


def _said(view: View, record: Decision) -> Note:
    text = view.say(VERDICT_WORDS[record.verdict])
    if record.channel:
        channel = name_channel(view, record.channel)
        text = view.say(NOTE_WORDS["sent_by"]).format(verdict=text, channel=channel)
    icon = "send" if record.verdict == "sent" else "circle-pause"
    return Note(text=text, icon=icon, tone=VERDICT_TONES.get(record.verdict, "warn"), at=record.at)
