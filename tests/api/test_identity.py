from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.api.conftest import NOW, Door
from tests.identity.support import event, resolve

from trenza.app import Instance
from trenza.kernel import Conflict, JsonObject, ManualClock

Bearer = Callable[..., dict[str, str]]
_TWO = {"a": "user_id:u1", "b": "anonymous_id:a"}


def _fill(instance: Instance) -> None:
    resolve(instance.database, [event(NOW, "anonymous_id:a"), event(NOW + 1, "anonymous_id:a", "user_id:u1", seq=1)])


def test_a_link_is_explained_cut_and_restored(instance: Instance, door: Door, bearer: Bearer) -> None:
    _fill(instance)
    headers = bearer("people", "write")
    explained = door.post("/api/identity/explain", json=_TWO, headers=headers).json()
    [link] = explained["links"]
    assert explained["together"]

    [moved] = door.post("/api/identity/cut", json={"link": link["link"]}, headers=headers).json()["items"]
    assert 1 == moved["identifiers"]
    assert not door.post("/api/identity/explain", json=_TWO, headers=headers).json()["together"]

    again = door.post("/api/identity/cut", json={"link": link["link"]}, headers=headers)
    assert (409, "application/problem+json") == (again.status_code, again.headers["content-type"].split(";")[0])

    [back] = door.post("/api/identity/restore", json={"link": link["link"]}, headers=headers).json()["items"]
    assert (moved["before"], moved["after"]) == (back["after"], back["before"])


def test_a_wrong_question_gets_a_clear_answer(instance: Instance, door: Door, bearer: Bearer) -> None:
    _fill(instance)
    headers = bearer("people", "write")

    for path, body, status in (
        ("explain", {"a": "user_id:u1", "b": "nothing at all"}, 400),
        ("explain", {"a": "user_id:u1", "b": "user_id:nobody"}, 404),
        ("cut", {"link": "not a link"}, 400),
        ("cut", {"link": "lnk_0000000000001"}, 404),
    ):
        assert status == door.post(f"/api/identity/{path}", json=body, headers=headers).status_code


def test_looking_needs_less_than_cutting(instance: Instance, door: Door, bearer: Bearer) -> None:
    _fill(instance)
    headers = bearer("people")
    link = door.post("/api/identity/explain", json=_TWO, headers=headers).json()["links"][0]["link"]

    assert 403 == door.post("/api/identity/cut", json={"link": link}, headers=headers).status_code


def test_the_log_is_paged_from_the_latest(instance: Instance, door: Door, bearer: Bearer) -> None:
    _fill(instance)
    headers = bearer("people", "write")
    link = door.post("/api/identity/explain", json=_TWO, headers=headers).json()["links"][0]["link"]
    door.post("/api/identity/cut", json={"link": link}, headers=headers)

    seen, cursor = [], None
    while True:
        page = door.get(
            "/api/identity/log", params={"limit": 1, "cursor": cursor} if cursor else {"limit": 1}, headers=headers
        ).json()
        seen += [line["op"] for line in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert ["cut", "split"] == sorted(seen)


def test_the_types_are_told(door: Door, bearer: Bearer) -> None:
    types = door.get("/api/identity/types", headers=bearer("people")).json()["items"]

    assert ("user_id", "account", 1) == (types[0]["name"], types[0]["kind"], types[0]["priority"])


def test_whoever_shows_identifiers_is_told(instance: Instance, door: Door, bearer: Bearer) -> None:
    _fill(instance)
    shown = {"identifiers": ["user_id:u1", "anonymous_id:a", "phone:no number"]}
    told = door.post("/api/identity/resolve", json=shown, headers=bearer("people"))

    assert (200, True) == (told.status_code, told.json()["agree"])
    assert ["known", "known", "nobody"] == sorted(each["state"] for each in told.json()["identifiers"])
    assert told.json()["person"].startswith("per_")
    bad: list[JsonObject] = [{"identifiers": []}, {"identifiers": ["x"]}, {"identifiers": ["a:b"], "country": "Spain"}]
    for wrong in bad:
        assert 400 == door.post("/api/identity/resolve", json=wrong, headers=bearer("people")).status_code
    assert 403 == door.post("/api/identity/resolve", json=shown, headers=bearer("read")).status_code


def test_the_quality_sheet_has_figures_and_ids(instance: Instance, door: Door, bearer: Bearer) -> None:
    _fill(instance)
    headers = bearer("people", "write")
    link = {"link": door.post("/api/identity/explain", json=_TWO, headers=headers).json()["links"][0]["link"]}
    for path in ("cut", "restore"):
        assert 200 == door.post(f"/api/identity/{path}", json=link, headers=headers).status_code
    found = door.get("/api/identity/quality", headers=bearer("people")).json()

    assert (1, 2, 0, 0) == tuple(found[each] for each in ("people", "identifiers", "shared", "ambiguous"))
    assert [2] == [each["identifiers"] for each in found["largestPeople"]]
    assert [1, 1, 1, 1] == [found["days"][-1][each] for each in ("merges", "splits", "cuts", "restores")]
    assert [link["link"]] == [each["cause"] for each in found["lastMerges"]]
    assert [found["largestPeople"][0]["person"]] == [each["person"] for each in found["lastMerges"]]
    assert 403 == door.get("/api/identity/quality", headers=bearer("read")).status_code


def test_of_two_who_cut_the_same_link_at_once_one_does_and_the_other_is_told(
    instance: Instance, door: Door, bearer: Bearer
) -> None:
    _fill(instance)
    headers = bearer("people", "write")
    link = door.post("/api/identity/explain", json=_TWO, headers=headers).json()["links"][0]["link"]

    rounds = [(instance.cut_link, "the link is cut already"), (instance.restore_link, "the link is not cut")] * 3
    for number, (act, told) in enumerate(rounds):
        instance.clock = ManualClock(NOW + number)
        together = Barrier(2)

        def try_it(act: Callable[[str], object] = act, together: Barrier = together) -> str:
            together.wait()
            try:
                act(link)
            except Conflict as conflict:
                return str(conflict)
            return "done"

        with ThreadPoolExecutor(2) as threads:
            came = sorted(each.result() for each in [threads.submit(try_it) for _ in range(2)])
        assert "done" == came[0]
        assert told in came[1]

    log = door.get("/api/identity/log", headers=headers).json()["items"]
    assert (3, 3) == tuple([line["op"] for line in log].count(op) for op in ("cut", "restore"))
