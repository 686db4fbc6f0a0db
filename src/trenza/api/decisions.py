"""`/api/decisions`: one record for each candidate message, sent or not, and what it says in plain words."""

from typing import Annotated, Literal

from litestar import Controller, get
from litestar.params import PathParameter, QueryParameter

from trenza.api.given import Here
from trenza.api.paging import Cursor, Limit, Page, page_of, unseal
from trenza.app import Instance
from trenza.identity import leaves_of
from trenza.journeys import Decision, list_decisions, printed
from trenza.kernel import Instant, JsonObject
from trenza.people import People

Key = Annotated[str | None, QueryParameter(max_length=100, description="Only of this journey.")]
RunId = Annotated[str | None, QueryParameter(max_length=64, description="Only of this run.")]
Id = Annotated[str, PathParameter(max_length=64, description="Id of the record.")]
Name = Annotated[str, PathParameter(max_length=2_200, description="`type:value`, or a person's id (`per_…`).")]
Language = Annotated[Literal["es", "en"] | None, QueryParameter(description="The instance's without it.")]
_LIST = "decisions"


class DecisionController(Controller):
    """Decision records."""

    tags = ("decisions",)

    @get("/api/decisions", summary="Decision records", opt={"right": "people"}, sync_to_thread=True)
    def list(
        self,
        instance: Here,
        journey: Key = None,
        run: RunId = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[JsonObject]:
        """The latest first."""
        with instance.database.read() as tx:
            before = _before(instance, cursor)
            found = list_decisions(tx, journey=journey, run=run, before=before, limit=limit + 1)
        return _page(instance, found, limit)

    @get("/api/decisions/{decision:str}", summary="One record", opt={"right": "people"}, sync_to_thread=True)
    def show(self, instance: Here, decision: Id, language: Language = None) -> JsonObject:
        """With `explanation`: why the message was sent, or was not, and what would have turned it."""
        found, words = instance.explain(decision, language or "")
        return {**printed(found), "explanation": words}

    @get("/api/people/{name:str}/decisions", summary="A person's records", opt={"right": "people"}, sync_to_thread=True)
    def of_person(self, instance: Here, name: Name, limit: Limit = 50, cursor: Cursor = None) -> Page[JsonObject]:
        """Of every identifier, the latest first."""
        person = People(instance).named(name)
        with instance.database.read() as tx:
            leaves = leaves_of(tx, person)
            found = list_decisions(tx, leaves, before=_before(instance, cursor), limit=limit + 1)
        return _page(instance, found, limit)


def _before(instance: Instance, cursor: str | None) -> tuple[Instant, str] | None:
    if cursor is None:
        return None
    at, last = unseal(instance.secret, _LIST, cursor)
    return int(at), str(last)


def _page(instance: Instance, found: list[Decision], limit: int) -> Page[JsonObject]:
    page = page_of(found, limit, instance.secret, _LIST, lambda each: [each.at, each.id])
    return Page(items=[printed(each) for each in page.items], next=page.next)


__all__ = ["DecisionController"]
