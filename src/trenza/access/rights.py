"""What each role may do: one table, read by the doors and printed in the docs."""

from collections.abc import Iterable
from typing import get_args

from trenza.access.model import Right, Role
from trenza.kernel import Invalid

RIGHTS: dict[Right, str] = {
    "read": "see segments, journeys, definitions, figures and decisions",
    "people": "see one person: identifiers, traits, consents, timeline; see events as they come",
    "write": "change definitions, start journeys, judge links between identifiers",
    "work": "take and close tasks",
    "collect": "send events and ask for the next best content",
    "erase": "export and erase a person",
    "admin": "users, API keys, sources and the audit",
}
ROLES: dict[Role, frozenset[Right]] = {
    "admin": frozenset(get_args(Right)),
    "marketer": frozenset({"read", "people", "write", "work"}),
    "analyst": frozenset({"read", "people"}),
    "agent": frozenset({"people", "work"}),
}


def read_role(text: str) -> Role:
    """The role of that name.

    Raises:
        Invalid: there is none.
    """
    for role in ROLES:
        if role == text:
            return role
    raise Invalid(f"there is no role {text[:40]!r}", f"choose one of {', '.join(ROLES)}")


def read_scopes(names: Iterable[str]) -> tuple[Right, ...]:
    """Rights by their names, in the order of the table, without repeats.

    Raises:
        Invalid: none is named, or one is unknown.
    """
    wanted = set(names)
    unknown = sorted(wanted - set(RIGHTS))
    if unknown or not wanted:
        why = f"there is no scope {unknown[0][:40]!r}" if unknown else "a key without a scope opens nothing"
        raise Invalid(why, f"choose from {', '.join(RIGHTS)}")
    return tuple(right for right in RIGHTS if right in wanted)
