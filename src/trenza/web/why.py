"""Why a message came, or did not: a decision record as a page shows it, from the words of the room that decided."""

from collections.abc import Mapping

import msgspec

from trenza.journeys import Decision, Journey, explain, titles_of
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
    lines = explain(decision, view.language, names, brief=True).splitlines()
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


def titles(view: View) -> Mapping[str, str]:
    """Every journey in force, by key, as it is called."""
    live: Mapping[str, Journey] = view.instance.definitions().of("Journey")
    return titles_of(live, view.language)
