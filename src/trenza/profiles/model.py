"""The words that pass between profiles and the rooms behind it: what is needed, what was touched."""

import msgspec


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What live definitions ask of profiles, so that nothing else is loaded."""

    events: frozenset[str] = frozenset()
    """Names of events whose history predicates look at."""
    held: frozenset[str] | None = None
    """Traits whose earlier versions matter (`for: 3d`); of the others only the last is loaded. None: all matter."""


class Touched(msgspec.Struct, frozen=True, gc=False):
    """What one event changed of a person, so that only the predicates that look there are asked again."""

    name: str
    """The event's name, as predicates ask for it; empty for identify, group and alias."""
    traits: frozenset[str] = frozenset()
    """Names of the traits it gave or took away."""
    consents: bool = False
    """It said something on consent."""
    identifiers: bool = False
    """It changed the person's identifiers or suppressions: who is reachable where may be different."""
