"""One journey: its way from top to bottom with numbers at each step, and what it obeys."""

from typing import Any

from litestar import Controller, Response, get

from trenza.journeys import count_at_steps, count_entered, sum_decisions, sum_goals
from trenza.kernel import Instant
from trenza.storage import DAY, Span, Transaction
from trenza.web.journeys.drawing import VERDICT_TONES, draw, figures_of
from trenza.web.journeys.finding import Found, Key, find_journey, speaker_for
from trenza.web.plain import say_exits, say_goal, say_holdout, say_policy
from trenza.web.render import Here, View, Viewing

WEEK = 7 * DAY
MONTH = 30 * DAY
REASON_WORDS = {
    "no_address": "no address",
    "no_consent": "no permission",
    "suppressed": "the address must not be written to",
    "cap": "written to often enough already",
    "exited": "had left the journey by then",
    "already_sent": "sent already",
    "no_channel": "no further channel",
    "answer_lost": "answer lost",
}
ENDING_WORDS = {
    "done": "went the whole way",
    "end": "ended on the way, as planned",
    "exit": "left by an exit",
    "merged": "became part of another run",
    "removed": "their step was taken away",
    "circle": "went in a circle",
}


class SheetController(Controller):
    """`/journeys/{key}`."""

    include_in_schema = False

    @get("/journeys/{key:str}", opt={"right": "read"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, key: Key) -> Response[str]:
        """The way."""
        now = instance.clock.now()
        with instance.database.read() as tx:
            found = find_journey(tx, view, key)
            numbers = count_at_steps(tx, found.journey)
            values = {
                "numbers": numbers,
                "figures": figures_of(numbers),
                "week": count_entered(tx, now - WEEK, [key]).get(key, 0),
                "goals": sum_goals(tx, now - MONTH).get(key, (0, 0.0)),
                "outcomes": (said := outcomes(tx, key, now)),
                "sent": sum(count for verdict, _, count in said if verdict == "sent"),
                **_words(view, found),
            }
        return view.page("journeys/path.html", {**frame(found, "path"), **values})


def frame(found: Found, tab: str) -> dict[str, Any]:
    """What the head of every page of a journey needs."""
    return {"found": found, "tab": tab}


def outcomes(tx: Transaction, key: str, now: Instant) -> list[tuple[str, str, int]]:
    """Of the last thirty days: verdict, reason, records; the most frequent first."""
    spans = [Span(now - MONTH, now + DAY, 0)]
    counts: dict[tuple[str, str], int] = {}
    for (_, journey, verdict, reason), (count,) in sum_decisions(
        tx, spans, DAY, ("journey", "verdict", "reason")
    ).items():
        if journey == key:
            said = reason if verdict == "skipped" else ""
            counts[verdict, said] = counts.get((verdict, said), 0) + count
    return sorted(((verdict, reason, count) for (verdict, reason), count in counts.items()), key=lambda each: -each[2])


def _words(view: View, found: Found) -> dict[str, Any]:
    speaker = speaker_for(view, found)
    content: Any = found.present.content
    of = found.objects
    return {
        "drawing": draw(speaker, found.present.text, content),
        "goal": say_goal(speaker, content["goal"]) if "goal" in content else None,
        "exits": say_exits(speaker, content.get("exit")),
        "policy": say_policy(speaker, content, of.get("Cap", {}), of.get("QuietHours", {})),
        "holdout": "" if found.journey.policy.is_service else say_holdout(speaker, found.journey.holdout),
        "verdict_tones": VERDICT_TONES,
        "reason_words": {key: view.say(text) for key, text in REASON_WORDS.items()},
    }
