"""The right to be forgotten, in this room: the outbox, tracked links, the sandbox, calls."""

from collections.abc import Callable, Collection, Iterator

from trenza.channels.model import SandboxMessage
from trenza.channels.store import (
    erase_calls,
    erase_links,
    erase_messages,
    erase_sandbox,
    list_addresses,
    list_links,
    list_phones,
    list_sandbox,
)
from trenza.events import names
from trenza.identity import Identifier
from trenza.kernel import Instant, JsonValue
from trenza.storage import Transaction

_PAGE = 1_000
Names = Callable[[JsonValue], bool]
"""Whether a value names the person."""


def erase(tx: Transaction, identifiers: Collection[Identifier]) -> int:
    """Take everything personal of these identifiers out of the room; returns how many messages there were.

    What waited in the outbox never goes. That a message was sent is still counted, without to whom and what. In the
    sandbox everything goes that names the person, to whomever it was shown, and of the tracked links whatever leads to
    an address that does.
    """
    messages = erase_messages(tx, {identifier.number for identifier in identifiers})
    addresses = {identifier.value for identifier in identifiers}
    erase_links(tx, messages, [each.id for each in list_links(tx) if names({"target": each.target}, addresses)])
    shown = [each.id for each in _shown(tx) if names(_words(each), addresses)]
    erase_sandbox(tx, [*messages, *shown], addresses)
    erase_calls(tx, {identifier.value for identifier in identifiers if identifier.type == "phone"})
    return len(messages)


def count_queued(tx: Transaction, named: Names, until: Instant) -> int:
    """How many addresses of messages wanted, and numbers of calls made, by an instant are somebody's."""
    found = list_addresses(tx, until) | list_phones(tx, until)
    return sum(1 for address in found if named({"address": address}))


def count_shown(tx: Transaction, named: Names, until: Instant) -> int:
    """How many messages that the sandbox was given by an instant name somebody."""
    return sum(1 for each in _shown(tx) if each.at <= until and named(_words(each)))


def count_links(tx: Transaction, named: Names, until: Instant) -> int:
    """How many tracked links of messages wanted by an instant lead to addresses that name somebody."""
    return sum(1 for each in list_links(tx, until) if named({"target": each.target}))


def _words(shown: SandboxMessage) -> JsonValue:
    return {
        "address": shown.address,
        "title": shown.title,
        "text": shown.text,
        "html": shown.html,
        "fields": shown.fields,
    }


def _shown(tx: Transaction) -> Iterator[SandboxMessage]:
    before: tuple[Instant, str] | None = None
    while found := list_sandbox(tx, before=before, limit=_PAGE):
        yield from found
        before = found[-1].at, found[-1].id
