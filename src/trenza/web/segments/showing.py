"""`/segments/{key}`: who is in it and why, what it means in plain words, its tests, its versions."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import PathParameter

from trenza.access import definition_name, list_users, saved_by
from trenza.definitions import (
    Live,
    difference,
    find_live,
    list_versions,
    local_instant,
    local_time,
    remove_document,
)
from trenza.equipment import KINDS
from trenza.events import events_named
from trenza.identity import count_people, person_text
from trenza.kernel import Faulty, Instant, NotFound
from trenza.measure import local_days
from trenza.people import name_people
from trenza.segments import Membership, Segment, count_inside, count_turns, filled, members_page
from trenza.storage import Transaction
from trenza.testing import Trial, try_text
from trenza.web.editor import FaultLine, said_faults
from trenza.web.paging import PER_PAGE, part_of, place_of
from trenza.web.render import Here, View, Viewing
from trenza.web.segments.listing import titles_of
from trenza.web.segments.sentences import Speaker
from trenza.web.segments.usage import PATHS, tests_of, uses_of
from trenza.web.words import name_event

Key = Annotated[str, PathParameter(max_length=100)]
Version = Annotated[str, PathParameter(max_length=40)]
_DAYS = 30
_WEEK = 7
_REASONS = 3


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody inside."""

    number: int
    person: str
    name: str
    """Empty for a visitor."""
    since: Instant
    until: Instant | None
    events: tuple[tuple[int, str], ...]
    """Place in the log and name of the newest events that made it so."""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """How a segment grew."""

    days: list[list[Any]]
    """Day and people at its end."""
    entered: int
    """In the last seven days, as `left`."""
    left: int

    def rows(self, said: Callable[[date], str]) -> list[list[Any]]:
        """For a chart: each day as `said` writes it, and people."""
        return [[said(day), people] for day, people in self.days]


class SegmentController(Controller):
    """`/segments/{key}`."""

    include_in_schema = False

    @get("/segments/{key:str}", opt={"right": "read"}, sync_to_thread=True)
    def show(self, view: Viewing, key: Key) -> Response[str]:
        """Everything about it."""
        return _page(view, key)

    @post("/segments/{key:str}/tests", opt={"right": "read", "only_reads": True}, status_code=200, sync_to_thread=True)
    def test(self, view: Viewing, instance: Here, key: Key) -> Response[str]:
        """Run the tests that are about it, as `trenza check` does; nothing is written."""
        with instance.database.read() as tx:
            live = _find(find_live(tx, "Segment", key))
        trial = try_text(instance.database, live.written, KINDS)
        faults = said_faults(view, trial.faults)
        if view.asks_for("tests"):
            return view.fragment("segments/tests.html", "tests", {"trial": trial, "faults": faults})
        return _page(view, key, trial=trial, faults=faults)

    @post("/segments/{key:str}/remove", opt={"right": "write"}, sync_to_thread=True)
    def remove(self, view: Viewing, instance: Here, key: Key) -> Response[Any]:
        """Take it out of force; refused, and said why, where others name it."""
        try:
            remove_document(instance.database, "Segment", key, KINDS, instance.clock.now())
        except Faulty as error:
            return _page(view, key, status=409, in_the_way=said_faults(view, error.faults))
        view.request.state.audit = definition_name("Segment", key)
        return view.redirect("/segments", said="removed")

    @get("/segments/{key:str}/versions/{version:str}", opt={"right": "read"}, sync_to_thread=True)
    def version(self, view: Viewing, instance: Here, key: Key, version: Version) -> Response[str]:
        """What an earlier version said, beside what is in force."""
        with instance.database.read() as tx:
            live = _find(find_live(tx, "Segment", key))
            versions = list_versions(tx, "Segment", key)
            title = titles_of(instance.in_force(tx), view).get(("Segment", key), key)
        then = next((each for each in versions if each.version == version), None)
        now = next((each for each in versions if each.version == live.version), None)
        if then is None or now is None:
            raise NotFound("there is no such version", "see the segment's page")
        values = {"key": key, "title_text": title, "then": then, "lines": difference(then.text, now.text)}
        return view.page("segments/version.html", values | {"is_now": then.version == now.version})


def _page(
    view: View,
    key: str,
    status: int = 200,
    *,
    trial: Trial | None = None,
    faults: Sequence[FaultLine] = (),
    in_the_way: Sequence[FaultLine] = (),
) -> Response[str]:
    instance = view.instance
    with instance.database.read() as tx:
        live = _find(find_live(tx, "Segment", key))
        definitions = instance.in_force(tx)
        segment: Segment | None = definitions.get("Segment", key)
        titles = titles_of(definitions, view)
        inside = count_inside(tx, key)
        values = {
            "key": key,
            "live": live,
            "title_text": titles.get(("Segment", key), key),
            "inside": inside,
            "people": count_people(tx),
            "is_filling": filled(tx).get(key) != live.version,
            "history": _history(tx, view, key, inside),
            "part": _members(tx, view, key),
            "uses": uses_of(tx, titles).get(key, []),
            "paths": PATHS,
            "tests": tests_of(definitions).get(key, []),
            "versions": list_versions(tx, "Segment", key)[:20],
        }
    said = {named: title for (kind, named), title in titles.items() if kind == "Segment"}
    values |= {
        "sentence": Speaker(view, said).say(segment.where.source) if segment else None,
        "saved_by": _who(view, key, live.updated_at),
        "trial": trial,
        "faults": faults,
        "in_the_way": in_the_way,
    }
    return view.page("segments/show.html", values, status)


def _who(view: View, key: str, at: Instant) -> str:
    """Who saved it last; nothing for readers who may not see accounts."""
    who = saved_by(view.instance.database, "Segment", key, at) or ""
    if not who or not view.may("write"):
        return ""
    return {f"user:{user.id}": user.email for user in list_users(view.instance.vault)}.get(who, who)


def _history(tx: Transaction, view: View, key: str, inside: int) -> History:
    """People at the end of each local day, reckoned back from now by who entered and left since."""
    zone, now = view.instance.settings.timezone, view.instance.clock.now()
    today = local_time(now, zone).date()
    first = today - timedelta(days=_DAYS - 1)
    turns = count_turns(tx, key, _start(first, zone))
    change: dict[object, int] = {}
    for at, entered, left in turns:
        day = local_time(at, zone).date()
        change[day] = change.get(day, 0) + entered - left
    days, people = [], inside
    for day in reversed(local_days(first, today + timedelta(days=1))):
        days.append([day, people])
        people -= change.get(day, 0)
    week = [each for each in turns if each[0] >= _start(today - timedelta(days=_WEEK - 1), zone)]
    return History(
        days=days[::-1] if turns else [], entered=sum(each[1] for each in week), left=sum(each[2] for each in week)
    )


def _start(day: date, zone: str) -> Instant:
    return local_instant(day.year, day.month, day.day, 0, 0, zone)


def _members(tx: Transaction, view: View, key: str) -> Any:
    """A page of those inside; nobody for readers who may not see people."""
    if not view.may("people"):
        return None
    place = place_of(view, "segment_members")
    found = members_page(tx, key, int(place[0]) if place else -1, PER_PAGE + 1)
    events = _events(tx, view, [membership for _, membership in found])
    named = name_people(tx, [number for number, _ in found])
    rows = [
        MemberRow(
            number=number,
            person=person_text(number),
            name=named[number].name if number in named else "",
            since=membership.inside_since or 0,
            until=membership.flip_at,
            events=tuple(events[each] for each in membership.because[:_REASONS] if each in events),
        )
        for number, membership in found
    ]
    return part_of(view, "segment_members", rows, lambda row: [row.number])


def _events(tx: Transaction, view: View, memberships: Sequence[Membership]) -> dict[str, tuple[int, str]]:
    ids = {each for membership in memberships for each in membership.because[:_REASONS]}
    return {
        id_: (event.seq, name_event(view, event.name or event.type)) for id_, event in events_named(tx, ids).items()
    }


def _find(live: Live | None) -> Live:
    if live is None:
        raise NotFound("there is no such segment", "see /segments")
    return live
