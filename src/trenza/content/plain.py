"""HTML as plain text: the text part that stands beside every HTML mail.

Links keep their address in brackets behind their words; pictures give their alternative text.
"""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"address", "article", "blockquote", "div", "dl", "dt", "dd", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"header", "hr", "li", "main", "ol", "p", "section", "table", "tr", "ul"}
)
_SILENT = frozenset({"script", "style", "head", "title", "template"})
_SPACES = re.compile(r"[ \t\r\f\v]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def plain_text(html: str) -> str:
    """The words of a page, block by block."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(reader.pieces).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, remember a link, read out a picture."""
        values = dict(attrs)
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self._say("\n")
        elif tag in _BLOCKS:
            self._say("\n\n- " if tag == "li" else "\n\n")
        elif tag == "img":
            self._say(values.get("alt") or "")
        elif tag == "a":
            self._links.append(values.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        """End a block; a link gives its address."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self._say("\n\n")
        elif tag == "a" and self._links and (target := self._links.pop()) and not target.startswith("#"):
            self._say(f" ({target})")

    def handle_data(self, data: str) -> None:
        """Words."""
        self._say(data.replace("\n", " "))

    def _say(self, text: str) -> None:
        if not self._silent:
            self.pieces.append(text)
