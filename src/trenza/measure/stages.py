"""The six stages of an omnichannel company: on which it stands, by what was counted, and what the next one needs. Pure.

A company stands on the last stage of the unbroken row whose criteria are all met. Every criterion is a figure and what
it must reach; all are counted over the last `WINDOW_DAYS` days, so a company that stops falls back.

| stage | is | met when |
|---|---|---|
| 1 | conversions counted over a person's devices | orders come in, two channels are heard, devices were joined |
| 2 | remarketing from end to end | a journey in force ends with the purchase, messages go, people reach its goal |
| 3 | many contacts over many channels | three channels heard, two written to, a journey writes on more than one |
| 4 to 6 | attribution, lifetime value, prediction | not in this version: it has no means to tell |
"""

from typing import Literal

import msgspec

WINDOW_DAYS = 28
StageKey = Literal["conversions", "remarketing", "many_contacts", "attribution", "lifetime_value", "prediction"]
CriterionKey = Literal[
    "conversions_counted",
    "channels_heard",
    "devices_joined",
    "journeys_ending_on_purchase",
    "messages_sent",
    "goals_reached",
    "channels_written",
    "journeys_over_channels",
]
_STAGES: tuple[tuple[StageKey, tuple[tuple[CriterionKey, int], ...]], ...] = (
    ("conversions", (("conversions_counted", 1), ("channels_heard", 2), ("devices_joined", 1))),
    ("remarketing", (("journeys_ending_on_purchase", 1), ("messages_sent", 1), ("goals_reached", 1))),
    ("many_contacts", (("channels_heard", 3), ("channels_written", 2), ("journeys_over_channels", 1))),
    ("attribution", ()),
    ("lifetime_value", ()),
    ("prediction", ()),
)
"""By stage, its criteria and what each must reach; a stage without criteria is not in this version."""


class StageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted; a field bears the name of its criterion."""

    conversions_counted: int = 0
    channels_heard: int = 0
    devices_joined: int = 0
    """Identifiers of one person that were thought two people before; the latest few hundred are looked at."""
    journeys_ending_on_purchase: int = 0
    messages_sent: int = 0
    goals_reached: int = 0
    channels_written: int = 0
    journeys_over_channels: int = 0


class Criterion(msgspec.Struct, frozen=True):
    """One thing that a stage asks."""

    key: CriterionKey
    measured: int
    needed: int

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        return self.measured >= self.needed


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage and what it asks."""

    number: int
    key: StageKey
    available: bool
    """False: not in this version."""
    criteria: tuple[Criterion, ...]

    @property
    def met(self) -> bool:
        """Whether all that it asks is reached; what is not in this version never is."""
        return self.available and all(each.met for each in self.criteria)

    @property
    def missing(self) -> tuple[Criterion, ...]:
        """What it still needs."""
        return tuple(each for each in self.criteria if not each.met)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a company stands."""

    stage: int
    """0: below the first."""
    stages: tuple[Stage, ...]
    """All six, the first first."""

    @property
    def next(self) -> Stage | None:
        """The stage to be reached next; None behind the last."""
        return self.stages[self.stage] if self.stage < len(self.stages) else None


def stages(facts: StageFacts) -> Standing:
    """On which stage a company stands, and why."""
    found = tuple(
        Stage(
            number=number,
            key=key,
            available=bool(criteria),
            criteria=tuple(Criterion(name, getattr(facts, name), needed) for name, needed in criteria),
        )
        for number, (key, criteria) in enumerate(_STAGES, 1)
    )
    reached = next((each.number - 1 for each in found if not each.met), len(found))
    return Standing(stage=reached, stages=found)
