"""The words of the room: truth, scope, needs, segment, change.

A predicate is about one person at one instant. Its truth says how long it lasts if nothing arrives (`until`), so that
nobody has to be polled: the flip is a row with a due instant.
"""

from collections.abc import Callable, Mapping

import msgspec

from trenza.kernel import Instant, JsonValue
from trenza.profiles import Facts

Ids = tuple[str, ...]
MOST_REASONS = 20
"""Message ids kept as the reason of a truth."""


class Truth(msgspec.Struct, frozen=True, gc=False):
    """Whether a predicate holds, how long, and why."""

    holds: bool
    until: Instant | None = None
    """First instant after now at which it may change if nothing arrives; None: never. What another segment does is
    not foreseen here: that segment announces its own flips."""
    because: Ids = ()
    """Ids of the messages that made it so, the newest first, at most 20."""


class Scope(msgspec.Struct, frozen=True):
    """What a predicate needs beside the person's facts."""

    now: Instant
    zone: str = "UTC"
    """The instance's zone, for people whose own is unknown."""
    steps: Mapping[str, str] = {}
    """In a run: outcomes of named waits."""
    same: Mapping[str, JsonValue] = {}
    """In a run: value of the entering event at each path that `same` names; None where it has none."""
    segments: Mapping[str, Instant] | None = None
    """Membership to look in; absent: the facts' own."""


class Needs(msgspec.Struct, frozen=True):
    """What a predicate looks at: the index that says which events can change it."""

    events: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    """Those of the traits whose earlier versions matter (`for: 3d`)."""
    segments: frozenset[str] = frozenset()
    consents: bool = False
    reachable: frozenset[str] = frozenset()
    """Channels."""
    identifiers: bool = False
    steps: frozenset[str] = frozenset()
    same: frozenset[str] = frozenset()
    """Paths that `same` names: a run takes their values from its entering event."""

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(
            events=self.events | other.events,
            traits=self.traits | other.traits,
            held=self.held | other.held,
            segments=self.segments | other.segments,
            consents=self.consents or other.consents,
            reachable=self.reachable | other.reachable,
            identifiers=self.identifiers or other.identifiers,
            steps=self.steps | other.steps,
            same=self.same | other.same,
        )


Run = Callable[[Facts, Scope], Truth]


class Predicate(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A predicate, read and compiled."""

    source: JsonValue
    """The plain content it was read from; equal sources are equal predicates."""
    needs: Needs
    run: Run

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Predicate) and self.source == other.source

    def __hash__(self) -> int:
        return hash(repr(self.source))


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A named set of people, defined by a predicate."""

    key: str
    title: dict[str, str]
    where: Predicate
    version: str


class SegmentChange(msgspec.Struct, frozen=True, gc=False):
    """A person entered or left a segment."""

    person: int
    segment: str
    entered: bool
    at: Instant
    because: Ids = ()


def evaluate(predicate: Predicate, facts: Facts, scope: Scope) -> Truth:
    """Whether a predicate holds of a person at `scope.now`, as known by then."""
    return predicate.run(facts, scope)


def needs(predicate: Predicate) -> Needs:
    """What a predicate looks at."""
    return predicate.needs


TRUE = Truth(True)  # noqa: FBT003 — the field is the only one
FALSE = Truth(False)  # noqa: FBT003 — the same
