"""The control of a demo's clock: a bar on every page, and a page that says what it does. Elsewhere it is not there.

The clock is moved on, and everything that is due by then happens in the worker as it would have: in order, each at its
instant. It is never moved back, because what has happened has happened.
"""

import re
from typing import Any, Final

from litestar import Controller, Response, get, post

from trenza.app import Instance
from trenza.kernel import Invalid, NotFound, ShiftedClock
from trenza.web.render import Here, Sent, Viewing

_HOUR: Final = 3_600_000
_SPANS: Final = {"hour": _HOUR, "day": 24 * _HOUR}
_PAST: Final = 3_000
"""Milliseconds behind what is due: messages that are due together wait two seconds for each other, and the worker stays
a little behind the clock."""
_OUR_PATH = re.compile(r"/(?![/\\])[^\x00-\x1f]*")


class DemoClockController(Controller):
    """`/demo/clock`."""

    include_in_schema = False

    @get("/demo/clock", opt={"right": "any"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here) -> Response[str]:
        """What the clock is, and why it does not go back."""
        clock = _clock_of(instance)
        return view.page("demo_clock.html", {"now": clock.now(), "ahead": clock.ahead})

    @post("/demo/clock", opt={"right": "write"}, sync_to_thread=True)
    def move(self, view: Viewing, instance: Here, form: Sent) -> Response[Any]:
        """Move it on, and go back to the page."""
        clock, wish = _clock_of(instance), form["move"]
        said = _until_due(instance, clock) if wish == "due" else _by(clock, wish)
        return view.redirect(form["back"] if _OUR_PATH.fullmatch(form["back"]) else "/demo/clock", said=said)


def _by(clock: ShiftedClock, wish: str) -> str:
    if wish not in _SPANS:
        raise Invalid("the clock cannot be moved so", f"choose one of {', '.join(_SPANS)} or due")
    clock.advance(_SPANS[wish])
    return "clock_moved"


def _until_due(instance: Instance, clock: ShiftedClock) -> str:
    """To the next thing that waits; not a step where one is due already: the worker has it in hand."""
    due, now = instance.next_due(), clock.now()
    if due is None:
        return "nothing_due"
    if due <= now:
        return "being_done"
    clock.advance(due - now + _PAST)
    return "clock_moved"


def _clock_of(instance: Instance) -> ShiftedClock:
    if not isinstance(instance.clock, ShiftedClock):
        raise NotFound("this is no demo", "its clock is the machine's")
    return instance.clock
