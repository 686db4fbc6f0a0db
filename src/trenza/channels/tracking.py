"""The links of a mail made countable: each address becomes `/r/{token}` of this instance, and a pixel tells an open.

Pure: the rows that make the tokens lead somewhere are returned, and are kept before the mail goes out. Links to
unsubscribe, to a place in the mail, `mailto:` and `tel:` stay; whatever else is no web address loses its target.
"""

import html
import re
from typing import NamedTuple

import msgspec

from trenza.channels.model import Link
from trenza.channels.tokens import make_token
from trenza.content import Content, plain_text
from trenza.kernel import derived_id

_HREF = re.compile(r"""(<a\b[^>]*?\bhref\s*=\s*)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_KEPT = ("mailto:", "tel:", "#")
_WEB = ("http://", "https://")
_LONGEST_TARGET = 4_000


class Tracked(NamedTuple):
    """A content with countable links, and the links."""

    content: Content
    links: list[Link]


class Tracker(msgspec.Struct, frozen=True):
    """Makes links and tokens of this instance.

    `base_url` has no trailing slash.
    """

    secret: bytes
    base_url: str

    def unsubscribe_url(self, message: str) -> str:
        """Where the one-click unsubscription of a message goes."""
        return f"{self.base_url}/u/{make_token(self.secret, 'u', message)}"

    def track(self, message: str, content: Content) -> Tracked:
        """A mail with countable links and a pixel; what has no HTML stays as it is."""
        if not content.html:
            return Tracked(content, [])
        links: dict[str, Link] = {}
        own = f"{self.base_url}/u/"

        def replace(found: re.Match[str]) -> str:
            target = html.unescape(found.group(2) if found.group(2) is not None else found.group(3)).strip()
            if target.startswith(own) or target.lower().startswith(_KEPT):
                return found.group(0)
            if not target.lower().startswith(_WEB) or len(target) > _LONGEST_TARGET:
                return f'{found.group(1)}"#"'
            link = links.setdefault(target, Link(derived_id("link", message, target), message, target))
            return f'{found.group(1)}"{self._url_of(link)}"'

        tracked = _HREF.sub(replace, content.html)
        by_target = {target: self._url_of(link) for target, link in links.items()}
        was_derived = content.text == plain_text(content.html)
        text = plain_text(tracked) if was_derived else _replace_all(content.text, by_target)
        return Tracked(
            msgspec.structs.replace(content, html=self._with_pixel(message, tracked), text=text), list(links.values())
        )

    def _url_of(self, link: Link) -> str:
        return f"{self.base_url}/r/{make_token(self.secret, 'r', link.id)}"

    def _with_pixel(self, message: str, page: str) -> str:
        url = f"{self.base_url}/p/{make_token(self.secret, 'p', message)}"
        pixel = f'<img src="{url}" alt="" width="1" height="1" style="display:none">'
        at = page.lower().rfind("</body>")
        return f"{page[:at]}{pixel}{page[at:]}" if at >= 0 else page + pixel


def _replace_all(text: str, by_target: dict[str, str]) -> str:
    """Replace whole addresses, the longest first, so that none is taken for the beginning of another."""
    if not by_target:
        return text
    any_target = "|".join(re.escape(target) for target in sorted(by_target, key=len, reverse=True))
    return re.sub(rf"(?:{any_target})(?![^\s<>()\"'])", lambda found: by_target[found.group(0)], text)
