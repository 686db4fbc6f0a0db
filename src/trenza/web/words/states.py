"""Where messages stand, in words."""

from trenza.channels import Entry
from trenza.web.render import View
from trenza.web.words.reasons import say_reason

STATE_WORDS = {
    "pending": "Waiting",
    "claimed": "On its way",
    "sent": "Sent",
    "refused": "Failed",
    "unknown": "Answer lost",
    "cancelled": "Stopped",
}
_TONES = {"sent": "good", "refused": "bad", "unknown": "warn", "cancelled": "warn"}


class Said(dict[str, str]):
    """A state in plain words: `text`, `tone`, and `why` where there is a reason."""


def say_state(view: View, entry: Entry) -> Said:
    """Where a message stands."""
    state = entry.message.state
    return Said(text=view.say(STATE_WORDS[state]), tone=_TONES.get(state, ""), why=say_reason(view, entry.reason))
