"""The gate at dispatch, on the house as it is then: what was decided goes no more once its journey is out of force."""

from pathlib import Path

import pytest

from tests.web.test_journeys import JOURNEY, TEMPLATE, save
from trenza.app import Instance
from trenza.channels import find_entries
from trenza.definitions import remove_document
from trenza.equipment import KINDS
from trenza.events import ensure_source
from trenza.journeys import list_decisions
from trenza.kernel import JsonObject, ManualClock, encode_json
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import Entry, MemoryLog
from trenza.worker import process_until_idle

_NOON = 1_772_452_800_000
_AT_ONCE = JOURNEY.partition("steps:")[0] + "steps: [{send: {name: first, any_of: [email], template: hello}}]\n"


@pytest.fixture
def instance(database: Database, tmp_path: Path) -> Instance:
    """Somebody has entered a journey that sends at once; what it decided stands in the outbox."""
    made = Instance(Settings(data=tmp_path), ManualClock(_NOON), database, MemoryLog(), b"secret")
    ensure_source(database, "web", "web")
    save(made, TEMPLATE, _AT_ONCE)
    agreed: JsonObject = {"purpose": "marketing", "channel": "email", "status": "granted"}
    messages: list[JsonObject] = [
        {"type": "identify", "traits": {"email": "ana@example.com"}},
        {"type": "track", "event": "Consent Changed", "properties": agreed},
        {"type": "track", "event": "Cart Updated", "properties": {"cart": "7"}},
    ]
    body = {"batch": [{**each, "userId": "ana", "messageId": f"m{place}"} for place, each in enumerate(messages)]}
    made.log.append([Entry("web", "batch", encode_json(body))], _NOON)
    while made.hallway.step():
        pass
    return made


def test_what_was_decided_goes_no_more_once_its_journey_is_out_of_force(instance: Instance) -> None:
    with instance.database.read() as tx:
        [before] = list_decisions(tx, limit=9)
    remove_document(instance.database, "Journey", "rescue", KINDS, _NOON)
    process_until_idle(instance)

    with instance.database.read() as tx:
        [after] = list_decisions(tx, limit=9)
        [entry] = find_entries(tx, [before.message]).values()
    assert ("sent", "") == (before.verdict, before.reason)
    assert ("cancelled", "exited") == (entry.message.state, entry.reason)
    assert ("skipped", "exited") == (after.verdict, after.reason)
    instance.close()


def test_what_was_decided_goes_while_its_journey_is_in_force(instance: Instance) -> None:
    process_until_idle(instance)

    with instance.database.read() as tx:
        [record] = list_decisions(tx, limit=9)
        [entry] = find_entries(tx, [record.message]).values()
    assert ("sent", "sent") == (record.verdict, entry.message.state)
    instance.close()
