"""Events: the message model, validation, tracking plans, time correction, failed events."""

from trenza.events.model import (
    EVENTS_PER_ENTRY,
    MESSAGE_TYPES,
    Event,
    FailedEvent,
    MessageType,
    Occurrence,
    Source,
    dig,
)

__all__ = [
    "EVENTS_PER_ENTRY",
    "MESSAGE_TYPES",
    "Event",
    "FailedEvent",
    "MessageType",
    "Occurrence",
    "Source",
    "dig",
]
