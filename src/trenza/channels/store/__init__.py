"""Everything of the room that speaks SQL."""

from trenza.channels.store.calls import (
    erase_calls,
    find_call,
    find_connector,
    list_connectors,
    save_call,
    save_connector,
)
from trenza.channels.store.links import erase_links, find_link, insert_links
from trenza.channels.store.outbox import (
    channels_due,
    count_by_state,
    erase_messages,
    find_message,
    held_by,
    insert_messages,
    list_leaves,
    load_messages,
    lock_due,
    mark_claimed,
    messages_of,
    next_due,
    save_outcomes,
    waiting_of_runs,
)
from trenza.channels.store.sandbox import erase_sandbox, insert_sandbox, list_sandbox

__all__ = [
    "channels_due",
    "count_by_state",
    "erase_calls",
    "erase_links",
    "erase_messages",
    "erase_sandbox",
    "find_call",
    "find_connector",
    "find_link",
    "find_message",
    "held_by",
    "insert_links",
    "insert_messages",
    "insert_sandbox",
    "list_connectors",
    "list_leaves",
    "list_sandbox",
    "load_messages",
    "lock_due",
    "mark_claimed",
    "messages_of",
    "next_due",
    "save_call",
    "save_connector",
    "save_outcomes",
    "waiting_of_runs",
]
