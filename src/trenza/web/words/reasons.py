"""Why a message did not go out: reasons of the gate and of dispatch, and verdicts that say it all."""

from trenza.web.render import View

REASON_WORDS = {
    "no_address": "No address on that channel",
    "no_consent": "No consent",
    "suppressed": "The address must not be written to",
    "cap": "Written to often enough already",
    "exited": "They had done it already, or left the journey",
    "already_sent": "Sent already",
    "no_channel": "No channel could carry it",
    "held_out": "Hold-out: not written to on purpose, to measure the effect",
    "lost_to": "A message worth more went instead",
    "deferred": "Put off until the quiet hours end",
    "expired": "Too late to be of use",
    "erased": "The person was erased",
    "unrenderable": "The text could not be written for them",
    "unknown": "The provider never answered: not known whether it went",
}


def say_reason(view: View, reason: str) -> str:
    """A reason in plain words; a provider's own stay as they are."""
    return view.say(REASON_WORDS[reason]) if reason in REASON_WORDS else reason
