"""SMS in Twilio's form: `POST /2010-04-01/Accounts/{sid}/Messages.json`, answered by a sid or a numbered error.

A 2xx with a sid is accepted. A numbered error is a definite refusal; the table says which ones may pass later, which
speak of the address and which of the account. A gateway's 5xx, a time-out behind the request or an answer that cannot
be read may hide an accepted message: unknown. There is no idempotency key in this API.
"""

import httpx
import msgspec

from trenza.channels.adapters.twilio_account import meaning_of, read_account
from trenza.channels.port import Accepted, Answer, Delivery, Refused, Unknown

_TIMEOUT = httpx.Timeout(15.0, connect=5.0)
_VERSION = "2010-04-01"
_SECOND = 1000
_LONGEST_RETRY_AFTER = 3_600


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
