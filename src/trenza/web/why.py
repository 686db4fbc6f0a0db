"""Why a message came, or did not: a decision record as a page shows it, from the words of the room that decided."""

from collections.abc import Mapping

import msgspec

from trenza.definitions import localise
from trenza.journeys import Decision, Journey, Plain, explain, titles_of
from trenza.web.plain import Speaker, say_condition
from trenza.web.render import View

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


def why(view: View, decision: Decision, names: Mapping[str, str]) -> Why:
    """Say a record in the reader's language; `names` are the `titles` of journeys, read once for a page.

    The ids that it rests on are left to the decision's own page, which leads to them.
    """
    lines = explain(decision, view.language, names, plain=plain_for(view, decision)).splitlines()
    turn = lines.pop() if decision.change else ""
    return Why(
        decision=decision,
        journey=names.get(decision.journey, decision.journey),
        verdict=view.say(VERDICT_WORDS[decision.verdict]),
        tone=_TONES.get(decision.verdict, "warn"),
        headline=lines[0],
        points=lines[1:],
        turn=turn,
    )


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
