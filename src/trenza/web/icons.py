"""Icons as inline SVG, from the npm package `lucide-static`; the build keeps those that pages name."""

import json
from functools import cache
from pathlib import Path

from markupsafe import Markup

_FILE = Path(__file__).parent / "static" / "vendor" / "icons.json"
_MISSING = '<circle cx="12" cy="12" r="8"/>'


def icon(name: str, size: str = "") -> Markup:
    """The picture of a name; decoration only, the words beside it say the same."""
    drawn = _icons().get(name, _MISSING)
    classes = f"icon {size}".strip()
    return Markup(f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true">{drawn}</svg>')  # noqa: S704 — drawn by the build, named by templates


@cache
def _icons() -> dict[str, str]:
    """By name, what stands inside the `<svg>`; empty where the build has not run."""
    return json.loads(_FILE.read_text(encoding="utf-8")) if _FILE.exists() else {}
