"""The right to be forgotten, in this room: the outbox, tracked links, the sandbox, calls."""

from collections.abc import Collection

from trenza.channels.store import erase_calls, erase_links, erase_messages, erase_sandbox
from trenza.identity import Identifier
from trenza.storage import Transaction


def erase(tx: Transaction, identifiers: Collection[Identifier]) -> int:
    """Take everything personal of these identifiers out of the room; returns how many messages there were.

    What waited in the outbox never goes. That a message was sent is still counted, without to whom and what.
    """
    messages = erase_messages(tx, {identifier.number for identifier in identifiers})
    addresses = {identifier.value for identifier in identifiers}
    erase_links(tx, messages)
    erase_sandbox(tx, messages, addresses)
    erase_calls(tx, {identifier.value for identifier in identifiers if identifier.type == "phone"})
    return len(messages)
