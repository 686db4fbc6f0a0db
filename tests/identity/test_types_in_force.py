"""Types as documents: what every door goes by, and what a change does to everybody who is there already."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trenza import reassigning
from trenza.app import Instance
from trenza.definitions import Plan, apply, plan
from trenza.equipment import KINDS
from trenza.events import ensure_source
from trenza.identity import clusters, history, read_standing
from trenza.identity.store import all_nodes
from trenza.job_kinds import ask_for, ask_to_reassign, runner_of
from trenza.jobs import cancel_job, list_jobs
from trenza.kernel import Faulty, JsonObject, ManualClock, encode_json
from trenza.segments import members
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import Entry, MemoryLog
from trenza.worker import process_until_idle

_NOON = 1_772_452_800_000
_SEEN = "kind: Segment\nkey: seen\ntitle: Seen\nwhere: {event: {name: Product Viewed}}\n"
_LIMITS = "kind: IdentifierType\nkey: email\npeople: 1\nper_person: 2\n"
Written = Callable[..., Path]


@pytest.fixture
def instance(database: Database, tmp_path: Path) -> Iterator[Instance]:
    found = _instance(database, tmp_path)
    yield found
    found.close()


def _instance(database: Database, folder: Path) -> Instance:
    ensure_source(database, "web", "web")
    return Instance(Settings(data=folder), ManualClock(_NOON), database, MemoryLog(), b"secret")


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(*texts: str) -> Path:
        folder = tmp_path / "definitions"
        folder.mkdir(exist_ok=True)
        (folder / "all.yaml").write_text("---\n".join(texts), encoding="utf-8")
        return folder

    return write


def _story() -> Iterator[JsonObject]:
    """Two accounts that share an e-mail, a kiosk, a second e-mail on a device, and somebody to whom nothing happens."""
    for user in ("u1", "u2"):
        yield {"type": "identify", "userId": user, "traits": {"email": "family@example.com"}}
        yield {"type": "track", "event": "Product Viewed", "userId": user, "anonymousId": "kiosk"}
    yield {"type": "track", "event": "Product Viewed", "anonymousId": "a1"}
    for mail in ("a@example.com", "b@example.com"):
        yield {"type": "identify", "anonymousId": "a1", "traits": {"email": mail}}
    yield {"type": "track", "event": "Product Viewed", "userId": "u9", "anonymousId": "a9"}


def _tell(instance: Instance, messages: Iterator[JsonObject], prefix: str = "m") -> None:
    for number, message in enumerate(messages):
        at = _NOON + number
        body = encode_json({**message, "messageId": f"{prefix}{number}"})
        route = str(message["type"])
        instance.log.append([Entry(source="web", route=route, body=body, received_at=at)], at)


def _state(instance: Instance) -> tuple[object, ...]:
    with instance.database.read() as tx:
        rows = {(*row[:4], *row[5:]) for row in all_nodes(tx)}
        return rows, {each.identifiers for each in clusters(tx)}, set(members(tx, "seen"))


def _put(instance: Instance, folder: Path) -> Plan:
    return apply(instance.database, folder, KINDS, instance.clock.now())


def test_changed_limits_make_of_everybody_what_a_fresh_instance_makes(
    instance: Instance, written: Written, tmp_path: Path
) -> None:
    _put(instance, written(_SEEN))
    _tell(instance, _story())
    process_until_idle(instance)
    before = _state(instance)
    assert [] == list_jobs(instance.database, ["reassign"])

    folder = written(_SEEN, _LIMITS)
    planned = plan(instance.database, folder, KINDS)
    assert before == _state(instance)
    _put(instance, folder)
    process_until_idle(instance)
    memory = Database("sqlite://")
    memory.create_tables()
    fresh = _instance(memory, tmp_path / "fresh")
    _put(fresh, folder)
    _tell(fresh, _story())
    process_until_idle(fresh)

    assert before != _state(instance)
    assert _state(fresh) == _state(instance)
    (change,) = planned.added
    assert change.effects[:1] == ("1 identifiers would become shared, 0 would join again",)
    (job,) = list_jobs(instance.database, ["reassign"])
    assert ("done", "house", {"identifiers": 9}) == (job.state, job.asked_by, job.result)
    with instance.database.read() as tx:
        assert "reassign" in {line.cause for line in history(tx)}

    _put(instance, written(_SEEN))
    process_until_idle(instance)
    assert before == _state(instance)
    fresh.close()


def test_a_change_can_be_cancelled_and_goes_on_where_it_stood(
    instance: Instance, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reassigning, "_PAGE", 2)
    _put(instance, written(_SEEN))
    _tell(instance, _story())
    process_until_idle(instance)
    _put(instance, written(_SEEN, _LIMITS))

    assert ask_to_reassign(instance)
    assert not ask_to_reassign(instance)
    share = instance.reassign_page()
    cancel_job(instance.database, list_jobs(instance.database, ["reassign"])[0].id, _NOON)
    process_until_idle(instance)
    with instance.database.read() as tx:
        stands = read_standing(tx, instance.types)
    assert 0 < share < 1
    assert (int(share * (1 << 63)) // 1024, False) == (stands.last // 1024, stands.is_done)

    ask_for(instance, "reassign", {}, "cli")
    runner_of(instance).run_next("reassign", threading.Event())
    with instance.database.read() as tx:
        assert read_standing(tx, instance.types).is_done
        assert instance.find_person("user_id", "u1") != instance.find_person("email", "family@example.com")


def test_going_back_before_the_change_was_done_works_everybody_out_again(instance: Instance, written: Written) -> None:
    _put(instance, written(_SEEN))
    _tell(instance, _story())
    process_until_idle(instance)
    before = _state(instance)
    _put(instance, written(_SEEN, _LIMITS))
    _tell(instance, iter([{"type": "track", "event": "Seen", "userId": "u1", "anonymousId": "a7"}]), "later")
    instance.hallway.step()
    _put(instance, written(_SEEN))
    process_until_idle(instance)

    assert 1 == len(list_jobs(instance.database, ["reassign"]))
    assert before != _state(instance)
    with instance.database.read() as tx:
        assert read_standing(tx, instance.types).is_done


def test_every_door_goes_by_a_type_of_the_instances_own(instance: Instance, written: Written) -> None:
    _put(instance, written("kind: IdentifierType\nkey: staff_mail\nsort: contact\nnormaliser: email\nper_person: 1\n"))
    ids = [{"type": "staff_mail", "id": "Ana@Example.com"}]
    _tell(instance, iter([{"type": "track", "event": "Seen", "userId": "u1", "context": {"externalIds": ids}}]))
    process_until_idle(instance)

    found = instance.types.get("staff_mail")
    assert ("contact", 39, "email", 3, 500, 1) == (
        found.kind, found.priority, found.normaliser, found.people, found.neighbours, found.per_person
    )  # fmt: skip
    assert instance.find_person("user_id", "u1") == instance.find_person("staff_mail", "ANA@example.com") is not None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("kind: IdentifierType\nkey: email\nnormaliser: text\n", "`email` is built in: its `normaliser` is fixed"),
        ("kind: IdentifierType\nkey: email\npeople: 0\n", "0 is out of bounds"),
        (
            "kind: IdentifierType\nkey: till\nsort: account\npriority: 40\n",
            "an account is stronger than all that is none",
        ),
        ("kind: IdentifierType\nkey: till\nsort: ghost\n", "`ghost` is not one of the choices"),
        ("kind: IdentifierType\nkey: " + "x" * 65 + "\n", "the name of a type is too long"),
    ],
)
def test_what_no_type_can_be_is_a_fault(instance: Instance, written: Written, text: str, why: str) -> None:
    with pytest.raises(Faulty) as caught:
        plan(instance.database, written(text), KINDS)
    assert [why] == [fault.why for fault in caught.value.faults]


def test_what_would_read_known_identifiers_otherwise_is_refused_with_its_place(
    instance: Instance, written: Written
) -> None:
    ids = [{"type": "till_id", "id": "T1"}]
    _tell(instance, iter([{"type": "track", "event": "Seen", "userId": "u1", "context": {"externalIds": ids}}]))
    process_until_idle(instance)
    text = "kind: IdentifierType\nkey: till_id\nsort: card\nnormaliser: lower\n"

    folder = written(_SEEN, text)
    acts: list[Callable[[], Plan]] = [
        lambda: plan(instance.database, folder, KINDS),
        lambda: _put(instance, folder),
    ]
    for act in acts:
        with pytest.raises(Faulty) as caught:
            act()
        (fault,) = caught.value.faults
        assert ("all.yaml", 6) == (fault.file, fault.line)
        assert "there are 1 identifiers of the type `till_id`: its sort and priority and normaliser cannot" in fault.why
    assert (
        [] == plan(instance.database, written(_SEEN, "kind: IdentifierType\nkey: till_id\npeople: 1\n"), KINDS).removed
    )
