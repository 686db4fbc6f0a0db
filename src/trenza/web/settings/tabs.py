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
}


def settings_page(view: View, template: str, values: Mapping[str, Any], status: int = 200) -> Response[str]:
    """A page of the settings with the tabs of all."""
    tabs = [(path, view.say(title)) for path, title in TAB_WORDS.items()]
    return view.page(f"settings/{template}", {"tabs": tabs, **values}, status)
