"""The parts of the settings, in order."""

from collections.abc import Mapping
from typing import Any

from litestar import Response

from trenza.web.render import View

TAB_WORDS = {
    "/settings/users": "People and roles",
    "/settings/keys": "API keys",
    "/settings/instance": "Instance",
    "/settings/channels": "Channels",
    "/settings/purposes": "Purposes",
    "/settings/rules": "Rules",
    "/settings/identifiers": "Identifiers",
    "/settings/data": "Data",
}
_FOR_READERS = frozenset({"/settings/purposes", "/settings/rules"})
"""Everybody who works with journeys sees them; the others are an admin's."""


def settings_page(view: View, template: str, values: Mapping[str, Any], status: int = 200) -> Response[str]:
    """A page of the settings with the tabs of all."""
    seen = [path for path in TAB_WORDS if view.may("admin") or path in _FOR_READERS]
    tabs = [(path, view.say(TAB_WORDS[path])) for path in seen]
    return view.page(f"settings/{template}", {"tabs": tabs, **values}, status)
