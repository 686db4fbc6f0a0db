"""What channels and the states of messages are called, and the pictures that stand for them."""

from trenza.channels import Entry
from trenza.web.render import View

CHANNEL_WORDS = {
    "email": "E-mail",
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    "push": "App notification",
    "voice": "Call",
    "in_app": "In the app",
    "web_push": "Browser notification",
    "direct_mail": "Post",
}
PICTURES = {
    "email": "mail",
    "sms": "message-square",
    "whatsapp": "message-circle",
    "push": "bell",
    "voice": "phone",
    "in_app": "smartphone",
    "web_push": "globe",
    "direct_mail": "mailbox",
}
STATE_WORDS = {
    "pending": "Waiting",
    "claimed": "On its way",
    "sent": "Sent",
    "refused": "Failed",
    "unknown": "Answer lost",
    "cancelled": "Stopped",
}
_TONES = {"sent": "good", "refused": "bad", "unknown": "warn", "cancelled": "warn"}
REASON_WORDS = {
    "expired": "it expired before it could go out",
    "erased": "the person was erased",
    "no_address": "there is no address",
    "no_consent": "consent is missing",
    "suppressed": "the address is suppressed",
    "exited": "the person had left the journey",
    "cap": "the cap on messages is full",
    "already_sent": "this step had been sent already",
    "no_channel": "the step has no further channel",
    "held_out": "the person is in the control group",
    "lost_to": "another message was worth more",
    "unrenderable": "the text could not be written for this person",
}


class Said(dict[str, str]):
    """A state in plain words: `text`, `tone`, and `why` where there is a reason."""


def name_channel(view: View, channel: str) -> str:
    """A channel's name; one of the instance's own keeps its key."""
    return view.say(CHANNEL_WORDS[channel]) if channel in CHANNEL_WORDS else channel.replace("_", " ")


def say_state(view: View, entry: Entry) -> Said:
    """Where a message stands."""
    state = entry.message.state
    return Said(text=view.say(STATE_WORDS[state]), tone=_TONES.get(state, ""), why=say_reason(view, entry.reason))


def say_reason(view: View, reason: str) -> str:
    """Why a message did not go out; a provider's own words stay as they are."""
    return view.say(REASON_WORDS[reason]) if reason in REASON_WORDS else reason
