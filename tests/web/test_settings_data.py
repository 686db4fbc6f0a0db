"""The data of the instance: how large it is, erasing somebody by an identifier, proving the receipt."""

import threading

import pytest
from tests.web.conftest import Browser
from tests.web.roles import sign_in_as, token_of

from trenza.access import ROLES, Role
from trenza.app import Instance
from trenza.job_kinds import KINDS, ask_for, runner_of
from trenza.jobs import Job, find_job, list_jobs
from trenza.kernel import encode_json
from trenza.worker import process_until_idle

HOSTILE = "<script>alert(1)</script>"
LINE = {"type": "identify", "messageId": "m1", "userId": "u1", "traits": {"email": "ana@example.com"}}


def run(instance: Instance, job: Job) -> Job:
    assert runner_of(instance).run_next(job.kind, threading.Event())
    return find_job(instance.database, job.id)


@pytest.fixture
def ana(instance: Instance) -> None:
    """Somebody who is known by an address."""
    upload = instance.job_files.receive()
    upload.write(encode_json(LINE) + b"\n")
    upload.finish()
    run(instance, ask_for(instance, "import", {"upload": upload.id, "name": "a.jsonl"}, "cli"))
    process_until_idle(instance)


def form(browser: Browser, **more: str) -> dict[str, str]:
    return {"csrf": token_of(browser.get("/settings/data").text), **more}


def test_the_stores_say_how_large_they_are(signed_in: Browser) -> None:
    page = signed_in.get("/settings/data?language=en").text

    assert "<dt>Event log</dt><dd>" in page
    assert " kB</dd>" in page
    assert 'href="/jobs/export"' in page


@pytest.mark.usefixtures("ana")
def test_somebody_is_erased_by_an_identifier_and_the_receipt_is_proved(signed_in: Browser, instance: Instance) -> None:
    asked = form(signed_in, type="email", value=" Ana@Example.com", reason="She asked for it", sure="yes")
    answer = signed_in.post("/settings/data/erase", data=asked)
    (job,) = (each for each in list_jobs(instance.database, KINDS) if each.kind == "erase")
    assert (303, f"/jobs/{job.id}") == (answer.status_code, answer.headers["location"])
    receipt = run(instance, job).result["receipt"]

    proved = signed_in.post(
        "/settings/data/proof?language=en", data=form(signed_in, receipt=encode_json(receipt).decode())
    )
    assert (200, True) == (proved.status_code, "The receipt is true" in proved.text)
    for store in receipt["stores"]:
        assert f"<dt><code>{store}</code></dt><dd>0</dd>" in proved.text
    forged = signed_in.post(
        "/settings/data/proof?language=en",
        data=form(signed_in, receipt=encode_json({**receipt, "reason": "another"}).decode()),
    )
    assert "The signature is not this instance" in forged.text


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": "nobody@example.com"}, "value"),
        ({"value": HOSTILE}, "value"),
        ({"type": HOSTILE}, "value"),
        ({"reason": " "}, "reason"),
        ({"sure": ""}, "sure"),
    ],
)
def test_who_is_not_known_or_not_meant_is_not_erased_and_nothing_typed_is_lost(
    signed_in: Browser, instance: Instance, change: dict[str, str], field: str
) -> None:
    typed = {"type": "email", "value": "ana@example.com", "reason": HOSTILE, "sure": "yes"} | change
    answer = signed_in.post("/settings/data/erase?language=en", data=form(signed_in, **typed))

    assert 422 == answer.status_code
    assert HOSTILE not in answer.text
    said = {"value": "Nobody has this identifier.", "reason": "Say why", "sure": "Tick this"}[field]
    assert said in answer.text
    assert [] == [each for each in list_jobs(instance.database, KINDS) if each.kind == "erase"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", f'"{HOSTILE}"', '{"kind": "trenza.erasure"}'])
def test_what_is_no_receipt_is_said_beside_the_field(signed_in: Browser, text: str) -> None:
    answer = signed_in.post("/settings/data/proof?language=en", data=form(signed_in, receipt=text))

    assert (422, True) == (answer.status_code, 'id="receipt-fault"' in answer.text)
    assert HOSTILE not in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_only_admins_come_near_the_data(browser: Browser, instance: Instance, role: Role) -> None:
    client = sign_in_as(browser, instance, role)

    assert (200 if role == "admin" else 403) == client.get("/settings/data").status_code
