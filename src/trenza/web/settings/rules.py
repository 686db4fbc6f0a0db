"""Rules: caps, quiet hours, texts of messages and tracking plans in force: what each says, and who uses it."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from litestar import Controller, Response, get
from markupsafe import Markup

from trenza.definitions import Definitions, list_live, localise
from trenza.journeys import Journey
from trenza.kernel import Instant
from trenza.web.documents.words import ABOUT_WORDS, say_rule
from trenza.web.render import Here, View, Viewing
from trenza.web.settings.tabs import settings_page
from trenza.web.words import name_channel

KINDS_WORDS = {
    "Cap": "Caps",
    "QuietHours": "Quiet hours",
    "TrackingPlan": "Tracking plans",
    "Template": "Texts of messages",
}
EVERY_SOURCE_WORDS = "for every source"


class Used(msgspec.Struct, frozen=True):
    """A journey that uses something."""

    key: str
    title: str


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A document in force."""

    key: str
    title: str
    """Empty where its key is all it is called."""
    said: str
    """What it says, in plain words."""
    journeys: tuple[Used, ...]
    file: str
    updated_at: Instant


class RulePageController(Controller):
    """`/settings/rules`."""

    include_in_schema = False

    @get("/settings/rules", opt={"right": "read"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """What is in force, by kind."""
        with instance.database.read() as tx:
            found = instance.in_force(tx)
            live = {kind: list_live(tx, kind) for kind in KINDS_WORDS}
        groups = [
            (
                kind,
                view.say(name),
                view.say(ABOUT_WORDS[kind]),
                [
                    Rule(
                        key=each.key,
                        title=_title(view, found, kind, each.key),
                        said=_say(view, found, kind, each.key),
                        journeys=_users(view, found, kind, each.key),
                        file=each.file,
                        updated_at=each.updated_at,
                    )
                    for each in live[kind]
                ],
            )
            for kind, name in KINDS_WORDS.items()
        ]
        return settings_page(view, "rules.html", {"groups": groups})


def used_by(view: View, journeys: Mapping[str, Journey], holds: Callable[[Journey], bool]) -> tuple[Used, ...]:
    """The journeys of which something holds, by title."""
    found = [
        Used(key, localise(journey.title, view.language) or key) for key, journey in journeys.items() if holds(journey)
    ]
    return tuple(sorted(found, key=lambda used: used.title))


def _users(view: View, found: Definitions, kind: str, key: str) -> tuple[Used, ...]:
    journeys: Mapping[str, Journey] = found.of("Journey")
    if kind == "Cap":
        return used_by(view, journeys, lambda journey: key in journey.policy.caps)
    if kind == "QuietHours":
        return used_by(view, journeys, lambda journey: key == journey.policy.quiet_hours)
    return ()


def _title(view: View, found: Definitions, kind: str, key: str) -> str:
    return localise(getattr(found.get(kind, key), "title", {}), view.language)


def _say(view: View, found: Definitions, kind: str, key: str) -> str:
    """Empty where an earlier release's document cannot be read any more."""
    rule: Any = found.get(kind, key)
    if rule is None:
        return ""
    if kind in {"Cap", "QuietHours"}:
        return say_rule(view, kind, key)
    if kind == "Template":
        return ", ".join(name_channel(view, channel) for channel in rule.channels)
    sources = ", ".join(rule.sources) or view.say(EVERY_SOURCE_WORDS)
    return Markup("{} · {}").format(", ".join(rule.events), sources)
