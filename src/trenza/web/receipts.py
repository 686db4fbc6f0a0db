"""What came of messages, read from the events that tell it: for whole pages at once."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from trenza.channels import Entry
from trenza.events import load_history
from trenza.kernel import Instant
from trenza.storage import Transaction
from trenza.web.render import View
from trenza.web.words import say_reason

RECEIPT_WORDS = {
    "Message Sent": "Handed over",
    "Message Delivered": "Delivered",
    "Message Opened": "Opened",
    "Message Clicked": "Clicked",
    "Message Replied": "Answered",
    "Message Unsubscribed": "Unsubscribed",
    "Message Failed": "Failed",
    "Message Bounced": "Came back",
    "Message Complained": "Marked as spam",
    "Message Unknown": "Answer lost",
}
_ORDER = {name: place for place, name in enumerate(RECEIPT_WORDS)}
_UNSURE_WORDS = "Opened, perhaps by a machine"
_PICTURES = {
    "Message Sent": "send",
    "Message Delivered": "check-check",
    "Message Opened": "eye",
    "Message Clicked": "mouse-pointer-click",
    "Message Replied": "reply",
    "Message Unsubscribed": "user-x",
}
_BAD = frozenset({"Message Failed", "Message Bounced", "Message Complained"})
_SHORT = ("Message Clicked", "Message Replied", "Message Opened", "Message Delivered")
"""What a list says of a message, the furthest first."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that came of a message."""

    name: str
    at: Instant
    reason: str = ""
    url: str = ""
    unreliable: bool = False

    @property
    def picture(self) -> str:
        """The icon that stands for it."""
        return _PICTURES.get(self.name, "circle-x" if self.name in _BAD else "circle-help")

    @property
    def tone(self) -> str:
        """Good, bad or doubtful."""
        return "bad" if self.name in _BAD else "warn" if self.unreliable or self.name == "Message Unknown" else ""


def receipts_of(tx: Transaction, entries: Collection[Entry]) -> Mapping[str, list[Receipt]]:
    """By message, what came of it, in order of time."""
    wanted: dict[str, list[Receipt]] = {entry.message.id: [] for entry in entries}
    history = load_history(tx, {entry.leaf for entry in entries if entry.leaf}, list(RECEIPT_WORDS))
    for occurrences in history.values():
        for each in occurrences:
            message = each.get("properties.message")
            if isinstance(message, str) and message in wanted:
                wanted[message].append(_receipt(each.name, each.timestamp, each.get("properties")))
    for found in wanted.values():
        found.sort(key=lambda receipt: (receipt.at, _ORDER[receipt.name]))
    return wanted


def furthest(receipts: Collection[Receipt]) -> Receipt | None:
    """How far a message came: the last of delivered, opened, answered, clicked."""
    by_name = {receipt.name: receipt for receipt in receipts}
    return next((by_name[name] for name in _SHORT if name in by_name), None)


def say_receipt(view: View, receipt: Receipt) -> str:
    """A receipt in plain words."""
    if receipt.name == "Message Opened" and receipt.unreliable:
        return view.say(_UNSURE_WORDS)
    return view.say(RECEIPT_WORDS[receipt.name])


def say_why(view: View, receipt: Receipt) -> str:
    """The reason that a receipt bears."""
    return say_reason(view, receipt.reason)


def _receipt(name: str, at: Instant, properties: Any) -> Receipt:
    said = properties if isinstance(properties, dict) else {}
    return Receipt(
        name=name,
        at=at,
        reason=str(said.get("reason") or "")[:300],
        url=str(said.get("url") or "")[:2_000],
        unreliable=said.get("unreliable") is True,
    )
