"""Households: a relation with evidence, in any order, and never a person."""

from tests.people.conftest import NOW, settle

from trenza.app import Instance
from trenza.events import BATCH
from trenza.identity import person_text
from trenza.kernel import JsonObject, encode_json
from trenza.people import People
from trenza.storage.log import Entry

_HOME = {"street": "Calle Mayor 5, 2º B", "postalCode": "28013", "city": "Madrid"}


def _say(instance: Instance, *messages: JsonObject) -> None:
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": messages}))], NOW)
    settle(instance)


def _seen(user: str, device: str, number: int = 0) -> JsonObject:
    return {
        "type": "track",
        "event": "x",
        "userId": user,
        "anonymousId": device,
        "messageId": f"{user}-{device}-{number}",
    }


def _household(instance: Instance, user: str) -> dict[str, list[tuple[str, str, int]]]:
    people = People(instance)
    names = {person_text(people.named(f"user_id:{name}")): name for name in ("ana", "bob")}
    found = people.household(people.named(f"user_id:{user}"))
    return {
        names.get(each["person"], "another"): [
            (held["kind"], held[held["kind"]], held["messages"]) for held in each["evidence"]
        ]
        for each in found
    }


def test_a_tablet_of_two_ties_them_and_leaves_them_two(instance: Instance) -> None:
    assert {} == _household(instance, "ana")
    _say(instance, _seen("ana", "tablet", 1), _seen("ana", "tablet", 2), _seen("bob", "tablet"))

    assert {"bob": [("identifier", "anonymous_id:tablet", 3)]} == _household(instance, "ana")
    assert {"ana": [("identifier", "anonymous_id:tablet", 3)]} == _household(instance, "bob")
    people = People(instance)
    assert people.named("user_id:ana") != people.named("user_id:bob")
    assert people.household(people.named("user_id:ana")) == people.sheet(people.named("user_id:ana"))["household"]


def test_what_is_one_persons_beyond_doubt_still_ties_whoever_used_it(instance: Instance) -> None:
    _say(instance, *(_seen("ana", "laptop", n) for n in range(9)), _seen("bob", "laptop"))

    assert {"ana": [("identifier", "anonymous_id:laptop", 10)]} == _household(instance, "bob")


def test_a_kiosk_and_a_receipt_tie_nobody(instance: Instance) -> None:
    receipt = {"externalIds": [{"type": "receipt", "id": "R-1"}]}
    _say(
        instance,
        *(_seen(user, "kiosk") for user in ("ana", "bob", *(f"u{n}" for n in range(9)))),
        *({"type": "track", "event": "x", "userId": user, "context": receipt} for user in ("ana", "bob")),
    )

    assert {} == _household(instance, "ana")


def test_an_equal_full_address_ties_however_it_is_written(instance: Instance) -> None:
    other = {"line1": "CALLE MAYOR 5", "line2": "2 B", "zip": 28013, "city": "madrid"}
    _say(
        instance,
        {
            "type": "identify",
            "userId": "ana",
            "traits": {"address": _HOME | {"street": "Calle Mayor, 5", "line2": "2 B"}},
        },
        {"type": "identify", "userId": "bob", "traits": {"address": other}},
        {"type": "identify", "userId": "eva", "traits": {"address": {"city": "Madrid", "postalCode": "28013"}}},
    )

    assert {"bob": [("address", "calle mayor 5 2 b 28013 madrid", 2)]} == _household(instance, "ana")


def test_a_block_without_doors_is_no_household(instance: Instance) -> None:
    users = ("ana", "bob", *(f"u{n}" for n in range(9)))
    _say(instance, *({"type": "identify", "userId": user, "traits": {"address": _HOME}} for user in users))

    assert {} == _household(instance, "ana")


def test_the_order_in_which_it_was_heard_does_not_matter(instance: Instance) -> None:
    said = [_seen(user, device, n) for user in ("ana", "bob", "eva") for device in ("t1", "t2") for n in range(2)]
    _say(instance, *said[::5], *said[1::5])
    _say(instance, *said[4::5], *said[3::5], *said[2::5])

    ties = [("identifier", "anonymous_id:t1", 4), ("identifier", "anonymous_id:t2", 4)]
    assert {"bob": ties, "another": ties} == _household(instance, "ana")
