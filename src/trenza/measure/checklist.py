"""The first-run checklist: from the first event to the first message, what is done and what is missing. Pure.

Each step is judged by itself: one that is done out of order is done. What comes next is the first that is not.
"""

from typing import Literal

import msgspec

StepKey = Literal["source", "event", "address", "permission", "segment", "journey", "channel", "message"]
ADDRESS_TYPES = ("email", "phone", "whatsapp", "telegram", "push_token", "web_push")
"""Identifiers by which somebody can be written to."""


class FirstFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is there."""

    sources: int = 0
    has_event: bool = False
    """A client's event came; robots and the house itself do not count."""
    addresses: dict[str, int] = {}
    """By identifier type of `ADDRESS_TYPES`, how many are known."""
    has_consent: bool = False
    """Somebody granted a consent."""
    service_journeys: int = 0
    """Journeys in force that are for service: they need no consent."""
    segments: int = 0
    journeys: int = 0
    real_channels: tuple[str, ...] = ()
    """Channels with a provider; every other goes to the sandbox."""
    written_channels: tuple[str, ...] = ()
    """Channels that journeys in force write on."""
    has_sent: bool = False


class FirstStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the list."""

    key: StepKey
    done: bool
    note: str
    """What is so, or what is missing: a key for the doors to put into words."""
    numbers: dict[str, int] = {}
    """What the note speaks of."""
    names: tuple[str, ...] = ()
    """Channels that the note speaks of."""
    path: str
    """Where to do it."""


def checklist(facts: FirstFacts) -> tuple[FirstStep, ...]:
    """The steps in their order."""
    return (
        _counted("source", facts.sources, "/sources"),
        FirstStep(key="event", done=facts.has_event, note=_note("event", done=facts.has_event), path="/sources"),
        _address(facts),
        _permission(facts),
        _counted("segment", facts.segments, "/segments"),
        _counted("journey", facts.journeys, "/journeys"),
        _channel(facts),
        _message(facts),
    )


STEPS: tuple[StepKey, ...] = ("source", "event", "address", "permission", "segment", "journey", "channel", "message")
NOTES = (
    "source_done",
    "source_missing",
    "event_done",
    "event_missing",
    "address_done",
    "address_missing",
    "permission_done",
    "permission_service",
    "permission_missing",
    "segment_done",
    "segment_missing",
    "journey_done",
    "journey_missing",
    "channel_real",
    "channel_sandbox",
    "channel_missing",
    "message_done",
    "message_missing",
)
"""Every note that a step may bear."""


def _note(key: StepKey, *, done: bool) -> str:
    return f"{key}_done" if done else f"{key}_missing"


def _counted(key: StepKey, count: int, path: str) -> FirstStep:
    return FirstStep(key=key, done=count > 0, note=_note(key, done=count > 0), numbers={"count": count}, path=path)


def _address(facts: FirstFacts) -> FirstStep:
    known = {type_: facts.addresses.get(type_, 0) for type_ in ADDRESS_TYPES}
    done = any(known.values())
    numbers = {type_: count for type_, count in known.items() if count}
    return FirstStep(key="address", done=done, note=_note("address", done=done), numbers=numbers, path="/people")


def _permission(facts: FirstFacts) -> FirstStep:
    """A consent, or a purpose that needs none."""
    if facts.has_consent or not facts.service_journeys:
        return FirstStep(
            key="permission",
            done=facts.has_consent,
            note=_note("permission", done=facts.has_consent),
            path="/people",
        )
    numbers = {"count": facts.service_journeys}
    return FirstStep(key="permission", done=True, note="permission_service", numbers=numbers, path="/journeys")


def _channel(facts: FirstFacts) -> FirstStep:
    """The sandbox does for every channel that a journey writes on; a provider is told of as such."""
    if not facts.written_channels and not facts.real_channels:
        return FirstStep(key="channel", done=False, note="channel_missing", path="/journeys")
    real = tuple(each for each in facts.written_channels if each in facts.real_channels) or facts.real_channels
    names = real or facts.written_channels
    note = "channel_real" if real else "channel_sandbox"
    return FirstStep(key="channel", done=True, note=note, names=names, path="/settings")


def _message(facts: FirstFacts) -> FirstStep:
    return FirstStep(key="message", done=facts.has_sent, note=_note("message", done=facts.has_sent), path="/messages")
