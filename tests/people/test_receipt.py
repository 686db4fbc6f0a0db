"""A receipt is proved against every store: a copy planted by hand in any of them is found, and the store is named."""

import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text
from tests.channels.support import message
from tests.people.conftest import LIFE, NOW, settle

from trenza.access import claim_answer, erase_answers, keep_answer, write_down
from trenza.app import Instance
from trenza.channels import SandboxMessage
from trenza.channels.adapters.mailbox import Mailbox
from trenza.channels.model import Link
from trenza.channels.store import find_message, insert_links, insert_messages, insert_sandbox
from trenza.events import BATCH, Emission, FailedEvent, emit
from trenza.events.store import insert_failed
from trenza.identity import LogEntry, identifier_number, person_text
from trenza.identity.store import append_log
from trenza.journeys import Decision, GoalReached, Task, list_decisions, list_goals, open_tasks, save_tasks
from trenza.journeys.store import save_decisions, save_goals
from trenza.kernel import JsonObject, encode_json
from trenza.people import People
from trenza.storage.log import Entry

_LEAF = identifier_number("user_id", "ana")
_BOB = identifier_number("email", "bob@example.com")
_MAIL = "ana@example.com"
_OLD: JsonObject = {**LIFE[1], "timestamp": "2026-03-01T00:00:00Z", "messageId": "planted"}
Plant = Callable[[Instance], None]


def _into_the_log(instance: Instance) -> None:
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": [_OLD]}))], NOW + 5)


def _into_what_was_consumed(instance: Instance) -> None:
    instance.log.replace(1, encode_json({"batch": LIFE}))


def _into_the_log_as_a_mention(instance: Instance) -> None:
    body = {**LIFE[4], "messageId": "x", "traits": {"friend": f"see <{_MAIL}>"}}
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": [body]}))], NOW)


def _into_the_events(instance: Instance) -> None:
    with instance.database.write() as tx:
        tx.execute(text("UPDATE event SET leaf = :leaf WHERE message_id = 'm5'"), {"leaf": _LEAF})


def _into_the_failed_events(instance: Instance) -> None:
    failed = FailedEvent(
        id="f", message_id=None, source="shop", reason="no", received_at=NOW, message={"phone": "600 000 001"}, seq=9
    )
    with instance.database.write() as tx:
        insert_failed(tx, [failed])


def _into_what_waits(instance: Instance) -> None:
    with instance.database.write() as tx:
        emit(tx, [Emission(message_id="e", message={"type": "track", "userId": "ana", "event": "X"}, channel="web")])


def _into_the_lake(instance: Instance) -> None:
    folder = Path(instance.settings.lake) / "events" / "day=2026-03-02"
    table = pa.table({"leaf": [0], "traits": [encode_json({"email": _MAIL}).decode()]})
    pq.write_table(table, folder / "1-1-planted.parquet")


def _into_the_lake_as_a_leaf(instance: Instance) -> None:
    folder = Path(instance.settings.lake) / "events" / "day=2026-03-02"
    pq.write_table(pa.table({"leaf": [_LEAF]}), folder / "1-1-planted.parquet")


def _into_the_recorder(instance: Instance) -> None:
    shown = SandboxMessage(
        id="s", message="", channel="sms", address="+34600000001", at=NOW, title="", text="", html="", fields={}
    )
    with instance.database.write() as tx:
        insert_sandbox(tx, [shown])


def _into_the_mailbox(instance: Instance) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.com", "bob@example.com", "News"
    mail.set_content(f"Forwarded to you by {_MAIL}.")
    mailbox = Mailbox(instance.database, instance.clock)
    port = int(mailbox.start().split(":")[2].split("?")[0])
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(mail)
    mailbox.stop()


def _into_the_outbox(instance: Instance) -> None:
    with instance.database.write() as tx:
        insert_messages(tx, [message(address=_MAIL, identifier=("email", "another@example.com"), wanted_at=NOW)])


def _into_the_links(instance: Instance) -> None:
    with instance.database.write() as tx:
        insert_messages(tx, [message("m9", person=_BOB, identifier=("email", "bob@example.com"), wanted_at=NOW)])
        insert_links(tx, [Link("l1", "m9", "https://shop.example/?to=ana%40example.com")])


def _into_the_tasks(instance: Instance) -> None:
    with instance.database.write() as tx:
        save_tasks(tx, [_task("t1", _LEAF, _LEAF)])


def _into_anothers_task(instance: Instance) -> None:
    with instance.database.write() as tx:
        save_tasks(tx, [_task("t2", _LEAF, _BOB)])


def _into_anothers_goal(instance: Instance) -> None:
    with instance.database.write() as tx:
        save_goals(tx, [_goal(_LEAF, _BOB)])


def _into_anothers_decision(instance: Instance) -> None:
    with instance.database.write() as tx:
        save_decisions(tx, [_decision(_LEAF, _BOB)])


def _into_anothers_message(instance: Instance) -> None:
    with instance.database.write() as tx:
        insert_messages(tx, [message("m8", person=_LEAF, identifier=("email", "bob@example.com"), wanted_at=NOW)])


def _task(id_: str, person: int, leaf: int) -> Task:
    return Task(id=id_, queue="desk", title={"en": "Call"}, due=None, person=person, leaf=leaf, journey="", run="",
                step="", created_at=NOW)  # fmt: skip


def _goal(person: int, leaf: int) -> GoalReached:
    return GoalReached(run="r", journey="j", person=person, leaf=leaf, at=NOW, event_at=NOW, value=1, message_id="m5")


def _decision(person: int, leaf: int) -> Decision:
    return Decision(id="d", person=person, leaf=leaf, journey="j", version="v", run="r", step="s", attempt=1, at=NOW,
                    verdict="sent", purpose="marketing", wanted_at=NOW)  # fmt: skip


def _into_the_answers(instance: Instance) -> None:
    handle = claim_answer(instance.database, "key_1", "a-key", b"POST /api/people/find", NOW)
    assert isinstance(handle, bytes)
    keep_answer(instance.database, handle, 200, "application/json", encode_json({"person": person_text(_LEAF)}))


def _into_the_identity_log(instance: Instance) -> None:
    with instance.database.write() as tx:
        append_log(tx, [LogEntry("l", "merge", NOW, 5, _LEAF, 1, "m")])


def _into_the_audit(instance: Instance) -> None:
    with instance.database.write() as tx:
        write_down(tx, "key_1", "GET /api/people/{name}", f"email:{_MAIL}", NOW)


_PLANTS: list[tuple[Plant, str]] = [
    (_into_the_log, "log"),
    (_into_what_was_consumed, "log"),
    (_into_the_log_as_a_mention, "log"),
    (_into_the_events, "events"),
    (_into_what_waits, "events"),
    (_into_the_failed_events, "failed events"),
    (_into_the_lake, "lake"),
    (_into_the_lake_as_a_leaf, "lake"),
    (_into_the_recorder, "sandbox"),
    (_into_the_mailbox, "sandbox"),
    (_into_the_outbox, "channels"),
    (_into_anothers_message, "channels"),
    (_into_the_links, "channels"),
    (_into_the_tasks, "journeys"),
    (_into_anothers_task, "journeys"),
    (_into_anothers_goal, "journeys"),
    (_into_anothers_decision, "journeys"),
    (_into_the_answers, "answers"),
    (_into_the_identity_log, "identity"),
    (_into_the_audit, "audit"),
]


@pytest.mark.parametrize(("plant", "store"), _PLANTS, ids=[plant.__name__[6:] for plant, _ in _PLANTS])
def test_a_planted_copy_is_found_and_its_store_is_named(instance: Instance, plant: Plant, store: str) -> None:
    people = People(instance)
    receipt = people.erase(people.named("user_id:ana"), "asked")
    assert people.verify(receipt).holds
    plant(instance)

    proof = people.verify(receipt)

    assert not proof.holds
    assert {store} == {name for name, left in proof.remains.items() if left}


def test_an_erasure_reaches_answers_the_sandbox_and_the_audit(instance: Instance) -> None:
    for plant in (_into_the_answers, _into_the_audit, _into_the_mailbox, _into_the_recorder):
        plant(instance)
    people = People(instance)

    receipt = people.erase(people.named("user_id:ana"), "asked")

    assert ({"answers": 1}, {"lines": 1}) == (receipt["stores"]["answers"], receipt["stores"]["audit"])
    assert people.verify(receipt).holds
    with instance.database.read() as tx:
        assert 0 == erase_answers(tx, lambda _: True)


def test_what_others_said_of_them_is_the_others(instance: Instance) -> None:
    said = {**LIFE[4], "messageId": "m6", "traits": {"friend": _MAIL}}
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": [said]}))], NOW)
    settle(instance)
    people = People(instance)

    assert people.verify(people.erase(people.named("user_id:ana"), "asked")).holds


def test_what_others_did_under_the_number_of_the_erased_is_written_under_their_own(instance: Instance) -> None:
    bob = instance.find_person("user_id", "bob")
    for plant in (_into_anothers_task, _into_anothers_goal, _into_anothers_decision, _into_anothers_message):
        plant(instance)
    _into_the_links(instance)
    people = People(instance)

    receipt = people.erase(people.named("user_id:ana"), "asked")

    assert people.verify(receipt).holds
    with instance.database.read() as tx:
        queued = find_message(tx, "m8")
        task, goal, decision = open_tasks(tx)[0], list_goals(tx)[0], list_decisions(tx)[0]
    assert queued is not None
    assert [bob] * 4 == [queued.person, task.person, goal.person, decision.person]
