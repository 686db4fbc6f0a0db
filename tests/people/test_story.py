"""A person's portrait and story, and what somebody of the house does for them."""

from pathlib import Path

import pytest
from tests.people.conftest import NOW, settle

from trenza.app import Instance
from trenza.definitions import apply
from trenza.equipment import KINDS
from trenza.events import BATCH, events_named
from trenza.identity import Person
from trenza.journeys import ENTRY_EVENT, open_tasks
from trenza.kernel import Conflict, JsonObject, NotFound, encode_json
from trenza.people import NOTE, People, Place, add_note, add_task, enter_journey, read_portrait, read_story
from trenza.people.story import Only
from trenza.storage.log import Entry


@pytest.fixture
def ana(instance: Instance) -> Person:
    return People(instance).named("user_id:ana")


def _told(instance: Instance, person: Person, only: Only = "all", channel: str = "", limit: int = 30) -> list[str]:
    seen: list[str] = []
    place: Place | None = Place()
    with instance.database.read() as tx:
        leaves = read_portrait(tx, instance, person).facts.leaves
        while place is not None:
            page = read_story(tx, leaves, only=only, channel=channel, place=place, limit=limit)
            seen += [each.event.name or each.event.type for each in page.happenings if each.event]
            place = page.next
    return seen


def test_a_portrait_says_who_somebody_is_and_which_events_said_so(instance: Instance, ana: Person) -> None:
    with instance.database.read() as tx:
        portrait = read_portrait(tx, instance, ana)

    assert ("ana", False, NOW) == (portrait.name, portrait.is_visitor, portrait.last_seen)
    assert {"m2", "m3", "m4"} == set(portrait.said_by)


def test_a_portrait_keeps_the_values_that_a_trait_had_before(instance: Instance, ana: Person) -> None:
    for number, plan in enumerate(("silver", "silver", "gold")):
        _arrive(instance, {"type": "identify", "userId": "ana", "messageId": f"p{number}", "traits": {"plan": plan}})

    with instance.database.read() as tx:
        portrait = read_portrait(tx, instance, ana)

    assert ["silver", "gold"] == [version.value for version in portrait.former["plan"]]
    assert {"plan"} == set(portrait.former)


def test_who_is_no_more_has_no_portrait(instance: Instance) -> None:
    with instance.database.read() as tx, pytest.raises(NotFound):
        read_portrait(tx, instance, 12345)


@pytest.mark.parametrize("limit", [1, 2, 30])
def test_a_story_is_paged_without_loss_and_without_repeats(instance: Instance, ana: Person, limit: int) -> None:
    assert ["Consent Changed", "identify", "identify", "Product Viewed"] == _told(instance, ana, limit=limit)


def test_a_story_may_be_of_one_kind_or_channel(instance: Instance, ana: Person) -> None:
    add_note(instance, ana, "called back", "user:1")
    settle(instance)

    assert [NOTE] == _told(instance, ana, "notes")
    assert ["Consent Changed"] == _told(instance, ana, "consents")
    assert NOTE not in _told(instance, ana, "events")
    assert 4 == len(_told(instance, ana, channel="web"))
    assert [] == _told(instance, ana, "messages")
    assert [] == _told(instance, ana, channel="pos")


def test_a_note_is_kept_with_its_author_and_goes_with_the_person(instance: Instance, ana: Person) -> None:
    add_note(instance, ana, "<b>likes tea</b>", "user:1")
    settle(instance)

    people = People(instance)
    (note,) = [each for each in people.export(ana)["events"] if each.get("event") == NOTE]
    assert {"text": "<b>likes tea</b>", "author": "user:1"} == note["properties"]
    receipt = people.erase(ana, "asked")
    assert people.verify(receipt).holds
    assert b"likes tea" not in b"".join(record.body for record in instance.log.read(0, 1000))


def test_a_task_stands_open_is_exported_and_goes_with_the_person(instance: Instance, ana: Person) -> None:
    add_task(instance, ana, "calls", "Call her back", NOW + 1, "en")

    people = People(instance)
    with instance.database.read() as tx:
        (task,) = open_tasks(tx)
    assert (ana, "calls", {"en": "Call her back"}, NOW + 1) == (task.person, task.queue, task.title, task.due)
    assert ["Call her back"] == [each["title"]["en"] for each in people.export(ana)["tasks"]]
    people.erase(ana, "asked")
    with instance.database.read() as tx:
        assert [] == open_tasks(tx)


def test_only_a_journey_that_is_open_to_the_api_is_entered(instance: Instance, ana: Person, tmp_path: Path) -> None:
    _journey(instance, tmp_path / "definitions", "closed", "{event: Product Viewed}")
    _journey(instance, tmp_path / "definitions", "welcome", "{api: true}")

    with pytest.raises(NotFound):
        enter_journey(instance, ana, "nowhere")
    with pytest.raises(Conflict):
        enter_journey(instance, ana, "closed")
    enter_journey(instance, ana, "welcome")
    settle(instance)

    with instance.database.read() as tx:
        assert ["welcome"] == [run.journey for run in read_portrait(tx, instance, ana).runs]


def test_a_clients_event_of_that_name_enters_nobody(instance: Instance, ana: Person, tmp_path: Path) -> None:
    _journey(instance, tmp_path / "definitions", "welcome", "{api: true}")
    _arrive(
        instance,
        {
            "type": "track",
            "userId": "ana",
            "event": ENTRY_EVENT,
            "messageId": "w",
            "properties": {"journey": "welcome"},
        },
    )

    with instance.database.read() as tx:
        assert [] == read_portrait(tx, instance, ana).runs
        assert ENTRY_EVENT == events_named(tx, ["w"])["w"].name


def _journey(instance: Instance, folder: Path, key: str, enter: str) -> None:
    folder.mkdir(exist_ok=True)
    written = f"kind: Journey\nkey: {key}\nenter: {enter}\npolicy: {{purpose: service}}\nsteps:\n  - wait: 1h\n"
    (folder / f"{key}.yaml").write_text(written, encoding="utf-8")
    apply(instance.database, folder, KINDS, NOW)


def _arrive(instance: Instance, message: JsonObject) -> None:
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": [message]}))], instance.clock.now())
    instance.clock.advance(1)  # type: ignore[attr-defined]  # the test's own clock
    settle(instance)
