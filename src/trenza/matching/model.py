"""The words of the room: record, comparison, model, candidate.

A **record** is what is compared of one person: their traits and addresses, folded to one form. A **candidate** is a
pair of people who may be one, with its **match weight**: the logarithm (base 2) of how many times more likely than not
they are one. The weight is the sum of one weight for each comparison and that of the prior; that sum is its waterfall.
"""

from collections.abc import Mapping
from math import log2
from typing import Literal

import msgspec

from trenza.identity import Leaf
from trenza.kernel import Instant

Field = Literal["given", "family", "born", "street", "postcode", "city", "email", "phone", "document"]
FIELDS: tuple[Field, ...] = ("given", "family", "born", "street", "postcode", "city", "email", "phone", "document")
Key = Literal["names", "given_1", "family_1"]
"""Made of the fields, to look records up by: both names whichever comes first, and first letters."""
Clustering = Literal["average", "best", "threshold"]
State = Literal["open", "accepted", "rejected"]
Test = Literal["same", "alike", "edits", "swapped"]
Values = Mapping[Field, str]
"""A record's folded values; a field that is missing is unknown."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """One person as they are compared."""

    leaf: Leaf
    """The number that the person had when the record was made; identity knows whose it is now."""
    values: dict[Field, str]
    leaves: tuple[Leaf, ...] = ()
    """All leaves that its values may come from: when one is erased, the record goes."""
    list: str = ""
    """Which of two lists it stands in, where lists are linked."""


class Condition(msgspec.Struct, frozen=True):
    """What must hold of two records: `same`, `alike` (Jaro-Winkler at least), `edits` (at most so many), `swapped`."""

    test: Test
    field: Field
    bound: float = 0
    other: Field | None = None


class Level(msgspec.Struct, frozen=True):
    """How near two records come: all conditions must hold. The last level of a comparison has none."""

    name: str
    conditions: tuple[Condition, ...] = ()


class Comparison(msgspec.Struct, frozen=True):
    """One thing that is compared; the first level that holds counts."""

    name: str
    fields: tuple[Field, ...]
    """Where either record lacks one of them, the comparison says nothing."""
    levels: tuple[Level, ...]
    optional: tuple[Field, ...] = ()
    """Looked at too, but may be missing: a condition on it then does not hold."""


class Chance(msgspec.Struct, frozen=True):
    """How often a level comes about."""

    m: float
    """Among pairs that are one person."""
    u: float
    """Among pairs that are not."""

    @property
    def weight(self) -> float:
        """What the level adds to the match weight."""
        return log2(self.m / self.u)


class MatchModel(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned, and what follows from a weight: the document `kind: MatchModel`."""

    key: str
    prior: float
    """Probability that two people drawn at random are one."""
    review: float
    """Match weight from which a pair is a candidate."""
    accept: float | None = None
    """Match weight from which a candidate is accepted by rule; None: never."""
    clustering: Clustering = "average"
    blocking: tuple[tuple[Field | Key, ...], ...]
    """Pairs are compared that agree on all fields of one of these."""
    comparisons: dict[str, dict[str, Chance]]
    """By name of the comparison and of the level."""
    version: str = ""

    @property
    def base(self) -> float:
        """The match weight before anything was compared."""
        return log2(self.prior / (1 - self.prior))


class Step(msgspec.Struct, frozen=True, gc=False):
    """One step of a waterfall."""

    comparison: str
    level: str
    """Empty where a value was missing."""
    weight: float
    one: dict[str, str]
    """The values of the one record that were looked at, by field."""
    other: dict[str, str]


class Score(msgspec.Struct, frozen=True, gc=False):
    """A pair's match weight, and what it is the sum of."""

    weight: float
    base: float
    steps: tuple[Step, ...]


class Pair(msgspec.Struct, frozen=True, gc=False, order=True):
    """Two records, the smaller number first, and their match weight."""

    one: Leaf
    other: Leaf
    weight: float


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Two people who may be one."""

    id: str
    one: Leaf
    other: Leaf
    weight: float
    state: State
    is_bridge: bool
    """The two groups of records around it hang together by nothing else."""
    base: float
    steps: tuple[Step, ...]
    model: str
    """Version of the model that found it."""
    found_at: Instant
    decided_at: Instant = 0
    by: str = ""
    """Who decided: a user's id, `cli`, or `rule`."""
    link: str = ""
    """The link that it made, where it was accepted."""
