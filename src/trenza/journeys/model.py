"""The words of the room as definitions give them: journey, step, policy, cap, quiet hours.

A journey is read once and frozen. Its nested steps are laid flat: each has a name and knows the name of the next, so
that the place where a run stands is one word and outlives a restart. `END` is the name behind the last step.
"""

from collections.abc import Mapping

import msgspec

from trenza.definitions import Duration
from trenza.kernel import Instant
from trenza.segments import Needs, Predicate

END = ""
SERVICE = "service"
"""The purpose that obeys suppression only; any other needs consent and obeys caps, quiet hours and hold-outs."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEVELS = ("sent", "delivered", "opened", "clicked", "replied")
"""What may become of a message, each satisfying those before it."""
DEFAULT_HOLDOUT = 10


class Cap(msgspec.Struct, frozen=True, kw_only=True):
    """No more than `count` messages within a span, over all journeys that name it."""

    key: str
    count: int
    within: Duration
    channels: tuple[str, ...] = ()
    """The channels it counts and refuses; empty: all."""


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the day in which nobody is written to. Minutes since local midnight; may pass over midnight."""

    key: str
    start: int
    end: int
    days: frozenset[int] = frozenset(range(7))
    """Weekdays (Monday is 0) on whose evening the window begins."""
    zone: str = "person"


class UntilEvent(msgspec.Struct, frozen=True):
    """Wait for an event, perhaps of the same entity."""

    name: str
    same: str = ""


class UntilSegment(msgspec.Struct, frozen=True):
    """Wait until the person is in a segment."""

    segment: str


class UntilInstant(msgspec.Struct, frozen=True):
    """Wait for an instant."""

    at: Instant


class UntilTrait(msgspec.Struct, frozen=True):
    """Wait for the instant that a trait holds, moved by an offset."""

    path: str
    offset: Duration = Duration()


class UntilLocal(msgspec.Struct, frozen=True):
    """Wait for a local time, or (with `end`) for a local window; minutes since midnight."""

    start: int
    end: int | None = None
    days: frozenset[int] = frozenset(range(7))


Until = UntilEvent | UntilSegment | UntilInstant | UntilTrait | UntilLocal


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step; `next` is the name of what comes behind it."""

    name: str
    next: str = END


class Wait(Step, frozen=True, kw_only=True):
    """Stand for a while, or until something."""

    duration: Duration | None = None
    until: Until | None = None
    timeout: Duration | None = None


class Arm(msgspec.Struct, frozen=True):
    """A way out of a branch: taken when its predicate is the first that holds."""

    where: Predicate
    then: str


class Branch(Step, frozen=True, kw_only=True):
    """Go on with the first true arm, else with `otherwise`."""

    arms: tuple[Arm, ...]
    otherwise: str = END


class Draw(Step, frozen=True, kw_only=True):
    """An experiment (arms all go on to `next`) or a split (each arm has its own steps)."""

    arms: tuple[tuple[str, int], ...]
    """Name and weight, in written order."""
    then: dict[str, str] | None = None
    metric: str = ""


class Send(Step, frozen=True, kw_only=True):
    """Send one message on the first channel that may carry it."""

    channels: tuple[str, ...]
    template: str | dict[str, str]
    """A template's key, or one for each arm of an experiment."""
    prefer_person: bool = False
    fallback_after: Duration | None = None
    fallback_unless: str = "delivered"


class SetTraits(Step, frozen=True, kw_only=True):
    """Give the person traits."""

    traits: dict[str, object]


class SetConsent(Step, frozen=True, kw_only=True):
    """Note a word on consent."""

    purpose: str
    channel: str
    status: str


class CreateTask(Step, frozen=True, kw_only=True):
    """Put a task into a queue for a clerk or an agent."""

    queue: str
    title: dict[str, str]
    due: Duration | None = None


class Jump(Step, frozen=True, kw_only=True):
    """`goto`: go on at a named step."""


class Stop(Step, frozen=True, kw_only=True):
    """`end`: the run is over here."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """How a person comes into a journey."""

    event: str = ""
    segment: str = ""
    left: bool = False
    api: bool = False
    instance: str = ""
    """Path in the entering event; one run for each value."""
    where: Predicate | None = None
    again: Duration | None = None
    """`reenter.after`; None: once per person and instance."""


class Exit(msgspec.Struct, frozen=True, kw_only=True):
    """An event that ends a run."""

    event: str
    same: str = ""


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What a journey is for."""

    event: str
    same: str = ""
    within: Duration | None = None
    value: str = ""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the journey's messages obey."""

    purpose: str
    priority: float = 0
    value: float = 0
    caps: tuple[str, ...] = ()
    quiet_hours: str = ""
    expires: Duration | None = None
    moves: bool = False
    """`on_update: move`: open runs go over to a new version; else they end as they began."""

    @property
    def is_service(self) -> bool:
        """Whether it is for service: only suppression is obeyed."""
        return self.purpose == SERVICE


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """A journey in one version."""

    key: str
    version: str
    title: dict[str, str] = {}
    enter: Entry
    goal: Goal | None = None
    exits: tuple[Exit, ...] = ()
    holdout: float = DEFAULT_HOLDOUT
    """Percent of people who get nothing, so that the journey's worth can be told."""
    policy: Policy
    first: str = END
    steps: Mapping[str, Step] = {}
    """By name, in written order."""
    needs: Needs = Needs()
    """What its predicates, exits, goal and waits look at."""


def written_channels(journey: Journey) -> frozenset[str]:
    """The channels that a journey may write on."""
    return frozenset(channel for step in journey.steps.values() if isinstance(step, Send) for channel in step.channels)


def written_templates(journey: Journey) -> frozenset[str]:
    """The templates that a journey may send."""
    named = [step.template for step in journey.steps.values() if isinstance(step, Send)]
    return frozenset(key for each in named for key in ([each] if isinstance(each, str) else each.values()))
