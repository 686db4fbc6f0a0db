import pytest

from tests.identity.support import event, resolve
from trenza.identity import BlockedValues, Recognition, find_person, read_names, recognise, recognition_json
from trenza.kernel import Invalid
from trenza.settings import DEFAULT_BLOCKED_VALUES
from trenza.storage import Database

_AT = 1_772_442_000_000
_BLOCKED = BlockedValues(DEFAULT_BLOCKED_VALUES)


def _recognise(database: Database, *names: str) -> Recognition:
    with database.read() as tx:
        return recognise(tx, read_names(names), "ES", blocked=_BLOCKED)


def _states(found: Recognition) -> dict[str, str]:
    return {f"{each.type}:{each.value}": each.state for each in found.shown}


def test_every_kind_of_identifier_leads_to_the_person_however_it_is_written(database: Database) -> None:
    resolve(
        database,
        [
            event(_AT, "user_id:ana", "email:ana@example.com", "phone:+34600111222"),
            event(_AT + 1, "user_id:ana", "loyalty_card:4711", "google:g-1", seq=1),
            event(_AT + 2, "loyalty_card:4711", "receipt:R-2026-9", seq=2),
            event(_AT + 3, "anonymous_id:browser", "user_id:ana", seq=3),
        ],
    )
    with database.read() as tx:
        ana = find_person(tx, "user_id", "ana")

    for name in (
        "loyalty_card: 4711 ",
        "phone:600 11 12 22",
        "phone:0034 600-111-222",
        "phone:(+34) 600.111.222",
        "receipt:R-2026-9",
        "google:g-1",
        "email: ANA@Example.com",
        "anonymous_id:browser",
    ):
        found = _recognise(database, name)
        assert (ana, True, ["known"]) == (found.person, found.agree, [each.state for each in found.shown]), name


def test_identifiers_that_point_to_several_people_do_not_agree_and_the_strongest_leads(database: Database) -> None:
    resolve(database, [event(_AT, "user_id:ana", "phone:+34600111222"), event(_AT, "loyalty_card:1", "email:b@b.es")])
    found = _recognise(database, "phone:600111222", "loyalty_card:1", "email:nobody@b.es")

    assert not found.agree
    assert (2, found.shown[0].person) == (len(found.people), found.person)
    assert {"loyalty_card:1": "known", "email:nobody@b.es": "unknown", "phone:+34600111222": "known"} == _states(found)


def test_what_is_shared_or_ambiguous_is_said_and_tells_of_nobody(database: Database) -> None:
    resolve(database, [event(_AT + n, "device_id:kiosk", f"user_id:u{n}", seq=n) for n in range(5)])
    resolve(database, [event(_AT + n, "phone:+34600111222", f"user_id:v{n}", seq=10 + n) for n in range(2)])
    found = _recognise(database, "device_id:kiosk", "phone:600111222", "phone:12", "user_id:null")

    assert (None, True, ()) == (found.person, found.agree, found.people)
    assert {
        "device_id:kiosk": "shared",
        "phone:+34600111222": "ambiguous",
        "phone:12": "nobody",
        "user_id:null": "nobody",
    } == _states(found)
    assert None is recognition_json(found)["person"]


@pytest.mark.parametrize("names", [[], ["ana"], [":x"], ["email:"], ["email:a@b.es", "x"]])
def test_what_is_no_identifier_is_refused_without_repeating_it(names: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_names(names)
    assert not any(name in str(refused.value) for name in names if name not in {"x", "ana"})
