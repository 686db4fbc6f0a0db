"""The sandbox's recorder: every channel without a provider. What the person would see is a row that a page can show.

It takes the message's id as a key, so a message handed over twice is one row. Addresses that Twilio reserves for tests
are refused the way Twilio refuses them, so that a fallback can be tried without a provider.
"""

from collections.abc import Sequence

from trenza.channels.adapters.twilio_account import meaning_of
from trenza.channels.gathering import Gathering
from trenza.channels.port import Accepted, Answer, Delivery, Refused
from trenza.channels.sandbox import record_deliveries
from trenza.storage import Database

REFUSED_ADDRESSES = {"+15005550001": 21211, "+15005550004": 21610, "+15005550009": 21614}
"""Twilio's own magic numbers: invalid, unsubscribed, no mobile."""


class RecorderAdapter:
    """Writes deliveries down instead of sending them."""

    idempotent = True
    concurrency = 32

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gathering = Gathering(self._write)

    def deliver(self, delivery: Delivery) -> Answer:
        """Write one delivery down; it has reached the person at once."""
        code = REFUSED_ADDRESSES.get(delivery.address)
        if code is not None:
            return Refused(reason=f"twilio {code}", permanent=True, address_dead=meaning_of(code).address_dead)
        self._gathering.add(delivery)
        return Accepted(f"sandbox-{delivery.id}", delivered=True)

    def _write(self, deliveries: Sequence[Delivery]) -> None:
        with self._database.write() as tx:
            record_deliveries(tx, deliveries)

    def close(self) -> None:
        """Nothing is kept."""
