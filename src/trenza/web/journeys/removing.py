"""Taking a journey out of force, asked before it is done: who is on the way in it, and what becomes of them."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Response, get, post

from trenza.access import definition_name
from trenza.definitions import documents_naming, remove_documents
from trenza.equipment import KINDS
from trenza.journeys import JOURNEY, count_people_inside
from trenza.kernel import Faulty
from trenza.storage import Transaction
from trenza.web.editor import FaultLine, said_faults
from trenza.web.journeys.finding import Key, find_journey
from trenza.web.journeys.sheet import frame
from trenza.web.render import Here, View, Viewing

_TESTS = tuple(kind for kind in KINDS if kind.is_test)


class RemovalController(Controller):
    """`/journeys/{key}/remove`."""

    include_in_schema = False

    @get("/journeys/{key:str}/remove", opt={"right": "write"}, sync_to_thread=True)
    def ask(self, view: Viewing, key: Key) -> Response[str]:
        """What it would mean."""
        return _page(view, key)

    @post("/journeys/{key:str}/remove", opt={"right": "write"}, sync_to_thread=True)
    def remove(self, view: Viewing, instance: Here, key: Key) -> Response[Any]:
        """Take it out of force, the tests about it too; refused, and said why, where others name it."""
        with instance.database.read() as tx:
            names = [(JOURNEY.name, key), *_tests_about(tx, key)]
        try:
            remove_documents(instance.database, names, KINDS, instance.clock.now())
        except Faulty as error:
            return _page(view, key, status=409, in_the_way=said_faults(view, error.faults))
        view.request.state.audit = definition_name(JOURNEY.name, key)
        return view.redirect("/journeys", said="removed")


def _page(view: View, key: str, status: int = 200, in_the_way: Sequence[FaultLine] = ()) -> Response[str]:
    with view.instance.database.read() as tx:
        found = find_journey(tx, view, key)
        values = {
            "inside": count_people_inside(tx, key),
            "about": [test for _, test in _tests_about(tx, key)],
            "in_the_way": in_the_way,
        }
    return view.page("journeys/remove.html", {**frame(found, ""), **values}, status)


def _tests_about(tx: Transaction, key: str) -> list[tuple[str, str]]:
    """Kind and key of the tests that name it: without it they cannot be."""
    return documents_naming(tx, _TESTS, JOURNEY.name, key)
