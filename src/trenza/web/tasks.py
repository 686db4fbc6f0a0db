"""Tasks: what journeys ask people of the house to do. Those due soonest first; done with one button."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import PathParameter

from trenza.journeys import Task, count_tasks, done_tasks, finish_task, place_of_task, tasks_page
from trenza.kernel import NotFound
from trenza.people import name_leaves
from trenza.web.paging import PER_PAGE, part_of, place_of
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.why import titles

Id = Annotated[str, PathParameter(max_length=64)]
_DONE = 20


class TaskController(Controller):
    """`/tasks`."""

    include_in_schema = False

    @get("/tasks", opt={"right": "work"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """Open tasks of a queue or of all, and those done last below."""
        place = place_of(view, "tasks")
        after = (int(place[0]), str(place[1])) if place else None
        with instance.database.read() as tx:
            queues = count_tasks(tx)
            queue = _queue(view, queues)
            found = tasks_page(tx, queue or None, after, PER_PAGE + 1)
            part = part_of(view, "tasks", found, lambda task: [*place_of_task(task)])
            done = done_tasks(tx, queue or None, _DONE)
            who = name_leaves(tx, {task.leaf for task in [*part.items, *(task for task, _ in done)]})
        values = {
            "part": part,
            "done": done,
            "who": who,
            "queues": queues,
            "queue": queue,
            "title": lambda task: _title(view, task),
            "journeys": titles(view),
            "now": instance.clock.now(),
        }
        return view.page("tasks/list.html", values)

    @post("/tasks/{task:str}/done", opt={"right": "work"}, sync_to_thread=True)
    def finish(self, view: Viewing, instance: Here, task: Id, form: Sent) -> Response[Any]:
        """Write down that a task is done."""
        with instance.database.write() as tx:
            known = finish_task(tx, task, instance.clock.now())
        if not known:
            raise NotFound("no open task has this id", "somebody may have done it meanwhile: see /tasks")
        view.request.state.audit = f"task:{task}"
        queue = form.text("queue")
        return view.redirect(f"/tasks?queue={queue}" if queue.isidentifier() else "/tasks", said="done")


def _queue(view: View, queues: dict[str, int]) -> str:
    asked = view.request.query_params.get("queue", "")
    return asked if asked in queues else ""


def _title(view: View, task: Task) -> str:
    return task.title.get(view.language) or next(iter(task.title.values()), task.step)
