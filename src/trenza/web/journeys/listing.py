"""`/journeys`: every journey with what it is for and how it goes."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
from litestar import Controller, Response, get
from markupsafe import Markup

from trenza.journeys import Journey, count_entered, count_runs, sum_decisions, sum_goals
from trenza.kernel import Instant, JsonValue
from trenza.storage import DAY, Span, Transaction
from trenza.web.journeys.finding import title_of
from trenza.web.journeys.proofs import Proof, proofs_of
from trenza.web.journeys.ready import ready_ones
from trenza.web.plain import Speaker, say_entry
from trenza.web.render import Here, View, Viewing

_WEEK = 7 * DAY
PURPOSE_WORDS = {"marketing": "Marketing", "service": "Service"}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A journey in the list."""

    key: str
    title: str
    purpose: str
    entry: Markup
    open: int
    entered: int
    sent: int
    withheld: int
    goals: int | None
    """None where no goal is named."""
    tests: int


class JourneyListController(Controller):
    """`/journeys`."""

    include_in_schema = False

    @get("/journeys", opt={"right": "read"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """Every journey; with `q` those whose title or key holds it."""
        query = view.request.query_params.get("q", "")[:200]
        with instance.database.read() as tx:
            every = lines(tx, view, instance.clock.now())
        found = [each for each in every if query.strip().lower() in f"{each.title} {each.key}".lower()]
        values = {"lines": found, "any": bool(every), "query": query, "ready": ready_ones(view)}
        if view.asks_for("journeys"):
            return view.fragment("journeys/list.html", "found", values)
        return view.page("journeys/list.html", values)

    @get("/journeys/proofs", opt={"right": "read"}, sync_to_thread=True)
    def proofs(self, view: Viewing, instance: Here) -> Response[str]:
        """How the tests of every journey go, for the list that is there already."""
        found: Mapping[str, Proof] = proofs_of(instance)
        return view.page("journeys/proofs.html", {"proofs": found})


def lines(tx: Transaction, view: View, now: Instant) -> Sequence[Line]:
    """Every journey in the order of titles, counted in a few queries for all of them."""
    definitions = view.instance.in_force(tx)
    journeys: Mapping[str, Journey] = definitions.of("Journey")
    speaker = Speaker(view, definitions.objects)
    runs, entered, goals, said = (
        count_runs(tx),
        count_entered(tx, now - _WEEK, journeys.keys()),
        sum_goals(tx, now - _WEEK),
        _sent(tx, now),
    )
    tests = Counter(used for test in definitions.of("JourneyTest").values() for used in test.uses)
    made = []
    for key, journey in journeys.items():
        sent, withheld = said.get(key, (0, 0))
        line = Line(
            key=key,
            title=title_of(journey, view),
            purpose=view.say(PURPOSE_WORDS[purpose])
            if (purpose := journey.policy.purpose) in PURPOSE_WORDS
            else purpose,
            entry=say_entry(speaker, _entry(journey)).title,
            open=runs.get(key, (0, 0))[0],
            entered=entered.get(key, 0),
            sent=sent,
            withheld=withheld,
            goals=goals.get(key, (0, 0.0))[0] if journey.goal else None,
            tests=tests[key],
        )
        made.append(line)
    return sorted(made, key=lambda each: each.title.lower())


def _entry(journey: Journey) -> JsonValue:
    """As much of how one comes in as a list says."""
    enter = journey.enter
    if enter.segment:
        return {"segment": enter.segment, "on": "left" if enter.left else "entered"}
    return {"api": True} if enter.api else {"event": enter.event}


def _sent(tx: Transaction, now: Instant) -> dict[str, tuple[int, int]]:
    """Journey → (sent, not sent) in the last seven days."""
    found: dict[str, tuple[int, int]] = {}
    for (_, journey, verdict), (count,) in sum_decisions(
        tx, [Span(now - _WEEK, now + DAY, 0)], DAY, ("journey", "verdict")
    ).items():
        sent, withheld = found.get(journey, (0, 0))
        found[journey] = (
            (sent + count, withheld) if verdict == "sent" else (sent, withheld + count * (verdict != "deferred"))
        )
    return found
