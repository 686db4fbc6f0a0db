"""Channels: the outbox, the way out to providers, and what comes back.

`put` takes what journeys want out, in their transaction. A `Deliverer` takes it to the providers, at most once where it
is marketing. Receipts, reports of providers, clicks and unsubscriptions come back as events.
"""

from trenza.channels.assembly import open_connectors, open_deliverer
from trenza.channels.connectors import Connectors
from trenza.channels.deliverer import Deliverer
from trenza.channels.engagement import Engagement, Subscription
from trenza.channels.erasing import count_links, count_queued, count_shown, erase
from trenza.channels.model import Connector, Entry, Queued, SandboxMessage, State
from trenza.channels.outbox import put
from trenza.channels.port import SERVICE, JudgeAgain, Outgoing, Postponed, Verdict
from trenza.channels.store import (
    count_by_state,
    find_entries,
    find_shown,
    hand_over,
    last_shown,
    leaves_under,
    list_connectors,
    list_numbers,
    list_outbox,
    list_sandbox,
    messages_of,
    newest_shown,
    next_due,
)

__all__ = [
    "SERVICE",
    "Connector",
    "Connectors",
    "Deliverer",
    "Engagement",
    "Entry",
    "JudgeAgain",
    "Outgoing",
    "Postponed",
    "Queued",
    "SandboxMessage",
    "State",
    "Subscription",
    "Verdict",
    "count_by_state",
    "count_links",
    "count_queued",
    "count_shown",
    "erase",
    "find_entries",
    "find_shown",
    "hand_over",
    "last_shown",
    "leaves_under",
    "list_connectors",
    "list_numbers",
    "list_outbox",
    "list_sandbox",
    "messages_of",
    "newest_shown",
    "next_due",
    "open_connectors",
    "open_deliverer",
    "put",
]
