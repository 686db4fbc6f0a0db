from collections.abc import Callable

from tests.api.conftest import NOW, Door
from tests.identity.support import event, resolve

from trenza.app import Instance
from trenza.definitions import Reading, apply_documents, read_documents
from trenza.equipment import KINDS
from trenza.identity import leaf_named
from trenza.matching import Chance, MatchModel, Pair, candidate_id, print_model, propose, read_model, record_from

Bearer = Callable[..., dict[str, str]]
_LEVELS = ("same", "very_alike", "alike", "different")
_MODEL = MatchModel(
    key="people",
    prior=0.01,
    review=0,
    blocking=(("family",),),
    comparisons={"family": dict(zip(_LEVELS, [Chance(0.9, 0.001)] + [Chance(0.03, 0.3)] * 3, strict=True))},
)


def _fill(instance: Instance, several: int = 3) -> list[str]:
    """People who bear one surname; the ids of the candidates among the first of each two."""
    users = [f"user_id:u{n}" for n in range(2 * several)]
    resolve(instance.database, [event(NOW + n, user, seq=n) for n, user in enumerate(users)])
    documents, _ = read_documents(print_model(_MODEL), "")
    apply_documents(instance.database, documents, KINDS, NOW)
    records = [record_from(leaf_named(user), {"family": "Garcia", "given": "Ana"}) for user in users]
    leaves = [record.leaf for record in records]
    pairs = [Pair(min(two), max(two), 3.0) for two in (leaves[n : n + 2] for n in range(0, 2 * several, 2))]
    with instance.database.write() as tx:
        propose(tx, _MODEL, records, pairs, NOW)
    return [candidate_id(pair.one, pair.other) for pair in pairs]


def test_a_model_is_read_as_it_was_printed() -> None:
    [document], faults = read_documents(print_model(_MODEL), "models.yaml")
    reading = Reading()

    found = read_model(document, reading)

    assert [] == faults == reading.faults
    assert (_MODEL.comparisons, _MODEL.blocking, document.version) == (found.comparisons, found.blocking, found.version)


def test_all_faults_of_a_model_are_said() -> None:
    text = (
        print_model(_MODEL).replace("m: 0.9", "m: 9").replace("prior: 0.01", "prior: often").replace("[family]", "[]")
    )
    [document], _ = read_documents(text, "models.yaml")
    reading = Reading()

    read_model(document, reading)

    assert {"9 is no chance here", "a number is wanted here, not a text (`often`)"} < {
        each.why for each in reading.faults
    }
    assert 3 == len(reading.faults)


def test_candidates_are_listed_page_by_page_and_decided(instance: Instance, door: Door, bearer: Bearer) -> None:
    ids = _fill(instance)
    headers = bearer("people", "write")
    first = door.get("/api/identity/candidates?limit=2", headers=headers).json()
    rest = door.get(f"/api/identity/candidates?limit=2&cursor={first['next']}", headers=headers).json()
    assert sorted(ids) == sorted(each["id"] for each in [*first["items"], *rest["items"]])
    assert rest["next"] is None
    assert {"id", "weight", "state", "bridge", "people", "base", "steps"} < set(first["items"][0])

    accepted = door.post(f"/api/identity/candidates/{ids[0]}/accept", headers=headers).json()
    assert accepted["link"].startswith("lnk_")
    assert 1 == len(accepted["moves"])
    assert "rejected" == door.post(f"/api/identity/candidates/{ids[1]}/reject", headers=headers).json()["state"]

    for each, status in ((ids[0], 409), (ids[1], 409), ("mat_0000000000000", 404), ("x", 400)):
        assert status == door.post(f"/api/identity/candidates/{each}/accept", headers=headers).status_code
    explained = door.post("/api/identity/explain", json={"a": "user_id:u0", "b": "user_id:u1"}, headers=headers).json()
    assert ["match"] == [link["rule"] for link in explained["links"]]
    [left] = door.get("/api/identity/candidates", headers=headers).json()["items"]
    assert ids[2] == left["id"]


def test_who_somebody_could_be_is_answered(instance: Instance, door: Door, bearer: Bearer) -> None:
    _fill(instance)
    headers = bearer("people")

    found = door.post("/api/identity/could-be", json={"person": "user_id:u0"}, headers=headers)

    assert (200, []) == (found.status_code, found.json()["items"])  # it has no traits: nothing is known of it
    assert 404 == door.post("/api/identity/could-be", json={"person": "user_id:x"}, headers=headers).status_code


def test_looking_needs_less_than_deciding(instance: Instance, door: Door, bearer: Bearer) -> None:
    [candidate, *_] = _fill(instance)
    headers = bearer("people")

    assert 200 == door.get("/api/identity/candidates", headers=headers).status_code
    assert 403 == door.post(f"/api/identity/candidates/{candidate}/accept", headers=headers).status_code
    assert 403 == door.get("/api/identity/candidates", headers=bearer("write")).status_code
