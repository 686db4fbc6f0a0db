"""The outbox and the sandbox a page at a time, on both databases."""

from typing import Any

from tests.channels.support import NOW, message

from trenza.channels import find_entries, find_shown, last_shown, list_outbox, newest_shown, put
from trenza.channels.model import Outcome, SandboxMessage
from trenza.channels.store import insert_sandbox, save_outcomes
from trenza.identity import identifier_number
from trenza.storage import Database


def fill(database: Database) -> None:
    with database.write() as tx:
        put(
            tx,
            [
                message("m1", wanted_at=NOW),
                message("m2", wanted_at=NOW, channel="email", journey="win_back"),
                message("m3", wanted_at=NOW + 1),
                message("m4", wanted_at=NOW - 1, identifier=("phone", "+34600999888"), address="+34600999888"),
            ],
        )
        save_outcomes(tx, [Outcome(id="m3", state="refused", reason="twilio 21211")], NOW + 5)


def shown(id_: str, at: int, address: str, message: str | None = None, channel: str = "sms") -> SandboxMessage:
    return SandboxMessage(
        id=id_,
        message=id_ if message is None else message,
        channel=channel,
        address=address,
        at=at,
        title="",
        text="Hola",
        html="",
        fields={},
    )


def test_messages_are_paged_the_last_wanted_first(database: Database) -> None:
    fill(database)
    with database.read() as tx:
        first = [entry.message.id for entry in list_outbox(tx, limit=2)]
        rest = [entry.message.id for entry in list_outbox(tx, before=(NOW, "m2"))]

    assert (["m3", "m2"], ["m1", "m4"]) == (first, rest)


def test_messages_are_filtered_by_channel_state_and_journey(database: Database) -> None:
    fill(database)
    with database.read() as tx:
        by_channel = [entry.message.id for entry in list_outbox(tx, channel="email")]
        by_state = [entry.message.id for entry in list_outbox(tx, states={"pending", "claimed"})]
        by_journey = [entry.message.id for entry in list_outbox(tx, journey="win_back", channel="sms")]

    assert (["m2"], ["m2", "m1", "m4"], []) == (by_channel, by_state, by_journey)


def test_a_message_bears_what_became_of_it(database: Database) -> None:
    fill(database)
    with database.read() as tx:
        found = find_entries(tx, ["m3", "nobody"])

    assert ["m3"] == list(found)
    entry = found["m3"]
    assert ("refused", "twilio 21211", NOW + 5, None) == (
        entry.message.state,
        entry.reason,
        entry.changed_at,
        entry.due_at,
    )
    assert identifier_number("phone", "+34600111222") == entry.leaf


def test_the_phones_that_were_shown_something_last_are_known_by_their_identifier(database: Database) -> None:
    fill(database)
    with database.write() as tx:
        insert_sandbox(
            tx,
            [
                shown("m1", NOW, "+34600111222"),
                shown("m2", NOW + 9, "+34600111222", channel="email"),
                shown("m4", NOW + 3, "+34600999888"),
                shown("stranger", NOW + 20, "a@example.com", message=""),
            ],
        )
    ana, ben = identifier_number("phone", "+34600111222"), identifier_number("phone", "+34600999888")
    with database.read() as tx:
        assert {ana: (NOW + 9, "email"), ben: (NOW + 3, "sms")} == last_shown(tx, 10)
        assert {ana: (NOW + 9, "email")} == last_shown(tx, 1)
        assert {"m4": shown("m4", NOW + 3, "+34600999888")} == find_shown(tx, ["m4", "m9"])


def test_something_new_on_a_phone_is_told_by_one_question(database: Database) -> None:
    with database.write() as tx:
        assert (0, 0) == newest_shown(tx, ["+34600111222"])
        insert_sandbox(tx, [shown("m1", NOW, "+34600111222"), shown("m4", NOW, "+34600999888")])
        assert (NOW, 1) == newest_shown(tx, ["+34600111222"])
        assert (0, 0) == newest_shown(tx, [])


def test_an_empty_outbox_and_sandbox_answer_with_nothing(database: Database) -> None:
    with database.read() as tx:
        assert ([], [], {}, {}, {}) == (
            list_outbox(tx),
            list_outbox(tx, states=set()),
            find_entries(tx, []),
            find_shown(tx, []),
            last_shown(tx, 5),
        )


def test_messages_wanted_in_one_instant_are_paged_to_the_end_whatever_is_filtered(database: Database) -> None:
    with database.write() as tx:
        put(tx, [message(id_, wanted_at=NOW, journey="win_back") for id_ in "bAcZ1"])
        put(tx, [message("older", wanted_at=NOW - 1), message("mail", wanted_at=NOW, channel="email")])

    def paged(limit: int, **only: Any) -> list[str]:
        seen: list[str] = []
        before = None
        with database.read() as tx:
            while page := list_outbox(tx, before=before, limit=limit, **only):
                seen += [entry.message.id for entry in page]
                before = page[-1].message.wanted_at, page[-1].message.id
        return seen

    filters: list[dict[str, Any]] = [{}, {"channel": "sms"}, {"states": {"pending"}}, {"journey": "win_back"}]
    found = [{size: paged(size, **only) for size in (50, 1, 3)} for only in filters]

    assert [7, 6, 7, 5] == [len(set(pages[50])) for pages in found]
    assert [[pages[50]] * 3 for pages in found] == [list(pages.values()) for pages in found]
    assert set("bAcZ1") == set(paged(2, journey="win_back"))
    assert [] == paged(2, journey="other")
