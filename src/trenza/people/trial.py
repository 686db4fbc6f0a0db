"""Trying a channel: a message to an address, the way every message goes: outbox, gate, adapter.

The gate lets nothing go to strangers. Where nobody has the address yet, an event that bears it makes them known, and
the message waits until it has been taken.
"""

from typing import Final

from trenza.app import Instance
from trenza.channels import SERVICE, Queued, put
from trenza.content import TRIAL
from trenza.events import Emission, emit
from trenza.identity import find_person, normalise
from trenza.kernel import Instant, Invalid, derived_id, format_instant, new_id
from trenza.profiles import identifier_types
from trenza.storage import Transaction

_UNTIL_KNOWN: Final = 3_000
_KEPT_TRYING: Final = 3_600_000


def send_trial(instance: Instance, channel: str, address: str, language: str) -> str:
    """Put a trial message into the outbox.

    Args:
        instance: whose channel is tried.
        channel: which.
        address: as a person writes it.
        language: of the message.

    Returns:
        Its id.

    Raises:
        Invalid: the channel cannot be written to there.
    """
    type_, now = identifier_types(channel)[-1], instance.clock.now()
    value = normalise(type_, address.strip(), instance.settings.country)
    if value is None:
        raise Invalid("this is no address of the channel", "write an e-mail address, or a number with its country")
    with instance.database.write() as tx:
        person = find_person(tx, type_, value, instance.settings.country, instance.types_in(tx))
        if person is None:
            _make_known(tx, type_, value, now)
        message = Queued(
            id=derived_id("trial", new_id()),
            decision="",
            run="",
            journey="",
            step="",
            person=person or 0,
            channel=channel,
            address=value,
            identifier=(type_, value),
            purpose=SERVICE,
            template=TRIAL.key,
            wanted_at=now if person is not None else now + _UNTIL_KNOWN,
            expires_at=now + _KEPT_TRYING,
            language=language,
            context={},
        )
        put(tx, [message])
    return message.id


def _make_known(tx: Transaction, type_: str, value: str, now: Instant) -> None:
    body = {
        "type": "track",
        "event": "Trial Message Asked For",
        "timestamp": format_instant(now),
        "context": {"externalIds": [{"type": type_, "id": value}]},
    }
    emit(tx, [Emission(message_id=new_id(), message=body, channel="web")])
