"""`/`: the first page after signing in. Whoever may not see figures is led to their work instead."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie

from trenza.measure import compare, count_people, today
from trenza.storage import Transaction
from trenza.web.home.guide import checklist_values, stage_values
from trenza.web.home.recent import message_values, today_values
from trenza.web.home.sales import sales_values
from trenza.web.home.words import WRITTEN_WORDS
from trenza.web.render import Here, View, Viewing
from trenza.web.words import CHANNEL_WORDS

_DISMISSED = "trenza_first_steps"
_YEAR = 365 * 24 * 3600
_PAGE = "home/page.html"


class HomeController(Controller):
    """`/`."""

    include_in_schema = False

    @get("/", opt={"right": "any"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here) -> Response[Any]:
        """The page; only its charts of sales where those of another stretch of days are asked for."""
        if not view.may("read"):
            return view.redirect("/tasks" if view.may("work") else "/people")
        part = view.asks_for("sales")
        with instance.database.read() as tx:
            values = _values(tx, view, view.request.query_params.get("days", ""), whole=not part)
        return view.fragment(_PAGE, "sales", values) if part else view.page(_PAGE, values)

    @post("/first-steps", opt={"right": "read"}, sync_to_thread=False)
    def dismiss(self, view: Viewing) -> Response[Any]:
        """Say no more that the first steps are done."""
        answer = view.redirect("/")
        answer.set_cookie(Cookie(_DISMISSED, value="done", max_age=_YEAR, httponly=True, samesite="lax"))
        return answer


def _values(tx: Transaction, view: View, days: str, *, whole: bool) -> dict[str, Any]:
    instance = view.instance
    now, zone = instance.clock.now(), instance.settings.timezone
    day = today(tx, now, zone)
    values = sales_values(tx, day.day, zone, days) | {"heard_words": CHANNEL_WORDS, "written_words": WRITTEN_WORDS}
    if not whole:
        return values
    definitions = instance.in_force(tx)
    return values | {
        "people": count_people(tx),
        "compared": compare(tx, now, zone),
        **today_values(tx, day, now, zone),
        **message_values(tx, day.day, zone),
        **checklist_values(tx, definitions, instance.settings, view.may),
        "is_dismissed": _DISMISSED in view.request.cookies,
        **stage_values(tx, definitions, now, zone, view.may),
    }
