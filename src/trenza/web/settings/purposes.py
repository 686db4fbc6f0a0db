"""Purposes: why people are written to, what each obeys, and which journeys name it."""

from collections.abc import Mapping
from functools import partial

import msgspec
from litestar import Controller, Response, get

from trenza.journeys import SERVICE, Journey
from trenza.web.people.words import PURPOSE_WORDS
from trenza.web.render import Here, Viewing
from trenza.web.settings.rules import Used, used_by
from trenza.web.settings.tabs import settings_page

OBEYS_WORDS = {
    "consent": "Only to who said yes to it on the channel. Caps, quiet hours and control groups hold.",
    "service": "To everybody whom it concerns, without asking: only a suppressed address stops it.",
}
_ALWAYS = ("marketing", SERVICE)
"""What the house itself knows: who unsubscribes without a word leaves the first, trials are the second."""


class Purpose(msgspec.Struct, frozen=True, kw_only=True):
    """One line."""

    key: str
    name: str
    obeys: str
    journeys: tuple[Used, ...]


class PurposePageController(Controller):
    """`/settings/purposes`."""

    include_in_schema = False

    @get("/settings/purposes", opt={"right": "read"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """Those of the house, then those that journeys name."""
        journeys: Mapping[str, Journey] = instance.definitions().of("Journey")
        named = {journey.policy.purpose for journey in journeys.values()}
        purposes = [
            Purpose(
                key=key,
                name=view.say(PURPOSE_WORDS.get(key, key)),
                obeys=view.say(OBEYS_WORDS["service" if key == SERVICE else "consent"]),
                journeys=used_by(view, journeys, partial(_has, key)),
            )
            for key in (*_ALWAYS, *sorted(named - set(_ALWAYS)))
        ]
        unsaid = instance.settings.no_consent_object
        return settings_page(view, "purposes.html", {"purposes": purposes, "unsaid": unsaid})


def _has(purpose: str, journey: Journey) -> bool:
    return journey.policy.purpose == purpose
