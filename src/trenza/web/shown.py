"""What a person was shown, made safe for a page: texts whose addresses can be pressed, mails in a frame of their own.

A mail is its author's HTML. It stands in a frame without scripts, forms and an origin; its answer bears a policy of
its own, so it loads nothing: on a phone the pixel that tells an open, on the pages of the house not even that.
"""

import re

from litestar import MediaType, Response
from markupsafe import Markup, escape

from trenza.channels import SandboxMessage

_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_UNSUBSCRIBE = re.compile(r"<(https?://[^<>\s]+)>")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")
_PIXEL = re.compile(r'<img src="https?://[^"]*/p/[^"]*" alt="" width="1" height="1" style="display:none">')
_SCRIPT = re.compile(r"<script\b.*?(?:</script\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_BARE = re.compile(rf"""(?<!["'=>]){_ADDRESS.pattern}""")
_BLOCKS = re.compile(r"<(?:p|div|table|br|h[1-6]|ul|ol|body)\b", re.IGNORECASE)
_HEAD = (
    '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><base target="_blank">'
    "<style>body{font:16px/1.5 system-ui,sans-serif;color:#1c1c1e;background:#fff;margin:16px;overflow-wrap:anywhere}"
    "img,table{max-width:100%}.as-text{white-space:pre-wrap}</style>"
)


def linked(text: str) -> Markup:
    """A text in which web addresses can be pressed, as phones show it; everything else stays text."""
    parts: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        address = escape(found.group())
        parts += [escape(text[end : found.start()])]
        parts += [f'<a href="{address}" target="_blank" rel="noopener noreferrer nofollow">{address}</a>']
        end = found.end()
    return Markup("".join([*parts, escape(text[end:])]))  # noqa: S704 — every part is escaped above


def way_out(shown: SandboxMessage) -> str:
    """Where the one-click unsubscription of a mail goes; empty where it has none."""
    found = _UNSUBSCRIBE.search(shown.fields.get("List-Unsubscribe", ""))
    return found.group(1) if found else ""


def mail_frame(shown: SandboxMessage, pixels_from: str = "") -> Response[str]:
    """A mail as an answer for a sandboxed frame.

    Args:
        shown: the mail.
        pixels_from: the instance's public address, where opening it shall tell so; empty: nothing is loaded.
    """
    origin = _ORIGIN.match(pixels_from)
    pixels = f"{origin.group()}/p/" if origin else ""
    policy = (
        f"default-src 'none'; img-src data: {pixels}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    headers = {
        "content-security-policy": policy,
        "x-frame-options": "SAMEORIGIN",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }
    body = _body(shown)
    return Response(_HEAD + (body if pixels else _PIXEL.sub("", body)), headers=headers, media_type=MediaType.HTML)


def _body(shown: SandboxMessage) -> str:
    """The mail's HTML without its scripts, which would not run anyway; one without paragraphs is set as text."""
    if not shown.html:
        return f'<div class="as-text">{linked(shown.text)}</div>'
    html = _SCRIPT.sub("", shown.html)
    if _BLOCKS.search(html):
        return html
    return f'<div class="as-text">{_BARE.sub(_press, html)}</div>'


def _press(found: re.Match[str]) -> str:
    """An address in a text that is HTML already: mail programs make it a link."""
    return f'<a href="{found.group()}" rel="noopener noreferrer">{found.group()}</a>'
