"""Searching people through the doors; the erased are not found, and those from before the search are."""

from collections.abc import Callable

import pytest
from tests.people.conftest import NOW, settle
from tests.people.test_api import Door, Headers, bearer, door
from tests.people.test_cli import json_of, run

from trenza.app import Instance
from trenza.events import BATCH
from trenza.kernel import encode_json
from trenza.people import People
from trenza.profiles import find_people
from trenza.search import add_entries, count_entries, delete_leaves, entries_on, list_leaves
from trenza.settings import Settings
from trenza.storage.log import Entry

__all__ = ["bearer", "door"]  # fixtures


def found(instance: Instance, text: str) -> int:
    with instance.database.read() as tx:
        return len(find_people(tx, text, "ES").people)


def test_a_search_answers_who_and_why(door: Door, bearer: Callable[..., Headers]) -> None:
    answer = door.post("/api/people/search", json={"text": "600 00 00 01 plan:gold"}, headers=bearer("people"))
    assert 200 == answer.status_code
    body = answer.json()
    (hit,) = body["items"]
    assert (True, None) == (body["complete"], body["next"])
    assert ["user_id:ana", "email:ana@example.com", "phone:+34600000001", "anonymous_id:a1"] == hit["identifiers"]
    assert {("identifier", "phone"), ("trait", "plan")} == {(each["kind"], each["name"]) for each in hit["matches"]}


def test_hits_are_paged_by_a_cursor_that_names_nobody(door: Door, bearer: Callable[..., Headers]) -> None:
    asked = {"text": "example.com", "limit": 1}
    first = door.post("/api/people/search", json=asked, headers=bearer("people")).json()
    second = door.post("/api/people/search", json={**asked, "cursor": first["next"]}, headers=bearer("people")).json()
    assert (1, 1, None) == (len(first["items"]), len(second["items"]), second["next"])
    assert first["items"] != second["items"]


@pytest.mark.parametrize(
    "wrong", [{}, {"text": 1}, {"text": "x" * 301}, {"text": "x", "limit": 0}, {"text": "x", "cursor": "x"}]
)
def test_a_wrong_question_is_refused(door: Door, bearer: Callable[..., Headers], wrong: object) -> None:
    assert 400 == door.post("/api/people/search", json=wrong, headers=bearer("people")).status_code


def test_who_may_not_see_people_may_not_search_them(door: Door, bearer: Callable[..., Headers]) -> None:
    assert 403 == door.post("/api/people/search", json={"text": "ana"}, headers=bearer("read")).status_code


def test_find_prints_who_was_found(instance: Instance, settings: Settings) -> None:
    settle(instance)
    printed = json_of(run(settings, "find", "example.com", "--json"))
    assert (True, 2) == (printed["complete"], len(printed["people"]))
    assert "plan=gold" in run(settings, "find", "plan:gold").stdout


def test_the_erased_are_not_found_and_the_receipt_says_so(instance: Instance) -> None:
    people = People(instance)
    receipt = people.erase(people.named("user_id:ana"), "asked")
    assert 5 == receipt["stores"]["search"]["words"]
    assert (0, 1) == (found(instance, "ana"), found(instance, "bob"))
    assert 0 == people.verify(receipt).remains["search"]


def test_a_word_that_was_left_makes_the_receipt_untrue(instance: Instance) -> None:
    people = People(instance)
    with instance.database.read() as tx:
        words = entries_on(tx, list_leaves(tx))
    receipt = people.erase(people.named("user_id:ana"), "asked")
    with instance.database.write() as tx:
        add_entries(tx, words)
    assert 3 == people.verify(receipt).remains["search"]


def test_who_began_anew_is_found_and_the_receipt_stays_true(instance: Instance) -> None:
    people = People(instance)
    receipt = people.erase(people.named("user_id:ana"), "asked")
    later = NOW + 3_600_000
    body = {"type": "identify", "userId": "ana", "messageId": "n1", "traits": {"plan": "tin"}}
    instance.clock.set(later)  # type: ignore[attr-defined]  # the tests' clock
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": [body]}))], later)
    settle(instance)
    assert (1, 0) == (found(instance, "plan:tin"), found(instance, "plan:gold"))
    assert 0 == people.verify(receipt).remains["search"]


def test_people_from_before_the_search_are_taken_up_in_the_background(instance: Instance) -> None:
    with instance.database.write() as tx:
        before = entries_on(tx, list_leaves(tx))
        delete_leaves(tx, list_leaves(tx))
    assert 0 == found(instance, "example.com")
    while instance.fill_search():
        pass
    with instance.database.read() as tx:
        assert before == entries_on(tx, list_leaves(tx))
        assert len(before) == count_entries(tx)
    assert 0 == instance.fill_search()
