"""What the house itself says as an event: receipts, traits that a journey sets, consents given on a page.

It is written down in the transaction of its cause and relayed to the log afterwards, as messages of the internal
source. A relay that is cut off between log and state says the same messages again; admission knows their ids.
"""

from collections.abc import Sequence

from trenza.events import store
from trenza.events.model import INTERNAL, Emission
from trenza.events.wire import BATCH
from trenza.kernel import Clock, encode_json
from trenza.storage import Database, Transaction
from trenza.storage.log import Entry, Log

_RELAYED = 500


def emit(tx: Transaction, emissions: Sequence[Emission]) -> None:
    """Say something as an event, in the transaction of its cause. Saying a message id twice says it once."""
    store.insert_emissions(tx, emissions)


def relay(database: Database, log: Log, clock: Clock) -> int:
    """Hand what was emitted to the log, in order; returns how many messages."""
    relayed = 0
    while True:
        with database.read() as tx:
            waiting = store.select_emissions(tx, _RELAYED)
        if not waiting:
            return relayed
        batch = [{**message, "messageId": message_id, "channel": channel} for message_id, channel, message in waiting]
        log.append([Entry(INTERNAL, BATCH, encode_json({"batch": batch}))], clock.now())
        with database.write() as tx:
            store.delete_emissions(tx, [message_id for message_id, _, _ in waiting])
        relayed += len(waiting)
