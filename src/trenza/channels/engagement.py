"""What people do with a message: leave, click, open. Each becomes an event of the person whom the message went to.

A token names the message, so nobody else can be unsubscribed with it, and nothing personal stands in an address.
Repeats within a second are one event; a later unsubscription is told again, because the person may have come back in
between.
"""

from typing import Literal

import msgspec

from trenza.channels.model import Queued, Report
from trenza.channels.outcomes import PROGRESS
from trenza.channels.receipts import message_properties, track
from trenza.channels.reports import take_reports
from trenza.channels.store import find_link, find_message
from trenza.channels.tokens import read_token
from trenza.events import emit
from trenza.kernel import Instant, NotFound, derived_id
from trenza.storage import Database, Transaction

_SECOND = 1000


class Subscription(msgspec.Struct, frozen=True):
    """What a person can leave with a token."""

    purpose: str
    channel: str
    language: str


class Engagement:
    """Answers to the links of a message.

    Args:
        database: the state.
        secret: what tokens are signed with.
    """

    def __init__(self, database: Database, secret: bytes) -> None:
        self._database = database
        self._secret = secret

    def subscription(self, token: str) -> Subscription:
        """What the token's person would leave. Changes nothing.

        Raises:
            NotFound: the token is none of ours, or its message was erased.
        """
        with self._database.read() as tx:
            message = self._message(tx, "u", token)
        return Subscription(message.purpose, message.channel, message.language)

    def unsubscribe(self, token: str, now: Instant, *, every_channel: bool = False) -> Subscription:
        """Take the consent back for the message's purpose on its channel, or on every channel.

        Raises:
            NotFound: the token is none of ours, or its message was erased.
        """
        with self._database.write() as tx:
            message = self._message(tx, "u", token)
            channel = "*" if every_channel else message.channel
            properties = {**message_properties(message), "channel": channel}
            self._tell(tx, message, "Message Unsubscribed", f"{channel}@{now // _SECOND}", properties, now)
        return Subscription(message.purpose, channel, message.language)

    def click(self, token: str, now: Instant, *, counted: bool = True) -> str:
        """Where a tracked link leads.

        Args:
            token: of the link.
            now: when.
            counted: False where nobody clicked (`HEAD`, a scanner): nothing is told.

        Raises:
            NotFound: the token is none of ours, or its message was erased.
        """
        id_ = read_token(self._secret, "r", token)
        with self._database.read() as tx:
            link = find_link(tx, id_) if id_ is not None else None
            message = find_message(tx, link.message) if link is not None else None
        if link is None:
            raise _nothing()
        if counted and message is not None and message.identifier[1]:
            properties = {**message_properties(message), "link": link.id, "url": link.target}
            with self._database.write() as tx:
                self._tell(tx, message, "Message Clicked", f"{link.id}@{now // _SECOND}", properties, now)
        return link.target

    def open(self, token: str, now: Instant) -> None:
        """A pixel was fetched: told once, and marked unreliable, because mail programs fetch by themselves."""
        id_ = read_token(self._secret, "p", token)
        if id_ is None:
            return
        with self._database.read() as tx:
            message = find_message(tx, id_)
        if message is None or not message.identifier[1] or message.progress >= PROGRESS["opened"]:
            return
        with self._database.write() as tx:
            take_reports(tx, [Report(message=id_, progress="opened", unreliable=True)], now)

    def _message(self, tx: Transaction, use: Literal["u"], token: str) -> Queued:
        id_ = read_token(self._secret, use, token)
        message = find_message(tx, id_) if id_ is not None else None
        if message is None or not message.identifier[1]:
            raise _nothing()
        return message

    def _tell(
        self, tx: Transaction, message: Queued, name: str, key: str, properties: dict[str, object], now: Instant
    ) -> None:
        emit(tx, [track(derived_id("receipt", message.id, name, key), name, message, properties, now)])


def _nothing() -> NotFound:
    return NotFound("this link leads nowhere", "open it as it stands in the message")
