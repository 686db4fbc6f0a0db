"""Tasks: those due soonest first, done with one button, and who may."""

from html import escape
from pathlib import Path

from tests.web.conftest import Browser
from tests.web.roles import sign_in_as, token_of
from tests.web.story import HOSTILE, tell

from trenza.access import read_audit
from trenza.app import Instance
from trenza.journeys import tasks_page


def only_task(instance: Instance) -> str:
    with instance.database.read() as tx:
        (task,) = tasks_page(tx)
    return task.id


def test_without_a_task_the_page_says_where_they_come_from(signed_in: Browser) -> None:
    page = signed_in.get("/tasks?language=en").text

    assert "Nothing to do" in page
    assert "Done last" not in page


def test_a_task_stands_with_its_queue_person_and_due_instant(
    signed_in: Browser, instance: Instance, tmp_path: Path
) -> None:
    person = tell(instance, tmp_path)
    page = signed_in.get("/tasks?language=en").text

    assert ">Visit<" in page
    assert 'href="/tasks?queue=visits"' in page
    assert f'<a href="/people/{person}">{escape(HOSTILE)}</a>' in page
    assert HOSTILE not in page
    assert "in 60 minutes" in page or "in 1 hour" in page
    instance.clock.advance(2 * 3_600_000)  # type: ignore[attr-defined]  # a manual clock
    assert 'data-tone="bad">overdue<' in signed_in.get("/tasks?language=en").text


def test_a_task_that_is_done_moves_below_and_is_written_down(
    signed_in: Browser, instance: Instance, tmp_path: Path
) -> None:
    tell(instance, tmp_path)
    token, task = token_of(signed_in.get("/tasks").text), only_task(instance)
    done = signed_in.post(f"/tasks/{task}/done", data={"csrf": token, "queue": "visits"})

    assert (303, "/tasks?queue=visits") == (done.status_code, done.headers["location"])
    page = signed_in.get("/tasks?language=en").text
    assert "Nothing to do" in page
    assert '<s class="soft">Visit</s>' in page
    assert f"task:{task}" in {entry.object for entry in read_audit(instance.database, None, 9)}
    assert 404 == signed_in.post(f"/tasks/{task}/done", data={"csrf": token}).status_code


def test_a_form_of_elsewhere_finishes_nothing(signed_in: Browser, instance: Instance, tmp_path: Path) -> None:
    tell(instance, tmp_path)

    assert 403 == signed_in.post(f"/tasks/{only_task(instance)}/done", data={}).status_code
    assert only_task(instance)


def test_agents_and_marketers_work_and_analysts_do_not(browser: Browser, instance: Instance) -> None:
    assert 303 == browser.get("/tasks").status_code
    assert [200, 200, 403] == [
        sign_in_as(browser, instance, role).get("/tasks").status_code for role in ("agent", "marketer", "analyst")
    ]
