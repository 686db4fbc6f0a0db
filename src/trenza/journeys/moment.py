"""What the machine is handed: one person at one logical instant, and a place for what follows."""

from collections.abc import Callable, Mapping

import msgspec

from trenza.events import Emission
from trenza.journeys.decisions import Decision, GoalReached
from trenza.journeys.model import Journey
from trenza.journeys.policies import Policies, VerdictName
from trenza.journeys.run import Outgoing, Reservation, Run, Task
from trenza.kernel import Instant
from trenza.profiles import Facts, Touched
from trenza.segments import Scope


class Amendment(msgspec.Struct, frozen=True):
    """A record's verdict turned out otherwise."""

    decision: str
    verdict: VerdictName
    reason: str
    at: Instant


class Effects(msgspec.Struct):
    """What follows from a step: written and sent on in the same transaction."""

    decisions: list[Decision] = msgspec.field(default_factory=list)
    outgoing: list[Outgoing] = msgspec.field(default_factory=list)
    emissions: list[Emission] = msgspec.field(default_factory=list)
    tasks: list[Task] = msgspec.field(default_factory=list)
    goals: list[GoalReached] = msgspec.field(default_factory=list)
    amendments: list[Amendment] = msgspec.field(default_factory=list)
    touched: Touched | None = None
    """What `set` steps changed of the person at once; the event that says it for ever is among the emissions."""

    def add(self, other: "Effects") -> None:
        """Take in what followed elsewhere."""
        self.decisions += other.decisions
        self.outgoing += other.outgoing
        self.emissions += other.emissions
        self.tasks += other.tasks
        self.goals += other.goals
        self.amendments += other.amendments
        self.touch(other.touched)

    def touch(self, touched: Touched | None) -> None:
        """Note that a person's traits or consents changed."""
        if touched is not None and self.touched is not None:
            touched = Touched("", self.touched.traits | touched.traits, self.touched.consents or touched.consents)
        self.touched = touched or self.touched

    @property
    def is_empty(self) -> bool:
        """Whether nothing follows."""
        said = self.decisions or self.outgoing or self.emissions or self.tasks or self.goals or self.amendments
        return self.touched is None and not said


class Circle(msgspec.Struct):
    """All that one person has in journeys: runs by id in order of entry, and slots taken."""

    runs: dict[str, Run] = msgspec.field(default_factory=dict)
    slots: list[Reservation] = msgspec.field(default_factory=list)

    def open_runs(self) -> list[Run]:
        """Those still on their way, in order of entry."""
        return [run for run in self.runs.values() if run.closed_at is None]


class Moment(msgspec.Struct):
    """One person, now."""

    facts: Facts
    now: Instant
    zone: str
    """The person's."""
    policies: Policies
    circle: Circle
    effects: Effects
    journey_of: Callable[[Run], Journey | None]
    """The version that a run goes by."""

    def pins(self, journey: Journey) -> Mapping[str, object]:
        """What a test pins of the journey's draws."""
        return self.policies.pins.get(journey.key, {})

    def scope(self, journey: Journey, run: Run, at: Instant) -> Scope:
        """What a predicate inside a run may look at."""
        return Scope(
            now=at,
            zone=self.policies.zone,
            steps=run.state.outcomes,
            same={path: run.get(path) for path in journey.needs.same},
        )
