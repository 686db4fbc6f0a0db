"""`/webhooks/{connector}`: providers and exchanges call in.

The signature is checked on the raw request before anything is read. The answer is given as soon as what was said is on
disk as an event; a repeated delivery gets the same answer and changes nothing.
"""

import asyncio
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response, post
from litestar.params import FromPath

from trenza.api.given import Here
from trenza.app import Instance
from trenza.channels import Connector
from trenza.kernel import Invalid, TooLarge

_LARGEST = 64 * 1024
_MOST_FIELDS = 200
_EMPTY_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


@post("/webhooks/{connector:str}", opt={"public": True}, status_code=200)
async def take_webhook(connector: FromPath[str], request: Request[Any, Any, Any], instance: Here) -> Response[Any]:
    """Take what a connector says.

    Calls: `X-Trenza-Signature: sha256=<HMAC-SHA256 of the raw body>` and JSON `{event, callId, from, to, direction,
    cause}` with the event newCall, answer, hangup, missed or answered. Twilio: its own signature and form.
    """
    body = await request.body()
    if len(body) > _LARGEST:
        raise TooLarge(f"a body of {len(body)} octets", f"send at most {_LARGEST}")
    found = await asyncio.to_thread(instance.connectors.find, connector)
    if found.kind == "twilio":
        return await asyncio.to_thread(_take_twilio, instance, found, request, body)
    signature = request.headers.get("x-trenza-signature", "")
    state = await asyncio.to_thread(instance.connectors.take_call, found, body, signature, instance.clock.now())
    return Response({"accepted": True, "call": state})


def _take_twilio(
    instance: Instance, connector: Connector, request: Request[Any, Any, Any], body: bytes
) -> Response[Any]:
    query = request.scope["query_string"].decode("latin-1")
    url = f"{instance.settings.base_url}{request.scope['path']}" + (f"?{query}" if query else "")
    instance.connectors.take_twilio(
        connector,
        url,
        dict(_fields(query.encode())),
        _fields(body),
        request.headers.get("x-twilio-signature", ""),
        instance.clock.now(),
    )
    return Response(_EMPTY_TWIML, media_type="text/xml")


def _fields(form: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(form.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:  # no UTF-8, or too many fields
        raise Invalid("the form cannot be read", "send it URL-encoded in UTF-8, at most 200 fields") from None
