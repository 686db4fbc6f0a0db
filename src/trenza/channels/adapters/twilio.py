"""SMS in Twilio's form: `POST /2010-04-01/Accounts/{sid}/Messages.json`, answered by a sid or a numbered error.

A 2xx with a sid is accepted. A numbered error is a definite refusal; the table says which ones may pass later, which
speak of the address and which of the account. A gateway's 5xx, a time-out behind the request or an answer that cannot
be read may hide an accepted message: unknown. There is no idempotency key in this API.
"""

from urllib.parse import unquote, urlsplit

import httpx
import msgspec

from trenza.channels.port import Accepted, Answer, Delivery, Refused, Unknown
from trenza.kernel import Invalid

_TIMEOUT = httpx.Timeout(15.0, connect=5.0)
_VERSION = "2010-04-01"
_SECOND = 1000
_LONGEST_RETRY_AFTER = 3_600


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


class TwilioAdapter:
    """Sends SMS through one account.

    Args:
        account: URL of the setting `twilio`.
        sender: number in E.164, or a messaging service (`MG…`).
        timeout: for a whole request.
    """

    idempotent = False
    concurrency = 8

    def __init__(self, account: str, sender: str, *, timeout: httpx.Timeout | float = _TIMEOUT) -> None:
        self._account = read_account(account)
        self._sender = sender
        self._client = httpx.Client(
            base_url=self._account.base,
            auth=(self._account.sid, self._account.token),
            timeout=timeout,
            follow_redirects=False,
        )

    def deliver(self, delivery: Delivery) -> Answer:
        """Hand one SMS over."""
        form = {"To": delivery.address, "Body": delivery.content.text}
        form["MessagingServiceSid" if self._sender.startswith("MG") else "From"] = self._sender
        if delivery.callback_url:
            form["StatusCallback"] = delivery.callback_url
        try:
            response = self._client.post(f"/{_VERSION}/Accounts/{self._account.sid}/Messages.json", data=form)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            return Refused(reason=f"no provider: {type(error).__name__}", permanent=False, whole_lane=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Unknown(f"answer lost: {type(error).__name__}")
        return _read_answer(response)

    def close(self) -> None:
        """Let go of kept connections."""
        self._client.close()


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


def _read_answer(response: httpx.Response) -> Answer:
    body = _json(response)
    if response.is_success:
        sid = body.get("sid")
        return Accepted(sid) if isinstance(sid, str) and sid else Unknown("accepted, but without a sid")
    retry_after = _retry_after(response)
    code = body.get("code")
    if isinstance(code, int) and not isinstance(code, bool):
        meaning = meaning_of(code)
        return Refused(
            reason=f"twilio {code}",
            permanent=meaning.permanent,
            address_dead=meaning.address_dead,
            whole_lane=meaning.whole_lane,
            retry_after=retry_after,
        )
    return _read_status(response.status_code, retry_after)


def _read_status(status: int, retry_after: int | None) -> Answer:
    """An answer without Twilio's own code: something on the way spoke."""
    reason = f"http {status}"
    if status in {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE}:
        return Refused(reason=reason, permanent=False, whole_lane=True, retry_after=retry_after)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Unknown(reason)
    ours = status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND} or status < 400  # noqa: PLR2004 — a redirect: the address of the setting is wrong
    return Refused(reason=reason, permanent=not ours, whole_lane=ours)


def _retry_after(response: httpx.Response) -> int | None:
    """Milliseconds of `Retry-After`; its form as a date is not used by this API."""
    text = response.headers.get("retry-after", "")
    return min(int(text), _LONGEST_RETRY_AFTER) * _SECOND if text.isdecimal() and len(text) < 9 else None  # noqa: PLR2004 — more digits than that is no time


def _json(response: httpx.Response) -> dict[str, object]:
    try:
        body = msgspec.json.decode(response.content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
