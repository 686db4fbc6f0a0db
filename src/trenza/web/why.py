"""Why a message came, or did not: a decision record as a page shows it, from the words of the room that decided."""

from collections.abc import Iterable, Mapping

import msgspec

from trenza.channels import Entry, find_entries
from trenza.definitions import localise
from trenza.journeys import Decision, Journey, Plain, explain, titles_of
from trenza.storage import Transaction
from trenza.web.plain import Speaker, say_condition
from trenza.web.render import View
from trenza.web.words import say_state

VERDICT_WORDS = {
    "sent": "Sent",
    "deferred": "Waits",
    "skipped": "Not sent",
    "held_out": "Control group",
    "lost_to": "Another was worth more",
    "expired": "Expired",
    "unknown": "Answer lost",
}
_TONES = {"sent": "good", "deferred": "accent", "unknown": "warn"}


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """A decision in plain words."""

    decision: Decision
    journey: str
    """The journey's title."""
    verdict: str
    tone: str
    headline: str
    points: list[str]
    """What it rests on, one thing a line."""
    turn: str
    """What would have turned it; empty where nothing small would."""


def why(view: View, decision: Decision, names: Mapping[str, str], entry: Entry | None = None) -> Why:
    """Say a record in the reader's language.

    The ids that it rests on are left to the decision's own page, which leads to them.

    Args:
        view: of the reader.
        decision: the record.
        names: the `titles` of journeys, read once for a page.
        entry: its message in the outbox, which knows whether it went out; None where nothing is known of it.
    """
    lines = say_lines(view, decision, names, entry)
    turn = lines.pop() if decision.change else ""
    state = say_state(view, entry) if entry is not None and is_under_way(decision, entry) else None
    return Why(
        decision=decision,
        journey=names.get(decision.journey, decision.journey),
        verdict=state["text"] if state else view.say(VERDICT_WORDS[decision.verdict]),
        tone=state["tone"] if state else _TONES.get(decision.verdict, "warn"),
        headline=lines[0],
        points=lines[1:],
        turn=turn,
    )


def say_lines(view: View, decision: Decision, names: Mapping[str, str], entry: Entry | None) -> list[str]:
    """The same line by line, what would have turned it last."""
    came = (entry.message.state, entry.reason) if entry is not None else ("", "")
    return explain(decision, view.language, names, *came, plain=plain_for(view, decision)).splitlines()


def is_under_way(decision: Decision, entry: Entry) -> bool:
    """Whether the outbox knows better than a record that says `sent`: its message waits, or the provider refused it."""
    return decision.verdict == "sent" and entry.message.state in {"pending", "claimed", "refused"}


def entries_of(tx: Transaction, decisions: Iterable[Decision]) -> dict[str, Entry]:
    """The messages of decisions in the outbox, by their ids, asked for together."""
    return find_entries(tx, [each.message for each in decisions if each.message])


def speaker_for(view: View, decision: Decision) -> Speaker:
    """Says what the journey of a decision asks, its waits by what they wait for where it is the version in force."""
    objects = view.instance.definitions().objects
    journey: Journey | None = objects.get("Journey", {}).get(decision.journey)
    is_same = journey is not None and journey.version == decision.version
    return Speaker(view, objects, journey.steps if journey is not None and is_same else None)


def plain_for(view: View, decision: Decision) -> Plain:
    """Its conditions and its template in the reader's words."""
    speaker = speaker_for(view, decision)
    return Plain(
        conditions={each.place: say_condition(speaker, each.where).striptags() for each in decision.conditions},
        templates={decision.template: template_title(view, decision.template)},
    )


def template_title(view: View, key: str) -> str:
    """What a message text is called; its key where it has no title or is not there any more."""
    found = view.instance.definitions().objects.get("Template", {}).get(key)
    return localise(found.title, view.language) if found is not None and found.title else key


def titles(view: View) -> Mapping[str, str]:
    """Every journey in force, by key, as it is called."""
    live: Mapping[str, Journey] = view.instance.definitions().of("Journey")
    return titles_of(live, view.language)
