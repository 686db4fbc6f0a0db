"""Channels: those that events come from, and those that messages go out by."""

from trenza.web.render import View

CHANNEL_WORDS = {
    "web": "Web",
    "app": "App",
    "pos": "Till",
    "store": "Till",
    "kiosk": "Kiosk",
    "phone": "Telephone",
    "call_centre": "Call centre",
    "api": "API",
    "server": "Server",
    "import": "Import",
    "email": "E-mail",
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    "push": "App notification",
    "voice": "Call",
    "in_app": "In the app",
    "web_push": "Browser notification",
    "direct_mail": "Post",
    "task": "Task",
    "trenza": "Trenza itself",
}
CHANNEL_ICONS = {
    "web": "globe",
    "app": "smartphone",
    "pos": "store",
    "store": "store",
    "kiosk": "monitor",
    "phone": "phone",
    "call_centre": "headset",
    "email": "mail",
    "sms": "message-square",
    "whatsapp": "message-circle",
    "push": "bell",
    "voice": "phone",
    "in_app": "smartphone",
    "web_push": "globe",
    "direct_mail": "mailbox",
    "task": "list-checks",
}
SENT_BY = ("email", "sms", "whatsapp", "push", "voice", "in_app", "web_push", "direct_mail")
"""Those that messages go out by."""
SOURCE_CHANNELS = (
    "web",
    "app",
    "pos",
    "kiosk",
    "voice",
    "email",
    "sms",
    "direct_mail",
    "call_centre",
    "api",
    "server",
)
"""Those that are offered for a source."""


def name_channel(view: View, channel: str) -> str:
    """A channel in the reader's language; one of somebody's own keeps its name."""
    return view.say(CHANNEL_WORDS[channel]) if channel in CHANNEL_WORDS else channel.replace("_", " ")
