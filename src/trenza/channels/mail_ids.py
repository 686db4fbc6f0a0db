"""The Message-ID of a mail, derived from its message, so that replies, bounces and the sandbox find it again."""

import re

_MESSAGE_ID = re.compile(r"<([0-9a-z]+)\.trenza@[^>]*>")


def message_id(message: str, sender: str) -> str:
    """The Message-ID of a message: `<id.trenza@domain>`."""
    return f"<{message}.trenza@{sender.rpartition('@')[2]}>"


def message_of(header: str) -> str | None:
    """The message that a Message-ID, an In-Reply-To or a References header names; None where it is not ours."""
    found = _MESSAGE_ID.search(header)
    return found.group(1) if found else None
