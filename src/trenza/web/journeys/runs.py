"""The runs of a journey, and the way that one of them took."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get
from litestar.params import PathParameter

from trenza.definitions import Stored, load_versions
from trenza.equipment import KINDS
from trenza.events import StoredEvent, events_named
from trenza.identity import leaves_of
from trenza.journeys import Decision, Journey, Run, find_run, list_decisions, runs_page
from trenza.kernel import NotFound, decode_json
from trenza.people import Named, name_people
from trenza.storage import Transaction
from trenza.web.journeys.drawing import draw
from trenza.web.journeys.finding import Found, Key, find_journey, speaker_for
from trenza.web.journeys.sheet import ENDING_WORDS, frame
from trenza.web.journeys.walking import marks_of
from trenza.web.paging import PER_PAGE, part_of, place_of
from trenza.web.plain import shown
from trenza.web.render import Here, View, Viewing
from trenza.web.why import entries_of, why

OPEN = "open"
_MOST_RECORDS = 50
RunId = Annotated[str, PathParameter(max_length=64)]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; only names that the journey knows."""

    key: str
    step: str = ""
    ending: str = ""

    def query(self, **changes: str) -> str:
        """The address of the list with some of it changed."""
        wanted = {**msgspec.structs.asdict(self), **changes}
        pairs = "&".join(f"{name}={wanted[name]}" for name in ("step", "ending", "cursor") if wanted.get(name))
        return f"/journeys/{self.key}/runs" + (f"?{pairs}" if pairs else "")


class RunController(Controller):
    """`/journeys/{key}/runs`."""

    include_in_schema = False

    @get("/journeys/{key:str}/runs", opt={"right": "read"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here, key: Key) -> Response[str]:
        """A page of them, the last entered first."""
        place = place_of(view, "runs")
        before = (int(place[0]), str(place[1])) if place else None
        with instance.database.read() as tx:
            found = find_journey(tx, view, key)
            asked = _asked(view, found)
            wanted = {
                "step": asked.step or None,
                "ending": ("" if asked.ending == OPEN else asked.ending) if asked.ending else None,
            }
            part = part_of(
                view,
                "runs",
                runs_page(tx, key, None, before, PER_PAGE + 1, **wanted),
                lambda run: [run.entered_at, run.id],
            )
            names = _names(tx, view, {run.person for run in part.items})
        content: Any = found.present.content
        values = {
            "asked": asked,
            "does": draw(speaker_for(view, found), found.present.text, content).sentences(),
            "part": part,
            "names": names,
            "endings": [
                (OPEN, view.say("on their way")),
                *((name, view.say(text)) for name, text in ENDING_WORDS.items()),
            ],
        }
        return view.page("journeys/runs.html", {**frame(found, "runs"), **values})

    @get("/journeys/{key:str}/runs/{run:str}", opt={"right": "people"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, key: Key, run: RunId) -> Response[str]:
        """The way that one took."""
        with instance.database.read() as tx:
            found = find_journey(tx, view, key)
            one = _run(tx, key, run)
            journey, stored = _as_it_began(tx, found, one)
            decisions = _records(tx, one)
            events = _events(tx, one, decisions)
            entries = entries_of(tx, decisions)
            names = _names(tx, view, {one.person})
        content: Any = stored.content
        values = {
            "run": one,
            "about": shown(decode_json(one.instance)) if one.instance else "",
            "who": names.get(one.person),
            "drawing": draw(speaker_for(view, found), stored.text, content),
            "marks": marks_of(view, journey, one, decisions),
            "is_old": stored.version != found.live.version,
            "decisions": [why(view, each, {key: found.title}, entries.get(each.message)) for each in decisions],
            "events": events,
            "ending": view.say(ENDING_WORDS[one.ending]) if one.ending in ENDING_WORDS else one.ending,
        }
        return view.page("journeys/run.html", {**frame(found, "runs"), **values})


def _asked(view: View, found: Found) -> Asked:
    given = view.request.query_params
    step, ending = given.get("step", ""), given.get("ending", "")
    return Asked(
        key=found.key,
        step=step if len(step) <= 100 and step.isprintable() else "",  # noqa: PLR2004 — as long as a name may be; old steps too
        ending=ending if ending in {OPEN, *ENDING_WORDS} else "",
    )


def _names(tx: Transaction, view: View, people: Collection[int]) -> Mapping[int, Named]:
    """What people are called, for those who may see it."""
    return name_people(tx, people) if view.may("people") else {}


def _run(tx: Transaction, key: str, run: str) -> Run:
    found = find_run(tx, run)
    if found is None or found.journey != key:
        raise NotFound("there is no such run of this journey", "see its list of runs")
    return found


def _as_it_began(tx: Transaction, found: Found, run: Run) -> tuple[Journey, Stored]:
    """The journey in the version of the run; in the present one where that can no longer be read."""
    name = ("Journey", run.journey, run.version)
    journey = load_versions(tx, KINDS, {name}).get(name)
    stored = next((each for each in found.versions if each.version == run.version), None)
    return (journey, stored) if journey is not None and stored is not None else (found.journey, found.present)


def _records(tx: Transaction, run: Run) -> list[Decision]:
    leaves = leaves_of(tx, run.person)
    return list_decisions(tx, leaves=[*leaves, run.leaf], run=run.id, limit=_MOST_RECORDS)


def _events(tx: Transaction, run: Run, decisions: list[Decision]) -> list[StoredEvent]:
    """The events that its way hung on: the entering one, and those that made conditions true."""
    ids = {each.trigger for each in decisions} | {str(run.state.entry.get("messageId", ""))}
    for condition in run.state.conditions:
        ids |= set(condition.because)
    return list(events_named(tx, ids - {""}).values())
