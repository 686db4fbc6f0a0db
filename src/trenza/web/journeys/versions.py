"""The tests of a journey, its versions and its text."""

from collections import Counter
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get
from litestar.params import PathParameter

from trenza.access import list_users, saved_by
from trenza.definitions import Line, Stored, difference
from trenza.equipment import KINDS
from trenza.journeys import count_open
from trenza.kernel import NotFound
from trenza.testing import try_text
from trenza.web.journeys.finding import Key, find_journey
from trenza.web.journeys.sheet import frame
from trenza.web.journeys.trials import first_faults, played, tests_about
from trenza.web.render import Here, View, Viewing

_SHOWN = 20
_AROUND = 3
Version = Annotated[str, PathParameter(max_length=100)]


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A version in the list."""

    stored: Stored
    open: int
    """Runs that are on their way in it."""
    is_present: bool
    who: str


class VersionController(Controller):
    """`/journeys/{key}/…` beside the way and the runs."""

    include_in_schema = False

    @get("/journeys/{key:str}/tests", opt={"right": "read"}, sync_to_thread=True)
    def tests(self, view: Viewing, instance: Here, key: Key) -> Response[str]:
        """Its tests; with `run` played now."""
        with instance.database.read() as tx:
            found = find_journey(tx, view, key)
        tests = found.objects.get("JourneyTest", {})
        runs = "run" in view.request.query_params
        trial = try_text(instance.database, found.live.written, KINDS) if runs else None
        values = {
            "tests": played(view, tests if trial else tests_about(tests, key), trial),
            "ran": runs,
            "faults": first_faults(trial),
        }
        if view.asks_for("tests"):
            return view.fragment("journeys/tests.html", "results", {**frame(found, "tests"), **values})
        return view.page("journeys/tests.html", {**frame(found, "tests"), **values})

    @get("/journeys/{key:str}/versions", opt={"right": "read"}, sync_to_thread=True)
    def versions(self, view: Viewing, instance: Here, key: Key) -> Response[str]:
        """The latest versions, who made them, and how many runs are on their way in each."""
        with instance.database.read() as tx:
            found = find_journey(tx, view, key)
            counts: Counter[str] = Counter()
            for (version, _), count in count_open(tx, key).items():
                counts[version] += count
        past = [
            Past(
                stored=each,
                open=counts[each.version],
                is_present=each.version == found.live.version,
                who=who_saved(view, key, each.created_at),
            )
            for each in found.versions[:_SHOWN]
        ]
        values = {"past": past, "more": max(0, len(found.versions) - _SHOWN)}
        return view.page("journeys/versions.html", {**frame(found, "versions"), **values})

    @get("/journeys/{key:str}/versions/{version:str}", opt={"right": "read"}, sync_to_thread=True)
    def compare(self, view: Viewing, instance: Here, key: Key, version: Version) -> Response[str]:
        """What changed from the version before to this one."""
        with instance.database.read() as tx:
            found = find_journey(tx, view, key)
        place = next((place for place, each in enumerate(found.versions) if each.version == version), None)
        if place is None:
            raise NotFound("the journey never had this version", "see its versions")
        before = found.versions[place + 1] if place + 1 < len(found.versions) else None
        lines = difference(before.text if before else "", found.versions[place].text)
        values: dict[str, Any] = {"version": found.versions[place], "before": before, "lines": near(lines)}
        return view.page("journeys/compare.html", {**frame(found, "versions"), **values})

    @get("/journeys/{key:str}/yaml", opt={"right": "read"}, sync_to_thread=True)
    def text(self, view: Viewing, instance: Here, key: Key) -> Response[str]:
        """As it is written."""
        with instance.database.read() as tx:
            found = find_journey(tx, view, key)
        return view.page("journeys/text.html", frame(found, "yaml"))


def who_saved(view: View, key: str, at: int) -> str:
    """The name of who saved; empty where the audit does not know (an apply of files)."""
    who = saved_by(view.instance.database, "Journey", key, at)
    if who is None or not view.may("people"):
        return ""
    names = {f"user:{user.id}": user.email for user in list_users(view.instance.vault)}
    return names.get(who, "")


def near(lines: list[Line]) -> list[Line | None]:
    """A difference without what is far from any change; None stands for what was left out."""
    changed = [place for place, line in enumerate(lines) if line.sign != "same"]
    wanted = {place + step for place in changed for step in range(-_AROUND, _AROUND + 1)}
    shown: list[Line | None] = []
    for place, line in enumerate(lines):
        if place in wanted:
            shown.append(line)
        elif shown and shown[-1] is not None:
            shown.append(None)
    return shown
