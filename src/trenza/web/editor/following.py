"""A new document's key is made of its title, as long as nobody wrote another."""

import re
import unicodedata

from trenza.definitions import read_node
from trenza.definitions.editing import set_value
from trenza.web.editor.operations import Operation

_LONGEST = 60
_NO_NAME = re.compile(r"[^a-z0-9]+")


def key_from(title: str) -> str:
    """Small letters, digits and `_`; empty where a title has none."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return _NO_NAME.sub("_", plain).strip("_")[:_LONGEST].strip("_")


def follow(before: str, after: str, operation: Operation) -> str:
    """The text with its key after its title: the key that was made of the title before is made anew."""
    if operation.op != "title" or operation.path != ("title",):
        return after
    old, new = _field(before, "key"), key_from(str(operation.raw))
    made = {"", *(key_from(each) for each in _titles(before)), *(f"new_{kind}" for kind in ("segment", "journey"))}
    return set_value(after, ("key",), new) if new and old in made and _field(after, "key") != new else after


def _field(text: str, name: str) -> str:
    node, _ = read_node(text)
    value = node.value.get(name) if node and isinstance(node.value, dict) else None
    return value.value if value is not None and isinstance(value.value, str) else ""


def _titles(text: str) -> list[str]:
    node, _ = read_node(text)
    title = node.value.get("title") if node and isinstance(node.value, dict) else None
    value = title.plain() if title is not None else None
    return [each for each in value.values() if isinstance(each, str)] if isinstance(value, dict) else [str(value or "")]
