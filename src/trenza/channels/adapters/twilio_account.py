"""What is known of Twilio without speaking to it: how an account is written, and what its error codes mean.

Apart from the adapter, because everybody wants the codes and only who has an account the HTTP client.
"""

from urllib.parse import unquote, urlsplit

import msgspec

from trenza.kernel import Invalid


class Meaning(msgspec.Struct, frozen=True):
    """What an error code of Twilio means to us."""

    permanent: bool = True
    address_dead: bool = False
    whole_lane: bool = False


_DEAD = Meaning(address_dead=True)
_LATER = Meaning(permanent=False)
_OURS = Meaning(permanent=False, whole_lane=True)
CODES: dict[int, Meaning] = {
    20003: _OURS,  # authentication failed
    20005: _OURS,  # account not active
    20429: _OURS,  # too many requests
    14107: _OURS,  # message rate limit
    21211: _DEAD,  # 'To' is not a valid number
    21217: _DEAD,  # number not valid
    21408: Meaning(),  # no permission for the region
    21603: _OURS,  # 'From' missing
    21606: _OURS,  # 'From' is not ours
    21610: _DEAD,  # the person has said STOP to this sender
    21611: _OURS,  # 'From' has too many messages waiting
    21614: _DEAD,  # 'To' is not a mobile number
    21617: Meaning(),  # body too long
    21635: _DEAD,  # 'To' is a landline
    30001: _LATER,  # queue overflow
    30002: _OURS,  # account suspended
    30003: _LATER,  # handset unreachable
    30004: Meaning(),  # blocked
    30005: _DEAD,  # unknown destination
    30006: _DEAD,  # landline or unreachable carrier
    30007: Meaning(),  # filtered by the carrier
    30008: _LATER,  # unknown error
    30022: _LATER,  # rate of the carrier passed
}
"""Codes of the API (2xxxx) and of status callbacks (3xxxx). One that stands nowhere is permanent for this message."""


class Account(msgspec.Struct, frozen=True):
    """`https://sid:token@host` of the setting."""

    base: str
    sid: str
    token: str


def read_account(url: str) -> Account:
    """Read the setting.

    Raises:
        Invalid: it is no `https://sid:token@host`.
    """
    mend = "write https://AC…:token@api.twilio.com"
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise Invalid("the setting `twilio` is no address", mend) from None
    if parts.scheme not in {"http", "https"} or not (parts.hostname and parts.username and parts.password):
        raise Invalid("the setting `twilio` needs a host, an account's sid and its token", mend)
    return Account(
        base=f"{parts.scheme}://{parts.hostname}{port}", sid=unquote(parts.username), token=unquote(parts.password)
    )


def meaning_of(code: int) -> Meaning:
    """What an error code means."""
    return CODES.get(code, Meaning())
