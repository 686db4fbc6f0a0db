"""What codes of the rooms are called on pages: one table for each kind of code, and a function that says it."""

from trenza.web.words.channels import CHANNEL_ICONS, CHANNEL_WORDS, SENT_BY, SOURCE_CHANNELS, name_channel
from trenza.web.words.events import DEEDS, EVENT_ICONS, EVENT_WORDS, name_deed, name_event
from trenza.web.words.reasons import REASON_WORDS, say_reason
from trenza.web.words.states import Said, say_state

__all__ = [
    "CHANNEL_ICONS",
    "CHANNEL_WORDS",
    "DEEDS",
    "EVENT_ICONS",
    "EVENT_WORDS",
    "REASON_WORDS",
    "SENT_BY",
    "SOURCE_CHANNELS",
    "Said",
    "name_channel",
    "name_deed",
    "name_event",
    "say_reason",
    "say_state",
]
