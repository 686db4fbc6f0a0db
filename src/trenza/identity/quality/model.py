"""The words of the quality sheet."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from trenza.identity.model import Evidence, Leaf, Person
from trenza.kernel import Instant

Why = Literal["accounts", "neighbours", "ambiguous"]


class TypeStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How many identifiers of a type there are, and how many of them join nobody."""

    type: str
    identifiers: int
    shared: int = 0
    ambiguous: int = 0

    @property
    def joining(self) -> int:
        """Those that are somebody's."""
        return self.identifiers - self.shared - self.ambiguous


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """What tallies know."""

    people: int
    types: tuple[TypeStanding, ...]
    """The strongest first; those of which there are any."""

    @property
    def identifiers(self) -> int:
        """Of all types."""
        return sum(each.identifiers for each in self.types)

    @property
    def shared(self) -> int:
        """Of all types."""
        return sum(each.shared for each in self.types)

    @property
    def ambiguous(self) -> int:
        """Of all types."""
        return sum(each.ambiguous for each in self.types)


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """How the identifiers of a type that are somebody's are spread over people."""

    people: int
    """Who has one; reckoned up from the sample where it is one."""
    most: int
    """The most that one person was found to have."""


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody, or what hangs together, and how large it is."""

    person: Person
    """For what hangs together: whose most of it is."""
    identifiers: int
    people: int = 1
    """How many people what hangs together is told apart into."""


class Bridge(msgspec.Struct, frozen=True, kw_only=True):
    """A link whose cut alone would part a person into two, each with an account or address and something beside."""

    person: Person
    evidence: Evidence
    sides: tuple[int, int]
    """Identifiers on either side, the fewer first."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What was found by looking."""

    is_whole: bool
    """Whether everything was looked at; else it was a sample, and what hangs on the busiest identifiers."""
    looked_at: int
    """Identifiers."""
    spreads: Mapping[str, Spread]
    """By type; one that the sample has none of is left out."""
    largest_people: tuple[Size, ...]
    largest_components: tuple[Size, ...]
    """What hangs together over evidence, though it may be several people."""
    bridges: tuple[Bridge, ...]
    """The weakest first."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What the identity log tells of a local day."""

    day: date
    merges: int = 0
    splits: int = 0
    cuts: int = 0
    restores: int = 0


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """A merge of late."""

    at: Instant
    person: Person
    """Who they are now."""
    identifiers: int
    """How many came over."""
    cause: str
    """Id of the message or link that did it."""


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """The whole sheet."""

    standings: Standings
    look: Look
    changes: tuple[Changes, ...]
    merges: tuple[Merge, ...]


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was seen with an identifier."""

    person: Person
    messages: int


class Lonely(msgspec.Struct, frozen=True, kw_only=True):
    """An identifier that joins nobody, and why."""

    leaf: Leaf
    type: str
    value: str
    why: Why
    seen: int
    """With so many accounts; with so many identifiers where that is why."""
    limit: int
    """How many its type allows; 0 where it is ambiguous."""
    neighbours: int
    last_seen: Instant
    around: tuple[Around, ...]
    """Who was seen with it most; empty where they are too many to tell here."""
