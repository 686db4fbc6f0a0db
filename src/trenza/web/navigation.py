"""The sections of the product, in the order in which they stand in the rail: one table.

A section is shown to those who may read it. What a route asks is the handler's own word (`opt`); a test holds the two
together.
"""

from collections.abc import Collection

import msgspec

from trenza.access import Right


class Section(msgspec.Struct, frozen=True):
    """One entry of the rail."""

    path: str
    title: str
    icon: str
    right: Right
    demo: bool = False
    """Only where the instance is a demo."""


class Group(msgspec.Struct, frozen=True):
    """Sections under one heading."""

    title: str
    sections: tuple[Section, ...]


NAVIGATION: tuple[Group, ...] = (
    Group(
        "Today",
        (
            Section("/", "Home", "house", "read"),
            Section("/live", "Live", "activity", "people"),
            Section("/tasks", "Tasks", "list-checks", "work"),
        ),
    ),
    Group(
        "Who",
        (
            Section("/people", "People", "users", "people"),
            Section("/identity", "Identity", "fingerprint", "people"),
            Section("/segments", "Segments", "circle-dot-dashed", "read"),
        ),
    ),
    Group(
        "What to say",
        (
            Section("/journeys", "Journeys", "route", "read"),
            Section("/messages", "Messages", "send", "people"),
            Section("/phones", "Phones", "smartphone", "people"),
            Section("/shop", "Demo shop", "store", "read", demo=True),
        ),
    ),
    Group(
        "Set up",
        (
            Section("/sources", "Sources", "plug", "admin"),
            Section("/jobs", "Long work", "hourglass", "read"),
            Section("/settings", "Settings", "settings", "admin"),
            Section("/audit", "Audit", "scroll-text", "admin"),
        ),
    ),
)


class Link(msgspec.Struct, frozen=True):
    """A section as one reader sees it."""

    section: Section
    current: bool


def navigation_for(rights: Collection[Right], path: str, *, demo: bool) -> list[tuple[str, list[Link]]]:
    """What somebody with these rights sees on a page: headings with their sections; empty groups are left out."""
    groups = []
    for group in NAVIGATION:
        links = [
            Link(section, _is_current(section.path, path))
            for section in group.sections
            if section.right in rights and (demo or not section.demo)
        ]
        if links:
            groups.append((group.title, links))
    return groups


def _is_current(section: str, path: str) -> bool:
    return path == section or (section != "/" and path.startswith(f"{section}/"))
