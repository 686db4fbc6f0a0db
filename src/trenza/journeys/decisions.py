"""Decisions: one record for each candidate message, sent or not, and what it says in plain words.

A record holds what its verdict rests on (`case`), so that it can be judged again. Its verdict may be amended once
more is known (the gate at dispatch refused, the provider's answer was lost): the former words stay in `former`.
"""

import msgspec

from trenza.identity import person_text
from trenza.journeys.policies import Case, Change, ChannelCase, Refusal, VerdictName
from trenza.kernel import Instant, JsonObject, format_instant

_INSTANTS = frozenset({"at", "until", "wanted_at", "expires_at", "quiet_until"})


class GoalReached(msgspec.Struct, frozen=True, kw_only=True):
    """A run's goal, once per run."""

    run: str
    journey: str
    person: int
    leaf: int
    at: Instant
    event_at: Instant
    value: float | None
    message_id: str
    held_out: bool | None = None


class Word(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A verdict that a record had before."""

    verdict: VerdictName
    reason: str = ""
    at: Instant
    """When it was replaced."""


ENTRY_PLACE = "enter.if"
"""Where the condition of entry stands."""


class Condition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A predicate that the run's way hung on, its value, and the events that made it so."""

    place: str
    """`ENTRY_PLACE`, or the branch's name."""
    where: object
    holds: bool
    because: tuple[str, ...] = ()


class Slots(msgspec.Struct, frozen=True, kw_only=True):
    """A cap's counter around the decision."""

    cap: str
    count: int
    before: int
    after: int


class Competitor(msgspec.Struct, frozen=True, kw_only=True):
    """Another message that wanted a slot in the same window."""

    journey: str
    run: str
    value: float
    priority: float


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a message was sent, or was not."""

    id: str
    person: int
    leaf: int
    journey: str
    version: str
    run: str
    step: str
    instance: str = ""
    attempt: int
    at: Instant
    verdict: VerdictName
    reason: str = ""
    channel: str = ""
    until: Instant | None = None
    lost_to: str = ""
    message: str = ""
    template: str = ""
    purpose: str
    wanted_at: Instant
    expires_at: Instant | None = None
    fallback: bool = False
    refused: tuple[Refusal, ...] = ()
    arms: dict[str, str] = {}
    held_out: bool | None = None
    holdout: float = 0
    trigger: str = ""
    """messageId of the entering event."""
    conditions: tuple[Condition, ...] = ()
    zone: str = ""
    quiet_until: Instant | None = None
    slots: tuple[Slots, ...] = ()
    competitors: tuple[Competitor, ...] = ()
    value: float = 0
    case: Case | None = None
    """All that the verdict rests on: `judge(case)` gives it again."""
    change: tuple[Change, ...] = ()
    """The smallest change that would have turned it."""
    former: tuple[Word, ...] = ()


def amended(decision: Decision, verdict: VerdictName, reason: str, at: Instant) -> Decision:
    """The record with another verdict; what it said before is kept."""
    word = Word(verdict=decision.verdict, reason=decision.reason, at=at)
    return msgspec.structs.replace(decision, verdict=verdict, reason=reason, change=(), former=(*decision.former, word))


def printed(decision: Decision) -> JsonObject:
    """The record as JSON for people and scripts: instants as ISO 8601, the person by public id."""
    shown: JsonObject = msgspec.to_builtins(decision)
    for name in _INSTANTS & shown.keys():
        shown[name] = None if shown[name] is None else format_instant(shown[name])
    shown["person"] = person_text(decision.person)
    for word in shown.get("former", ()):
        word["at"] = format_instant(word["at"])
    if decision.arms:
        shown["arm"] = list(decision.arms.values())[-1]
    for name in ("leaf", "case"):
        shown.pop(name, None)
    if decision.case is not None:
        shown["channels"] = [_printed_channel(each) for each in decision.case.channels]
    return shown


def printed_goal(goal: GoalReached) -> JsonObject:
    """A goal as JSON."""
    return {
        "at": format_instant(goal.at),
        "person": person_text(goal.person),
        "journey": goal.journey,
        "run": goal.run,
        "goal": {"value": goal.value},
    }


def _printed_channel(channel: ChannelCase) -> JsonObject:
    return {
        "channel": channel.channel,
        "address": channel.address,
        "consent": channel.consent,
        "consent_message": channel.consent_id,
        "suppressed": channel.suppressed,
        "full_cap": channel.cap,
    }
