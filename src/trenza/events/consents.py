"""What an event's own consent object says: the choice that somebody made in a cookie banner travels with each event.

A category that was refused keeps the event from serving a purpose of that name, whatever else is known of the person.
An event without a consent object means what its source's setting says, else the instance's.
"""

from typing import Literal

from trenza.events.model import Source, dig
from trenza.kernel import JsonObject

Absent = Literal["granted", "denied"]


def is_withheld(message: JsonObject, purpose: str, absent: Absent) -> bool:
    """Whether an event must not serve a purpose.

    Args:
        message: what the client sent.
        purpose: `marketing`, …; compared with the categories' names.
        absent: what a missing consent object means.
    """
    preferences = dig(message, "context.consent.categoryPreferences")
    if not isinstance(preferences, dict):
        return absent == "denied"
    return preferences.get(purpose) is False


def absent_means(source: Source, instance: Absent) -> Absent:
    """What an event of a source without a consent object means."""
    return source.no_consent_object or instance
