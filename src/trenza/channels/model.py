"""The words of the room: a message in the outbox and what becomes of it, links, connectors, calls, the sandbox."""

from typing import Literal

import msgspec

from trenza.channels.port import Progress
from trenza.kernel import Instant, JsonObject

State = Literal["pending", "claimed", "sent", "refused", "unknown", "cancelled"]
"""pending ─▶ claimed ─▶ sent | refused | unknown; pending ─▶ cancelled by the gate; claimed ─▶ pending to try again."""


class Queued(msgspec.Struct, frozen=True, kw_only=True):
    """A message in the outbox. It has every field of an `Outgoing`."""

    id: str
    decision: str
    run: str
    journey: str
    step: str
    person: int
    channel: str
    address: str
    identifier: tuple[str, str]
    purpose: str
    template: str
    wanted_at: Instant
    expires_at: Instant | None
    language: str
    context: JsonObject
    state: State = "pending"
    attempts: int = 0
    """How often it was claimed to be handed over."""
    losses: int = 0
    """How often a provider's answer was lost."""
    claim: str = ""
    """Who holds it, where it is claimed."""
    progress: int = 0
    provider_id: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the outbox with what became of it, for those who look."""

    message: Queued
    leaf: int
    """The identifier it went to; 0 once the person was erased."""
    changed_at: Instant
    due_at: Instant | None
    """When it is looked at again; None: it is settled."""
    reason: str
    """Why it was refused or stopped: a word of the gate, or the provider's own."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a message: its new state and what is told about it."""

    id: str
    state: State
    due_at: Instant | None = None
    """When somebody has to look at it again; None: never."""
    losses: int = 0
    counted: bool = True
    """The attempt counts; a message given back untouched does not."""
    provider_id: str = ""
    reason: str = ""
    progress: int = 0
    receipts: tuple["Receipt", ...] = ()


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be told about a message."""

    name: str
    """`Message Sent`, `Message Failed`, …."""
    properties: JsonObject = {}
    key: str = ""
    """Tells two receipts of one name apart; the same key is told once."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says later about a message."""

    message: str
    progress: Progress
    provider_id: str = ""
    reason: str = ""
    permanent: bool = False
    address_dead: bool = False
    unreliable: bool = False
    """A machine may have done it (a pixel that a mail program fetched)."""


class SandboxMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What a person's phone would show."""

    id: str
    message: str
    """Of the outbox; empty where it is none of ours."""
    channel: str
    address: str
    at: Instant
    title: str
    """A mail's subject, a push's title."""
    text: str
    html: str
    fields: dict[str, str]


class Link(msgspec.Struct, frozen=True):
    """A tracked link of one message."""

    id: str
    message: str
    target: str


class Connector(msgspec.Struct, frozen=True):
    """Somebody who calls in, and the secret that proves it."""

    name: str
    kind: str
    """`calls` or `twilio`."""
    secret: str
    created_at: Instant


class Call(msgspec.Struct, frozen=True):
    """A call as far as it was reported: `ringing`, `answered`, `missed`, `ended`."""

    id: str
    state: str
    phone: str
    changed_at: Instant
