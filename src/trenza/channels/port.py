"""What the room needs of others: messages to take out, a gate that judges them again, adapters that send.

An adapter is thin. It is handed a `Delivery`, speaks its provider's language, and answers honestly: `Accepted`,
`Refused` (definitely not sent), or `Unknown` (the answer was lost, so it may have been sent). It never raises for what
a provider does, never waits for ever, and never retries by itself: that is the outbox's office.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from trenza.content import Content
from trenza.kernel import Instant, JsonObject
from trenza.storage import Transaction

Purpose = str
"""`service` is sent at least once, every other purpose (`marketing`) at most once, when a provider's answer is lost."""
SERVICE: Purpose = "service"


class Outgoing(Protocol):
    """A message that a journey wants out. Any struct with these fields will do."""

    @property
    def id(self) -> str:
        """Of the message: derived, so that a replay puts the same."""
        ...

    @property
    def decision(self) -> str:
        """The record that says why."""
        ...

    @property
    def run(self) -> str:
        """The run of the journey."""
        ...

    @property
    def journey(self) -> str:
        """Its key."""
        ...

    @property
    def step(self) -> str:
        """Name of the step."""
        ...

    @property
    def person(self) -> int:
        """Who it is for."""
        ...

    @property
    def channel(self) -> str:
        """How it goes."""
        ...

    @property
    def address(self) -> str:
        """Where to."""
        ...

    @property
    def identifier(self) -> tuple[str, str]:
        """Type and value of the identifier it reaches; receipts carry it back."""
        ...

    @property
    def purpose(self) -> str:
        """`marketing`, `service`, …."""
        ...

    @property
    def template(self) -> str:
        """Key of what it says."""
        ...

    @property
    def wanted_at(self) -> Instant:
        """Not before."""
        ...

    @property
    def expires_at(self) -> Instant | None:
        """Not after; this very instant still goes."""
        ...

    @property
    def language(self) -> str:
        """Of the person."""
        ...

    @property
    def context(self) -> JsonObject:
        """What the template speaks of: `person`, `event`, `run`."""
        ...


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One message, ready for a provider."""

    id: str
    """Of the message; what a provider takes as an idempotency key."""
    channel: str
    address: str
    purpose: Purpose
    content: Content
    at: Instant
    """The instant it bears (`Date`)."""
    unsubscribe_url: str = ""
    """Where a marketing mail's one-click unsubscription goes; empty for service."""
    callback_url: str = ""
    """Where the provider reports what became of it; empty where nobody listens."""


class Accepted(msgspec.Struct, frozen=True):
    """The provider has it."""

    provider_id: str = ""
    delivered: bool = False
    """It has already reached the person (the sandbox)."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """It was definitely not sent."""

    reason: str
    """A short word, or the provider's own code; no personal data."""
    permanent: bool
    """False: the same message may be accepted later."""
    address_dead: bool = False
    """The address does not exist or wants nothing: it is suppressed."""
    whole_lane: bool = False
    """Not this message's fault (credentials, quota, an outage): the channel rests."""
    retry_after: int | None = None
    """Milliseconds that the provider asks for."""


class Unknown(msgspec.Struct, frozen=True):
    """The answer was lost: it may have been sent."""

    reason: str


Answer = Accepted | Refused | Unknown


class Adapter(Protocol):
    """Speaks to one provider. Called from several threads at once."""

    @property
    def idempotent(self) -> bool:
        """The provider takes `Delivery.id` as a key and never sends it twice."""
        ...

    @property
    def concurrency(self) -> int:
        """How many deliveries at once."""
        ...

    def deliver(self, delivery: Delivery) -> Answer:
        """Hand one message over; returns within 20 seconds."""
        ...


class Postponed(msgspec.Struct, frozen=True):
    """The gate says: not now (the person's night, …)."""

    until: Instant


Verdict = str | Postponed | None
"""What the gate says at dispatch: None goes, a text is the reason why it does not."""
JudgeAgain = Callable[[Transaction, Sequence["Outgoing"], Instant], Mapping[str, Verdict]]
"""The gate, asked again at dispatch about a set of messages; by message id, an absent one goes."""
Progress = Literal["sent", "failed", "delivered", "opened"]
