"""The predicate language as data: what was read, before it is compiled for the stream (and later for the lake)."""

from typing import Literal, TypeAlias

import msgspec

from trenza.definitions import Duration
from trenza.kernel import Instant, JsonValue

Order = Literal["gt", "gte", "lt", "lte"]
Operation = Literal[
    "is",
    "is_not",
    "in",
    "not_in",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "contains",
    "starts_with",
    "ends_with",
    "exists",
    "before",
    "after",
    "within_last",
    "anniversary",
]


class Comparison(msgspec.Struct, frozen=True):
    """One operation with what it compares to, already of the right type."""

    operation: Operation
    value: JsonValue


class PathTest(msgspec.Struct, frozen=True):
    """Comparisons that must all hold of one value at a path."""

    path: str
    comparisons: tuple[Comparison, ...]
    fold: bool = False
    held: Duration | None = None
    """Of a trait: it must have held that long."""


class Window(msgspec.Struct, frozen=True):
    """Closed at both ends: the last while, since an instant, or between two. Without any, always."""

    within: Duration | None = None
    since: Instant | None = None
    until: Instant | None = None


class Aggregate(msgspec.Struct, frozen=True):
    """A figure over the numbers at a path."""

    function: Literal["sum", "avg", "min", "max"]
    test: PathTest


class EventCondition(msgspec.Struct, frozen=True):
    """`event`: did, how often, how much."""

    name: str
    window: Window = Window()
    where: tuple[PathTest, ...] = ()
    count: tuple[Comparison, ...] = (Comparison("gte", 1),)
    aggregates: tuple[Aggregate, ...] = ()
    first: tuple[PathTest, ...] = ()
    last: tuple[PathTest, ...] = ()
    same: str = ""


class Step(msgspec.Struct, frozen=True):
    """One event of a sequence."""

    name: str
    where: tuple[PathTest, ...] = ()


class SequenceCondition(msgspec.Struct, frozen=True):
    """`sequence`: in this order, others between allowed."""

    steps: tuple[Step, ...]
    within: Duration | None = None
    span: Duration | None = None
    same: str = ""


class TraitCondition(msgspec.Struct, frozen=True):
    """`trait`: all of the paths."""

    tests: tuple[PathTest, ...]


class SegmentCondition(msgspec.Struct, frozen=True):
    """`segment`: inside another one."""

    key: str


class ConsentCondition(msgspec.Struct, frozen=True):
    """`consent`: the last word on a purpose and channel."""

    purpose: str
    channel: str
    status: Literal["granted", "denied", "unknown"]


class ReachableCondition(msgspec.Struct, frozen=True):
    """`reachable`: has an address of the channel."""

    channel: str


class BucketCondition(msgspec.Struct, frozen=True):
    """`bucket`: a draw of 10,000, `from` in, `to` out."""

    salt: str
    start: int
    end: int


class StepCondition(msgspec.Struct, frozen=True):
    """`step`: the outcome of a named wait of the run."""

    name: str
    outcome: str


class AllCondition(msgspec.Struct, frozen=True):
    """`all`: every one."""

    items: "tuple[Condition, ...]"


class AnyCondition(msgspec.Struct, frozen=True):
    """`any`: at least one."""

    items: "tuple[Condition, ...]"


class NoneCondition(msgspec.Struct, frozen=True):
    """`none`: not one."""

    items: "tuple[Condition, ...]"


Condition: TypeAlias = (
    AllCondition
    | AnyCondition
    | NoneCondition
    | EventCondition
    | SequenceCondition
    | TraitCondition
    | SegmentCondition
    | ConsentCondition
    | ReachableCondition
    | BucketCondition
    | StepCondition
)
