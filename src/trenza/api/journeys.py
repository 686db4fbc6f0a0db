"""`/api/journeys`: which journeys there are, who is on the way in them, and a way in."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta

from trenza import journeys
from trenza.api.given import Here
from trenza.api.paging import Cursor, Limit, Page, page_of, unseal
from trenza.events import Emission, emit
from trenza.identity import person_text
from trenza.journeys import (
    ENTRY_EVENT,
    Journey,
    count_runs,
    find_run,
    finish_task,
    list_decisions,
    open_tasks,
    printed,
    printed_run,
    runs_page,
)
from trenza.kernel import Conflict, JsonObject, NotFound, format_instant, new_id

Key = Annotated[str, PathParameter(max_length=100, description="The journey's key.")]
Id = Annotated[str, PathParameter(max_length=64, description="Its id.")]
Queue = Annotated[str | None, QueryParameter(max_length=64, description="Only of this queue.")]
_LIST = "runs"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A journey in force."""

    key: str
    title: dict[str, str]
    version: str
    purpose: str
    open: int
    """Runs on their way."""
    runs: int
    """All there ever were."""


class Identifier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who enters."""

    type: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]
    value: Annotated[str, Meta(min_length=1, max_length=2_048, pattern=r"^[^\x00-\x1f]+$")]


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request to enter."""

    person: Identifier
    properties: JsonObject = {}
    """What the journey finds under `properties`: the instance, values for texts."""


class Said(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The wish is kept; the worker takes it at once."""

    message_id: str


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """A task that is done."""

    task: str


class JourneyController(Controller):
    """Journeys and runs."""

    path = "/api/journeys"
    tags = ("journeys",)

    @get("/", summary="Journeys in force", opt={"right": "read"}, sync_to_thread=True)
    def list(self, instance: Here) -> Page[Listed]:
        """By key."""
        live = instance.definitions().of("Journey")
        with instance.database.read() as tx:
            counts = count_runs(tx)
        return Page(items=[_listed(journey, counts.get(key, (0, 0))) for key, journey in sorted(live.items())])

    @get("/{key:str}/runs", summary="Runs of a journey", opt={"right": "people"}, sync_to_thread=True)
    def runs(self, instance: Here, key: Key, limit: Limit = 50, cursor: Cursor = None) -> Page[JsonObject]:
        """The last entered first."""
        before = None
        if cursor is not None:
            at, last = unseal(instance.secret, _LIST, cursor)
            before = int(at), str(last)
        with instance.database.read() as tx:
            found = runs_page(tx, key, before=before, limit=limit + 1)
        page = page_of(found, limit, instance.secret, _LIST, lambda run: [run.entered_at, run.id])
        return Page(items=[printed_run(run) for run in page.items], next=page.next)

    @get("/runs/{run:str}", summary="One run", opt={"right": "people"}, sync_to_thread=True)
    def run(self, instance: Here, run: Id) -> JsonObject:
        """Where it stands, what it waits for, and its decision records, the first first."""
        with instance.database.read() as tx:
            found = find_run(tx, run)
            decisions = list_decisions(tx, run=run) if found is not None else []
        if found is None:
            raise NotFound("no run has this id", "see /api/journeys/{key}/runs")
        return {**printed_run(found), "decisions": [printed(each) for each in reversed(decisions)]}

    @post(
        "/{key:str}/enter",
        summary="Ask for somebody to enter",
        status_code=202,
        opt={"right": "write"},
        sync_to_thread=True,
    )
    def enter(self, instance: Here, key: Key, data: JSONBody[Wish]) -> Said:
        """Kept as an event of the house, so it is never lost; whether the person enters is the journey's to say."""
        journey: Journey | None = instance.definitions().get("Journey", key)
        if journey is None:
            raise NotFound("no journey in force has this key", "see /api/journeys")
        if not journey.enter.api:
            raise Conflict("this journey is not entered by the API", "write `enter: {api: true}` into it")
        message_id = new_id()
        message: JsonObject = {
            "type": "track",
            "event": ENTRY_EVENT,
            "timestamp": format_instant(instance.clock.now()),
            "properties": {**data.properties, "journey": key},
            "context": {"externalIds": [{"type": data.person.type, "id": data.person.value}]},
        }
        with instance.database.write() as tx:
            emit(tx, [Emission(message_id=message_id, message=message, channel="api")])
        return Said(message_id=message_id)


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something for a clerk or an agent to do."""

    id: str
    queue: str
    title: dict[str, str]
    due: str | None
    person: str
    journey: str
    step: str
    created_at: str


class TaskController(Controller):
    """Tasks that journeys put into queues."""

    path = "/api/tasks"
    tags = ("tasks",)

    @get("/", summary="Open tasks", sync_to_thread=True)
    def list(self, instance: Here, queue: Queue = None, limit: Limit = 50) -> Page[Task]:
        """The oldest first."""
        with instance.database.read() as tx:
            found = open_tasks(tx, queue=queue, limit=limit)
        return Page(items=[_task(each) for each in found])

    @post("/{task:str}/done", summary="A task is done", status_code=200, sync_to_thread=True)
    def finish(self, instance: Here, task: Id) -> Finished:
        """Once."""
        with instance.database.write() as tx:
            done = finish_task(tx, task, instance.clock.now())
        if not done:
            raise NotFound("no open task has this id", "see /api/tasks")
        return Finished(task=task)


def _task(task: journeys.Task) -> Task:
    return Task(
        id=task.id,
        queue=task.queue,
        title=task.title,
        due=None if task.due is None else format_instant(task.due),
        person=person_text(task.person),
        journey=task.journey,
        step=task.step,
        created_at=format_instant(task.created_at),
    )


def _listed(journey: Journey, counts: tuple[int, int]) -> Listed:
    return Listed(
        key=journey.key,
        title=journey.title,
        version=journey.version,
        purpose=journey.policy.purpose,
        open=counts[0],
        runs=counts[1],
    )


__all__ = ["JourneyController", "TaskController"]
