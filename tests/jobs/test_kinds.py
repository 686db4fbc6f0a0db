"""What each kind of job does, on a real instance."""

import threading
from pathlib import Path

import pytest
from tests.jobs.conftest import NOW, done, lived, seen, uploaded

from trenza.app import Instance
from trenza.events import export_events
from trenza.job_kinds import KINDS, ask_for, runner_of
from trenza.jobs import LEASE, Job, Progress, find_job, list_jobs, store
from trenza.kernel import Faulty, Invalid, JsonObject, ManualClock, NotFound, decode_json
from trenza.people import People
from trenza.worker import process_until_idle

MAPPING = "type: track\nevent: Seen\nuser_id: {column: who}\n"


def lines_of(instance: Instance, job: Job) -> list[JsonObject]:
    return [decode_json(line) for line in instance.job_files.result(job.id, job.file).read_bytes().splitlines()]


def files_in(instance: Instance) -> list[Path]:
    return [path for path in (instance.settings.data / "jobs").rglob("*") if path.is_file()]


def test_an_import_takes_what_is_good_and_hands_the_rest_back(instance: Instance) -> None:
    upload = uploaded(instance, seen(1), b"no json\n", seen(2))
    job = done(instance, "import", upload=upload, name="Ana's list.jsonl", source="crm")
    process_until_idle(instance)

    assert ("done", {"read": 3, "accepted": 2, "rejected": 1}) == (job.state, job.result)
    assert [(2, "no json")] == [(line["line"], line["content"]) for line in lines_of(instance, job)]
    assert ("bytes", job.progress.total) == (job.progress.unit, job.progress.done)
    assert 1 == len(files_in(instance))
    with instance.database.read() as tx:
        assert [("m1", "crm"), ("m2", "crm")] == [
            (line["messageId"], line["source"]) for line in export_events(tx, lambda _: {})
        ]


def test_a_table_is_imported_by_its_mapping(instance: Instance) -> None:
    job = done(instance, "import", upload=uploaded(instance, b"who\nu1\nu2\n"), name="a.CSV", mapping=MAPPING)

    assert {"read": 2, "accepted": 2, "rejected": 0} == job.result
    assert ("", []) == (job.file, files_in(instance))


def test_what_cannot_be_done_is_refused_before_it_is_queued(instance: Instance) -> None:
    upload = uploaded(instance, b"who\nu1\n")
    for error, kind, request in (
        (NotFound, "dance", {}),
        (Invalid, "import", {}),
        (NotFound, "import", {"upload": "upl_../../secret", "name": "a.jsonl"}),
        (Invalid, "import", {"upload": upload, "name": "a.csv"}),
        (Faulty, "import", {"upload": upload, "name": "a.csv", "mapping": "type: dance"}),
        (Invalid, "import", {"upload": upload, "name": "a.jsonl", "source": ""}),
        (Invalid, "import", {"upload": upload, "name": "a.jsonl", "colour": "red"}),
        (Invalid, "erase", {"person": "user_id:u1", "reason": " "}),
        (NotFound, "erase", {"person": "user_id:u1", "reason": "asked"}),
        (NotFound, "export", {"of": "person", "person": "user_id:u1"}),
        (Invalid, "export", {"of": "events", "since": "yesterday"}),
        (Invalid, "export", {"of": "people", "person": "user_id:u1"}),
    ):
        with pytest.raises(error):
            ask_for(instance, kind, request, "cli")
    assert [] == list_jobs(instance.database, [*KINDS])


def test_everything_is_exported_as_lines_and_one_person_as_a_document(instance: Instance) -> None:
    lived(instance, 1, 2)
    events = done(instance, "export", of="events", since="2020-01-01")
    people = done(instance, "export", of="people")
    person = done(instance, "export", of="person", person="user_id:u1")

    assert ({"events": 2}, ["m1", "m2"]) == (events.result, [each["messageId"] for each in lines_of(instance, events)])
    assert {"user_id:u1 email:person-1@example.com", "user_id:u2 email:person-2@example.com"} == {
        " ".join(sorted(each["identifiers"], reverse=True)) for each in lines_of(instance, people)
    }
    document = decode_json(instance.job_files.result(person.id, person.file).read_bytes())
    assert People(instance).export(People(instance).named("user_id:u1")) == document
    assert [document["person"]] == [person.request["person"]]


def test_an_erasure_hands_the_receipt_over_and_keeps_nobody(instance: Instance) -> None:
    lived(instance, 1, 2)
    job = done(instance, "erase", person="user_id:u1", reason="asked by letter")

    assert ("done", {}, NOW) == (job.state, job.request, job.forgotten_at)
    assert People(instance).verify(job.result["receipt"]).holds
    with pytest.raises(NotFound):
        People(instance).named("user_id:u1")


def test_an_erasure_reaches_rows_and_files_of_jobs(instance: Instance) -> None:
    lived(instance, 1, 2)
    own = done(instance, "export", of="person", person="user_id:u1")
    other = done(instance, "export", of="person", person="user_id:u2")
    everybody = done(instance, "export", of="events")
    waiting = ask_for(instance, "export", {"of": "person", "person": "email:person-1@example.com"}, "cli")
    abandoned = uploaded(instance, seen(1))
    receipt = People(instance).erase(People(instance).named("user_id:u1"), "asked")

    found = {job.id: job for job in list_jobs(instance.database, [*KINDS])}
    assert {"jobs": 2, "files": 1} == receipt["stores"]["jobs"]
    assert ("done", "", {}, NOW) == (
        found[own.id].state,
        found[own.id].file,
        found[own.id].request,
        found[own.id].forgotten_at,
    )
    assert ("done", "", NOW) == (found[everybody.id].state, found[everybody.id].file, found[everybody.id].forgotten_at)
    assert ("cancelled", {}) == (found[waiting.id].state, found[waiting.id].request)
    assert other == found[other.id]
    assert {instance.job_files.result(other.id, other.file)} <= set(files_in(instance))
    assert {abandoned} == {path.name for path in files_in(instance)} - {"person.json"}
    assert People(instance).verify(receipt).holds


def test_an_erasure_whose_worker_was_lost_hands_over_the_same_receipt(instance: Instance, clock: ManualClock) -> None:
    lived(instance, 1)
    people = People(instance)
    job = ask_for(instance, "erase", {"person": "user_id:u1", "reason": "asked"}, "cli")
    with instance.database.write() as tx:  # a worker begins, erases, and is killed before it says so
        assert store.claim_job(tx, "erase", "lost", NOW + LEASE, NOW) is not None
    receipt = people.erase(people.named("user_id:u1"), "asked", job.id)
    assert ("running", {}) == (find_job(instance.database, job.id).state, find_job(instance.database, job.id).request)

    clock.advance(LEASE + 1)
    runner_of(instance).run_next("erase", threading.Event())
    settled = find_job(instance.database, job.id)
    assert ("done", {"receipt": receipt}) == (settled.state, settled.result)


def test_an_erasure_begins_an_export_of_everybody_anew(instance: Instance, clock: ManualClock) -> None:
    lived(instance, 1, 2)
    job = ask_for(instance, "export", {"of": "people"}, "cli")
    with instance.database.write() as tx:
        assert store.claim_job(tx, "export", "held", NOW + LEASE, NOW) is not None
    People(instance).erase(People(instance).named("user_id:u1"), "asked")
    with instance.database.write() as tx:
        assert not store.end_job(tx, job.id, "held", "done", clock.now(), Progress())

    runner_of(instance).run_next("export", threading.Event())
    settled = find_job(instance.database, job.id)
    assert ("done", {"people": 1}) == (settled.state, settled.result)
