"""What `measure` answers in keys, as people say it."""

from trenza.web.words import CHANNEL_WORDS

WRITTEN_WORDS = CHANNEL_WORDS | {"": "No channel yet"}
"""Channels that messages go out on."""
STAGE_WORDS = {
    "conversions": ("Conversions", "Conversions counted across the devices of each person"),
    "remarketing": ("Remarketing", "Remarketing from end to end, across devices"),
    "many_contacts": ("Many contacts", "Many contacts over many channels"),
    "attribution": ("Attribution", "Attribution through the whole purchase"),
    "lifetime_value": ("Lifetime value", "Management by lifetime value"),
    "prediction": ("Prediction", "Prediction on top of sound figures"),
}
"""Short for the pyramid, and in full."""
CRITERION_WORDS = {
    "conversions_counted": ("Orders that came in", "Send each order of the shop, the app and the till."),
    "channels_heard": ("Channels that events come from", "Add a source for each place where you meet customers."),
    "devices_joined": (
        "Devices joined into one person",
        "Say who somebody is when they sign in: their devices come together.",
    ),
    "journeys_ending_on_purchase": (
        "Journeys that end when somebody buys",
        "Give a journey an exit for orders, so that buyers are left in peace.",
    ),
    "messages_sent": ("Messages sent", "Messages go once somebody enters a journey and may be written to."),
    "goals_reached": ("People who bought after a journey began", "It is counted when people in a journey buy."),
    "channels_written": ("Channels that messages went out on", "Let a journey write on a second channel."),
    "journeys_over_channels": (
        "Journeys that write on several channels",
        "Give a journey more than one channel to write on.",
    ),
}
"""What is counted, and what to do where it is too little."""
CRITERION_PATHS = {
    "conversions_counted": "/sources",
    "channels_heard": "/sources",
    "devices_joined": "/people",
    "messages_sent": "/messages",
}
"""Where to do it; the others are a matter of journeys."""
STEP_WORDS = {
    "source": "Add a first source",
    "event": "Receive the first event",
    "address": "Know somebody's address",
    "permission": "Be allowed to write",
    "segment": "Describe a segment",
    "journey": "Put a journey in force",
    "channel": "Choose how messages go out",
    "message": "Send the first message",
}
NOTE_WORDS = {
    "source_done": "Sources: %(count)s",
    "source_missing": "There is none yet. A source is your web shop, app, till or server; it gets a key to write with.",
    "event_done": "Events come in.",
    "event_missing": "Nothing has come in yet. The page of a source has the lines to copy into your shop or app.",
    "address_done": "Known so far: %(known)s",
    "address_missing": "0 e-mail addresses, phones or devices are known. They come with whoever signs in or buys.",
    "permission_done": "Somebody has agreed to be written to.",
    "permission_service": "Nobody has agreed yet, but service messages need no consent. Journeys of service: %(count)s",
    "permission_missing": "0 people have agreed to be written to. They come as events or are set on a person's page.",
    "segment_done": "Segments: %(count)s",
    "segment_missing": "There is none yet. A segment is a group of people that you describe, such as a warm cart.",
    "journey_done": "Journeys in force: %(count)s",
    "journey_missing": "There is none yet. A journey says what is said to whom, when, and in which order.",
    "channel_real": "Through a provider: %(channels)s",
    "channel_sandbox": "Into the sandbox, so that nobody is really written to: %(channels)s",
    "channel_missing": "No journey writes on a channel yet. Until a provider is set, messages go into the sandbox.",
    "message_done": "Messages have gone out.",
    "message_missing": "0 messages so far. One goes as soon as somebody enters a journey and may be written to.",
}
ADDRESS_WORDS = {
    "email": "e-mail addresses",
    "phone": "phones",
    "whatsapp": "WhatsApp accounts",
    "telegram": "Telegram accounts",
    "push_token": "devices with the app",
    "web_push": "browsers",
}
