"""One person, put together from every room."""

import pytest
from tests.people.conftest import LIFE, NOW, settle

from trenza.app import Instance
from trenza.events import BATCH
from trenza.identity import person_text
from trenza.kernel import Invalid, ManualClock, NotFound, encode_json
from trenza.people import People
from trenza.storage.log import Entry


@pytest.fixture
def people(instance: Instance) -> People:
    return People(instance)


def test_a_person_is_found_by_any_identifier_and_by_id(people: People) -> None:
    ana = people.named("user_id:ana")
    assert {ana} == {people.named(name) for name in ("email:ana@example.com", "phone:600 000 001", "anonymous_id:a1")}
    assert ana == people.named(person_text(ana))
    assert ana != people.named("user_id:bob")


@pytest.mark.parametrize("name", ["ana", "", "per", "per_"])
def test_what_is_no_name_is_said_to_be_none(people: People, name: str) -> None:
    with pytest.raises((Invalid, NotFound)):
        people.named(name)


@pytest.mark.parametrize("name", ["user_id:nobody", "per_0000000000000", "per_zzzzzzzzzzzzz", "email:", ":x", "a:\0"])
def test_nobody_is_not_found(people: People, name: str) -> None:
    with pytest.raises(NotFound):
        people.named(name)


def test_the_sheet_says_what_is_known_and_since_which_event(people: People) -> None:
    sheet = people.sheet(people.named("user_id:ana"))
    identifiers = {"anonymous_id:a1", "user_id:ana", "email:ana@example.com", "phone:+34600000001"}
    assert identifiers == set(sheet["identifiers"])
    assert {"email": "Ana@Example.com", "plan": "gold", "phone": "600000001"} == sheet["traits"]
    assert sheet["traitEvents"]["plan"]["messageId"] == "m3"
    (consent,) = sheet["consents"]
    assert ("marketing", "email", "granted", "m4") == tuple(
        consent[name] for name in ("purpose", "channel", "status", "messageId")
    )
    assert consent["evidence"]["source"] == "shop"
    assert sheet["reachability"]["sms"] == {"reachable": True, "address": "+34600000001", "suppressed": False}
    assert not sheet["reachability"]["push"]["reachable"]
    assert sheet["preferredChannel"] == "web"


def test_the_timeline_is_that_of_all_identifiers_latest_first_and_paged(people: People) -> None:
    ana = people.named("user_id:ana")
    first, further = people.timeline(ana, 3)
    rest, end = people.timeline(ana, 3, further)
    assert ["m4", "m3", "m2", "m1"] == [event["messageId"] for event in [*first, *rest]]
    assert end == ""


def test_people_are_listed_page_by_page(people: People) -> None:
    (first,) = people.listed(-1, 1)
    (second,) = people.listed(first.person, 5)
    assert {people.named("user_id:ana"), people.named("user_id:bob")} == {first.person, second.person}


def test_a_consent_given_to_somebody_of_the_house_counts_as_an_event(instance: Instance, people: People) -> None:
    ana = people.named("user_id:ana")
    message_id = people.give_consent(ana, "marketing", "sms", "denied", "key_1")
    settle(instance)
    words = {each["channel"]: each for each in people.consents(ana)}
    assert ("denied", message_id) == (words["sms"]["status"], words["sms"]["messageId"])
    assert words["sms"]["evidence"]["properties"]["recordedBy"] == "key_1"


def test_the_export_holds_every_room(people: People) -> None:
    exported = people.export(people.named("user_id:ana"))
    rooms = {
        "profile",
        "events",
        "identity",
        "segments",
        "runs",
        "decisions",
        "messages",
        "sandbox",
        "tasks",
        "matches",
    }
    assert rooms | {"person", "identifiers"} == set(exported)
    assert ["m1", "m2", "m3", "m4"] == [event["messageId"] for event in exported["events"]]
    assert "bob" not in encode_json(exported).decode()


def test_an_erased_person_is_in_no_store_and_everybody_else_stays(instance: Instance, people: People) -> None:
    receipt = people.erase(people.named("user_id:ana"), "asked")
    assert {
        "identity",
        "events",
        "failed events",
        "log",
        "search",
        "profiles",
        "segments",
        "matching",
        "journeys",
        "channels",
        "sandbox",
        "answers",
        "audit",
        "jobs",
        "lake",
        "job_files",
        "journals",
    } == set(receipt["stores"])
    assert people.verify(receipt).holds
    with pytest.raises(NotFound):
        people.named("email:ana@example.com")
    assert people.sheet(people.named("user_id:bob"))["traits"] == {"email": "bob@example.com"}
    bodies = b"".join(record.body for record in instance.log.read(0, 100))
    assert b"Example.com" not in bodies
    assert b"bob@example.com" in bodies


def test_nothing_of_an_erased_person_lies_in_any_file(instance: Instance, people: People) -> None:
    people.erase(people.named("user_id:ana"), "asked")
    instance.close()
    for path in instance.settings.data.parent.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert b"ana@example.com" not in content, path.name
            assert b"600000001" not in content, path.name


def test_a_repeat_of_what_was_erased_does_not_bring_the_person_back(instance: Instance, people: People) -> None:
    receipt = people.erase(people.named("user_id:ana"), "asked")

    late = [{**message, "timestamp": "2026-03-01T00:00:00Z", "messageId": f"l{n}"} for n, message in enumerate(LIFE)]
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": late}))], NOW + 1_000)
    settle(instance)
    with pytest.raises(NotFound):
        people.named("email:ana@example.com")
    assert people.verify(receipt).holds


def test_the_clock_of_the_receipt_is_that_of_the_instance(instance: Instance, people: People) -> None:
    assert isinstance(instance.clock, ManualClock)
    receipt = people.erase(people.named("user_id:ana"), "asked")
    assert receipt["at"] == "2026-03-02T09:00:00.000Z"
