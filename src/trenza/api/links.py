"""The links of a message: `/u/{token}` leave, `/r/{token}` a tracked link, `/p/{token}` a pixel.

They belong to customers, who have no session: the token is all. A GET of `/u` only shows a page with a button, because
scanners of mail programs follow every link; a POST leaves at once, as RFC 8058 asks, and may be repeated.
"""

import asyncio
import base64
import hashlib
import html
from typing import Any
from urllib.parse import parse_qs, quote

from litestar import Request, Response, get, post, route
from litestar.params import FromPath

from trenza.api.given import Here
from trenza.channels import Subscription
from trenza.kernel import NotFound

_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_STYLE = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem;color:#1d2433}"
    "button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:.5rem;cursor:pointer;background:#1d4ed8;"
    "color:#fff}"
    "form{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}h1{line-height:1.2}"
    "button.other{background:#e6e9f0;color:#1d2433}"
    "@media(prefers-color-scheme:dark){body{background:#12161f;color:#e8ebf2}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}
_WORDS = {
    "es": {
        "ask": "¿Darte de baja?",
        "about": "Dejarás de recibir mensajes de este tipo ({purpose}) por {channel}.",
        "button": "Darme de baja",
        "every": "De todos los canales",
        "done": "Listo",
        "gone": "Ya no te enviaremos mensajes de este tipo ({purpose}) por {channel}.",
        "all": "todos los canales",
        "nothing": "Este enlace no lleva a ningún sitio",
        "whole": "Ábrelo tal como aparece en el mensaje.",
        "marketing": "comerciales",
        "service": "de servicio",
        "analytics": "de análisis",
        "advertising": "de publicidad",
    },
    "en": {
        "ask": "Unsubscribe?",
        "about": "You will no longer get messages of this kind ({purpose}) by {channel}.",
        "button": "Unsubscribe",
        "every": "From every channel",
        "done": "Done",
        "gone": "We will send you no more messages of this kind ({purpose}) by {channel}.",
        "all": "all channels",
        "nothing": "This link leads nowhere",
        "whole": "Open it as it stands in the message.",
        "marketing": "marketing",
        "service": "service",
        "analytics": "analytics",
        "advertising": "advertising",
    },
}
_CHANNELS = {
    "email": {"es": "correo", "en": "e-mail"},
    "sms": {"es": "SMS", "en": "SMS"},
    "whatsapp": {"es": "WhatsApp", "en": "WhatsApp"},
    "push": {"es": "notificación de la app", "en": "notification of the app"},
    "web_push": {"es": "notificación del navegador", "en": "notification of the browser"},
    "voice": {"es": "llamada", "en": "telephone"},
    "direct_mail": {"es": "correo postal", "en": "post"},
}
_LARGEST_FORM = 10_000


@get("/u/{token:str}", opt={"public": True}, include_in_schema=False)
async def ask_to_leave(token: FromPath[str], instance: Here) -> Response[str]:
    """A page with a button. Leaves nothing."""
    try:
        return _page_to_ask(await asyncio.to_thread(instance.engagement.subscription, token))
    except NotFound:
        return _page_of_nothing(instance.settings.language)


@post("/u/{token:str}", opt={"public": True}, include_in_schema=False, status_code=200)
async def leave(token: FromPath[str], request: Request[Any, Any, Any], instance: Here) -> Response[str]:
    """Leave at once, without a cookie, as often as one likes."""
    every_channel = _asks_for_every_channel(await request.body())
    try:
        left = await asyncio.to_thread(
            instance.engagement.unsubscribe, token, instance.clock.now(), every_channel=every_channel
        )
    except NotFound:
        return _page_of_nothing(instance.settings.language)
    return _page_of_leaving(left)


@route("/r/{token:str}", http_method=["GET", "HEAD"], opt={"public": True}, include_in_schema=False)
async def follow(token: FromPath[str], request: Request[Any, Any, Any], instance: Here) -> Response[str]:
    """Lead to where the link was meant to lead; a HEAD is no click."""
    counted = request.method != "HEAD"
    try:
        target = await asyncio.to_thread(instance.engagement.click, token, instance.clock.now(), counted=counted)
    except NotFound:
        return _page_of_nothing(instance.settings.language)
    location = quote(target, safe="%/:=&?~#+!$,;'@()*[]-._")
    return Response("", status_code=302, headers={**_HEADERS, "location": location}, media_type="text/plain")


@get("/p/{token:str}", opt={"public": True}, include_in_schema=False)
async def see(token: FromPath[str], instance: Here) -> Response[bytes]:
    """A pixel, whatever the token."""
    await asyncio.to_thread(instance.engagement.open, token, instance.clock.now())
    return Response(_PIXEL, headers={"cache-control": "no-store"}, media_type="image/gif")


def _asks_for_every_channel(body: bytes) -> bool:
    """Whether the page's second button was pressed; whatever else a form says is not asked."""
    try:
        return "1" in parse_qs(body[:_LARGEST_FORM].decode(), max_num_fields=20).get("every", [])
    except ValueError:
        return False


def _page_to_ask(subscription: Subscription) -> Response[str]:
    words = _words(subscription.language)
    form = (
        '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">'
        f'<button type="submit">{words["button"]}</button>'
        f'<button class="other" type="submit" name="every" value="1">{words["every"]}</button></form>'
    )
    return _page(subscription.language, words["ask"], _named(words["about"], subscription), form)


def _page_of_leaving(left: Subscription) -> Response[str]:
    words = _words(left.language)
    return _page(left.language, words["done"], _named(words["gone"], left))


def _page_of_nothing(language: str) -> Response[str]:
    words = _words(language)
    return _page(language, words["nothing"], words["whole"], status=404)


def _named(text: str, subscription: Subscription) -> str:
    words = _words(subscription.language)
    channel = _CHANNELS.get(subscription.channel, {}).get(subscription.language, subscription.channel)
    purpose = words.get(subscription.purpose, subscription.purpose)
    return text.format(purpose=purpose, channel=words["all"] if subscription.channel == "*" else channel)


def _page(language: str, title: str, text: str, form: str = "", *, status: int = 200) -> Response[str]:
    lang = language if language in _WORDS else "en"
    page = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{_STYLE}</style></head><body><main><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p>{form}</main>"
        "</body></html>"
    )
    return Response(page, status_code=status, headers=_HEADERS, media_type="text/html")


def _words(language: str) -> dict[str, str]:
    return _WORDS.get(language, _WORDS["en"])
