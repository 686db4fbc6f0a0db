"""A late event of an erased person is acknowledged and counted, and what it says stays nowhere."""

from tests.people.conftest import LIFE, NOW, settle

from trenza.app import Instance
from trenza.events import BATCH, list_failed, redact_late
from trenza.kernel import encode_json
from trenza.people import People
from trenza.pipeline import Hallway
from trenza.storage import Position, move_position
from trenza.storage.log import Entry

_LATE = [{**message, "timestamp": "2026-03-01T00:00:00Z", "messageId": f"late-{n}"} for n, message in enumerate(LIFE)]
_OF_ANA, _OF_BOB = _LATE[:4], _LATE[4]


def _arrive_late(instance: Instance) -> None:
    people = People(instance)
    people.erase(people.named("user_id:ana"), "asked")
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": _LATE}))], NOW + 1_000)


def _failed(instance: Instance) -> list[tuple[str, object, object]]:
    with instance.database.read() as tx:
        return [(each.reason, each.message, each.message_id) for each in list_failed(tx)]


def _log(instance: Instance) -> bytes:
    return b"".join(record.body for record in instance.log.read(0, 100)).lower()


def test_it_is_counted_without_its_words_and_these_leave_the_log(instance: Instance) -> None:
    _arrive_late(instance)
    instance.hallway.step()

    assert [("its person was erased", None, None)] * 4 == _failed(instance)
    for words in (b"ana", b"600000001", b"a1", b"late-0"):
        assert words not in _log(instance)
    assert b"late-4" in _log(instance)  # Bob's


def test_a_new_identifier_on_it_does_not_keep_its_words(instance: Instance) -> None:
    people = People(instance)
    people.erase(people.named("user_id:ana"), "asked")
    late = {**_OF_ANA[1], "anonymousId": "another-browser", "traits": {"plan": "gold"}}
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": [late]}))], NOW + 1_000)
    settle(instance)

    assert instance.find_person("anonymous_id", "another-browser") is None
    assert b"gold" not in _log(instance)


def test_what_a_crash_left_in_the_log_goes_with_the_next_start(instance: Instance) -> None:
    _arrive_late(instance)
    with_words = instance.log.read(0, 100)
    instance.hallway.step()
    for record in with_words:  # the batch was committed, and the machine stopped before the log was clean
        instance.log.replace(record.offset, record.body)
    _unclean(instance)

    Hallway(instance.database, instance.log, instance._equipment()).step()  # noqa: SLF001 — as a new process opens one

    assert b"gold" not in _log(instance)
    assert [("its person was erased", None, None)] * 4 == _failed(instance)
    assert 0 == redact_late(instance.database, instance.log)


def test_a_replay_of_the_whole_log_gives_the_same(instance: Instance) -> None:
    _arrive_late(instance)
    settle(instance)
    before = _log(instance)
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": [_OF_BOB]}))], NOW + 2_000)
    settle(instance)

    assert before in _log(instance)
    assert 4 == len(_failed(instance))


def _unclean(instance: Instance) -> None:
    with instance.database.write() as tx:
        move_position(tx, "late", Position())
