"""Events that failed: why, in plain words; seen one by one, and tried again once what was wrong is mended."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import PathParameter

from trenza.app import Instance
from trenza.events import FailedEvent, count_failed, count_reasons, failed_before, find_failed, replay_failed
from trenza.kernel import JsonValue, NotFound
from trenza.web.live.event import pretty
from trenza.web.live.words import fault_words
from trenza.web.paging import PER_PAGE, part_of, place_of
from trenza.web.render import Here, View, Viewing

_KIND = "failed"
_REASONS = 8
Id = Annotated[str, PathParameter(max_length=64)]


class ShownFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A failed event as people read it."""

    event: FailedEvent
    name: str
    """What it calls itself; empty where it says nothing that can be read."""
    why: list[str]
    message: str


class FailedPageController(Controller):
    """`/live/failed`."""

    include_in_schema = False

    @get("/live/failed", opt={"right": "admin"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """The last first."""
        place = place_of(view, _KIND)
        before = (int(place[0]), str(place[1])) if place else None
        with instance.database.read() as tx:
            found = failed_before(tx, PER_PAGE + 1, before)
            count = count_failed(tx)
            reasons = count_reasons(tx)
        part = part_of(view, _KIND, found, lambda each: [each.seq, each.id])
        values = {
            "part": part,
            "shown": [_shown(view, each) for each in part.items],
            "count": count,
            "reasons": _told_reasons(view, reasons).most_common(_REASONS),
            "result": _result(view),
        }
        return view.page("live/failed.html", values)

    @post("/live/failed", opt={"right": "admin"}, sync_to_thread=True)
    def replay(self, view: Viewing, instance: Here) -> Response[Any]:
        """Try all again."""
        return _replay(view, instance, None)

    @get("/live/failed/{failed:str}", opt={"right": "admin"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, failed: Id) -> Response[str]:
        """One, with all that came."""
        with instance.database.read() as tx:
            found = find_failed(tx, failed)
        if found is None:
            raise NotFound("there is no such failed event", "see /live/failed")
        return view.page("live/failure.html", {"failure": _shown(view, found), "result": _result(view)})

    @post("/live/failed/{failed:str}", opt={"right": "admin"}, sync_to_thread=True)
    def replay_one(self, view: Viewing, instance: Here, failed: Id) -> Response[Any]:
        """Try one again."""
        return _replay(view, instance, [failed])


def _replay(view: View, instance: Instance, only: Collection[str] | None) -> Response[Any]:
    result = replay_failed(instance.database, instance.log, instance.clock, instance.plans, only)
    back = f"/live/failed/{next(iter(only))}" if only and result.remaining else "/live/failed"
    if only:
        view.request.scope["state"]["audit"] = f"failed_event:{next(iter(only))}"
    return view.redirect(f"{back}?stored={result.accepted}&remain={result.remaining}")


def _result(view: View) -> tuple[int, int] | None:
    """What came of trying again, as the address says it: how many were stored, how many remain."""
    given = [view.request.query_params.get(name, "") for name in ("stored", "remain")]
    numbers = [int(each) for each in given if each.isascii() and each.isdigit() and len(each) < 10]  # noqa: PLR2004 — sane
    return (numbers[0], numbers[1]) if len(numbers) == len(given) else None


def _told_reasons(view: View, reasons: Mapping[str, int]) -> Counter[str]:
    """Reasons in words; those that read the same count as one."""
    told: Counter[str] = Counter()
    for reason, count in reasons.items():
        told[" ".join(fault_words(view, reason))] += count
    return told


def _shown(view: View, event: FailedEvent) -> ShownFailure:
    why = fault_words(view, event.reason)
    return ShownFailure(event=event, name=_name_of(event.message), why=why, message=pretty(event.message))


def _name_of(message: JsonValue) -> str:
    if not isinstance(message, dict):
        return ""
    named = [message.get(name) for name in ("event", "type")]
    return next((each[:200] for each in named if isinstance(each, str) and each.strip()), "")
