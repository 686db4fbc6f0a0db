"""Long work on its pages: how far it is, what came of it, and how it is begun."""

import threading
from collections.abc import Callable

import pytest
from tests.web.conftest import NOW, Browser
from tests.web.roles import sign_in_as, token_of

from trenza.access import ROLES, Role, read_audit
from trenza.app import Instance
from trenza.job_kinds import KINDS, ask_for, runner_of
from trenza.jobs import Job, Work, cancel_job, find_job, list_jobs
from trenza.kernel import JsonObject, encode_json
from trenza.web.jobs.starting import MAPPING_EXAMPLE
from trenza.worker import process_until_idle

HOSTILE = "<img src=x onerror=alert(1)>"
LINE = encode_json({"type": "identify", "messageId": "m1", "userId": "u1"}) + b"\n"


def upload(instance: Instance, *lines: bytes) -> str:
    received = instance.job_files.receive()
    received.write(b"".join(lines))
    received.finish()
    return received.id


def asked(instance: Instance, kind: str = "import", **request: object) -> Job:
    given: JsonObject = {"upload": upload(instance, LINE), "name": "a.jsonl"} if kind == "import" else {}
    return ask_for(instance, kind, given | request, "cli")


def run(instance: Instance, job: Job) -> Job:
    assert runner_of(instance).run_next(job.kind, threading.Event())
    return find_job(instance.database, job.id)


def shown(browser: Browser, job: Job) -> str:
    return browser.get(f"/jobs/{job.id}?language=en").text


def test_where_nothing_is_under_way_the_page_leads_to_an_import_and_asks_nothing_anew(signed_in: Browser) -> None:
    page = signed_in.get("/jobs?language=en").text

    assert "Nothing is under way" in page
    assert 'href="/jobs/import"' in page
    assert "every 1s" not in page


def test_work_that_waits_is_asked_for_each_second_until_it_has_ended(signed_in: Browser, instance: Instance) -> None:
    job = asked(instance)
    for path in ("/jobs", f"/jobs/{job.id}"):
        page = signed_in.get(f"{path}?language=en").text
        assert f'hx-get="{path}"' in page
        assert "It begins in a moment" in page
    part = signed_in.get("/jobs", headers={"hx-request": "true", "hx-target": "jobs"}).text
    assert "<html" not in part
    assert f'href="/jobs/{job.id}"' in part

    run(instance, job)
    for path in ("/jobs", f"/jobs/{job.id}"):
        assert "every 1s" not in signed_in.get(path).text


def test_progress_is_said_in_words_and_share(
    signed_in: Browser, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []
    report = Work.progress

    def look(work: Work, done: int, total: int | None = None, unit: str = "", phase: str = "") -> None:
        report(work, done, total, unit, phase)
        while find_job(instance.database, work.job.id).progress != work.latest:
            work.check()
        pages.append(shown(signed_in, work.job))

    monkeypatch.setattr(Work, "progress", look)
    run(instance, asked(instance))

    assert all("<span>Reading</span>" in page for page in pages)
    assert f"<span>0 B of {len(LINE)} B · 0%</span>" in pages[0]
    assert '<progress max="1" value="1.0" aria-label="Import of a file"></progress>' in pages[-1]


def test_an_import_shows_what_was_read_taken_in_and_rejected_with_reasons(
    signed_in: Browser, instance: Instance
) -> None:
    bad = encode_json(HOSTILE) + b"\n"
    job = run(instance, asked(instance, upload=upload(instance, LINE, bad)))
    page = shown(signed_in, job)

    for label, value in {"Lines read": 2, "Lines taken in": 1, "Lines rejected": 1}.items():
        assert f'<span class="label">{label}</span><span class="value">{value}</span>' in page
    assert HOSTILE not in page
    assert "&lt;img src=x" in page
    assert f'href="/api/jobs/{job.id}/file"' in page
    assert 200 == signed_in.get(f"/api/jobs/{job.id}/file").status_code
    assert "2 lines read, 1 line rejected" in signed_in.get("/jobs?language=en").text


def test_an_export_gives_its_file_until_it_is_gone(signed_in: Browser, instance: Instance) -> None:
    job = run(instance, asked(instance, "export", of="events"))
    assert "Download events.jsonl" in shown(signed_in, job)

    instance.job_files.result(job.id, job.file).unlink()
    page = shown(signed_in, job)
    assert "The file is not here any more" in page
    assert "Download" not in page


def test_a_job_is_cancelled_once_and_says_so(signed_in: Browser, instance: Instance) -> None:
    job = asked(instance)
    token = token_of(signed_in.get("/jobs").text)
    for _ in range(2):
        answer = signed_in.post(f"/jobs/{job.id}/cancel", data={"csrf": token})
        assert (303, f"/jobs/{job.id}") == (answer.status_code, answer.headers["location"])
    assert "cancelled" == find_job(instance.database, job.id).state
    assert "It was cancelled." in shown(signed_in, job)
    assert job.id in {entry.object for entry in read_audit(instance.database, None, 9)}


def test_a_job_that_has_ended_is_not_cancelled_any_more(signed_in: Browser, instance: Instance) -> None:
    job = run(instance, asked(instance))
    token = token_of(signed_in.get("/jobs").text)
    answer = signed_in.post(f"/jobs/{job.id}/cancel", data={"csrf": token})

    assert (303, "done") == (answer.status_code, find_job(instance.database, job.id).state)


def test_a_failure_says_why_and_how_to_mend_it(signed_in: Browser, instance: Instance) -> None:
    mapping = "type: track\nevent: Sale\nuser_id: {column: missing_column}\n"
    job = run(instance, asked(instance, upload=upload(instance, b"a,b\n1,2\n"), name="t.csv", mapping=mapping))
    page = shown(signed_in, job)

    assert "failed" == job.state
    assert "missing_column" in page
    assert 'role="alert"' in page


def test_an_erasure_shows_its_receipt(signed_in: Browser, instance: Instance, lived: Callable[[], str]) -> None:
    job = run(instance, asked(instance, "erase", person=lived(), reason=HOSTILE))
    page = shown(signed_in, job)

    assert "trenza.erasure" in page
    assert HOSTILE not in page


def test_an_import_is_begun_without_scripts_from_the_form(signed_in: Browser, instance: Instance) -> None:
    token = token_of(signed_in.get("/jobs/import").text)
    answer = signed_in.post(
        "/jobs/import",
        data={"csrf": token, "source": "old shop", "mapping": "", "upload": "", "name": ""},
        files={"file": ("people.jsonl", LINE * 3)},
    )
    job = list_jobs(instance.database, KINDS)[0]

    assert (303, f"/jobs/{job.id}") == (answer.status_code, answer.headers["location"])
    assert {"read": 3, "accepted": 3, "rejected": 0} == run(instance, job).result
    assert job.id in {entry.object for entry in read_audit(instance.database, None, 9)}


def test_a_table_with_the_example_as_its_mapping_comes_in(signed_in: Browser, instance: Instance) -> None:
    token = token_of(signed_in.get("/jobs/import").text)
    table = b"order;bought;customer;mail;amount\n1;02/03/2026 10:00;u1;ana@example.com;49,90\n"
    form = {"csrf": token, "source": "import", "mapping": MAPPING_EXAMPLE.replace("\n", "\r\n")}
    answer = signed_in.post("/jobs/import", data=form | {"upload": upload(instance, table), "name": "orders.csv"})

    assert 303 == answer.status_code
    assert {"read": 1, "accepted": 1, "rejected": 0} == run(instance, list_jobs(instance.database, KINDS)[0]).result


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"upload": ""}, "Choose a file first."),
        ({"upload": "upl_00000000-0000-0000-0000-000000000000"}, "choose it again"),
        ({"name": "orders.csv", "mapping": ""}, "A table needs a mapping"),
        ({"source": " "}, "A name of 1 to 64 characters."),
        ({"source": "x" * 65}, "A name of 1 to 64 characters."),
        ({"name": "orders.csv", "mapping": f"type: {HOSTILE}\nnonsense: 1\n"}, "Line 1, column 7"),
    ],
)
def test_what_is_wrong_with_an_import_stands_beside_its_field_and_nothing_typed_is_lost(
    signed_in: Browser, instance: Instance, change: dict[str, str], said: str
) -> None:
    token = token_of(signed_in.get("/jobs/import").text)
    form = {"upload": upload(instance, LINE), "name": "a.jsonl", "source": HOSTILE, "mapping": "# kept"} | change
    answer = signed_in.post("/jobs/import?language=en", data=form | {"csrf": token})

    assert 422 == answer.status_code
    assert said in answer.text
    assert HOSTILE not in answer.text
    assert ("# kept" in answer.text) == ("mapping" not in change)
    assert [] == list_jobs(instance.database, KINDS)


def test_an_export_is_of_whole_days_of_the_instances_zone(signed_in: Browser, instance: Instance) -> None:
    token = token_of(signed_in.get("/jobs/export").text)
    form = {"csrf": token, "of": "events", "since": "2026-03-01", "until": "2026-03-02"}
    assert 303 == signed_in.post("/jobs/export", data=form).status_code
    request = list_jobs(instance.database, KINDS)[0].request

    assert ("2026-03-01T00:00:00+00:00", "2026-03-03T00:00:00+00:00") == (request["since"], request["until"])


@pytest.mark.parametrize(
    ("days", "said"), [(("2026-03-02", "2026-03-01"), "before the first"), (("soon", ""), "2026-03-31")]
)
def test_days_that_are_none_are_said_beside_the_field(
    signed_in: Browser, instance: Instance, days: tuple[str, str], said: str
) -> None:
    token = token_of(signed_in.get("/jobs/export").text)
    form = {"csrf": token, "of": "events", "since": days[0], "until": days[1]}
    answer = signed_in.post("/jobs/export?language=en", data=form)

    assert (422, True) == (answer.status_code, said in answer.text)
    assert f'value="{days[0]}"' in answer.text
    assert [] == list_jobs(instance.database, KINDS)


@pytest.mark.parametrize("role", ROLES)
def test_jobs_are_shown_to_whoever_may_ask_for_them(browser: Browser, instance: Instance, role: Role) -> None:
    job = asked(instance, "export", of="people")
    client = sign_in_as(browser, instance, role)
    own = "erase" in ROLES[role]

    assert (200 if "read" in ROLES[role] else 403) == client.get("/jobs").status_code
    assert (job.id in client.get("/jobs").text) == own
    assert (200 if own else 403) == client.get(f"/jobs/{job.id}").status_code
    for path, kind in {"/jobs/import": "import", "/jobs/export": "export"}.items():
        assert (200 if KINDS[kind].right in ROLES[role] else 403) == client.get(path).status_code


def test_ended_work_is_paged_by_cursor(signed_in: Browser, instance: Instance) -> None:
    for _ in range(51):
        cancel_job(instance.database, asked(instance, "export", of="people").id, NOW)
    page = signed_in.get("/jobs").text
    (further,) = [part.split('"', maxsplit=1)[0] for part in page.split('rel="next" href="')[1:]]

    assert 50 == page.count("</time></td>")
    assert 1 == signed_in.get(further).text.count("</time></td>")
    assert 404 == signed_in.get("/jobs/job_none").status_code


@pytest.fixture
def lived(instance: Instance) -> Callable[[], str]:
    """Somebody who is known: their name for a job."""

    def live() -> str:
        run(instance, asked(instance))
        process_until_idle(instance)
        return "user_id:u1"

    return live
