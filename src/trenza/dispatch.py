"""The gate at dispatch: when a message is claimed it is asked again whether it may go, on the facts of now.

The rules are those of the hallway (`journeys.judge`); here they are handed fresh facts, loaded for all claimed messages
at once. What may have changed since the decision: the run has ended, consent was withdrawn, the address is suppressed
or no longer the person's, night has fallen, the message has expired, its journey was taken out of force.
"""

from collections.abc import Mapping, Sequence

from trenza.channels import SERVICE, Outgoing, Postponed, Verdict
from trenza.equipment import Equipment, Tools
from trenza.identity import identifier_number, known_of, persons_of
from trenza.journeys import Case, Journey, channel_case, ended_runs, judge, quiet_until
from trenza.kernel import Instant
from trenza.profiles import Facts, is_suppressed
from trenza.storage import Transaction

_STOPPED = frozenset({"exit", "removed"})
"""Endings after which what was decided must not go any more. A merged run is none: the other one counts it as sent."""


class Gate:
    """Judges claimed messages.

    Args:
        equipment: gives the definitions in force and working sets of facts.
    """

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment

    def __call__(self, tx: Transaction, messages: Sequence[Outgoing], now: Instant) -> Mapping[str, Verdict]:
        """By message id: a reason why it does not go, or until when it waits; absent, it goes."""
        tools = self._equipment.tools(tx)
        facts = self._facts_of(tx, tools, messages)
        stopped = {run for run, ending in ended_runs(tx, {each.run for each in messages}).items() if ending in _STOPPED}
        found: dict[str, Verdict] = {}
        for message in messages:
            exited = message.run in stopped or not _in_force(tools, message.journey)
            verdict = _judge(tools, message, facts.get(message.id), exited, now)
            if verdict is not None:
                found[message.id] = verdict
        return found

    def _facts_of(self, tx: Transaction, tools: Tools, messages: Sequence[Outgoing]) -> dict[str, Facts]:
        """Facts of whoever the addressed identifier belongs to now, by message."""
        leaves = {message.id: identifier_number(*message.identifier) for message in messages}
        people = persons_of(tx, set(leaves.values()))
        profiles = self._equipment.profiles(tools)
        profiles.load(tx, known_of(tx, set(people.values()), tools.types))
        return {id_: profiles.facts(people[leaf]) for id_, leaf in leaves.items() if leaf in people}


def _in_force(tools: Tools, journey: str) -> bool:
    """Whether a journey is; also where this release cannot read it. A message of none, like a trial, needs none."""
    return not journey or journey in tools.definitions.versions.get("Journey", {})


def _judge(tools: Tools, message: Outgoing, facts: Facts | None, exited: bool, now: Instant) -> Verdict:
    if facts is None:
        return "no_address"
    if is_suppressed(facts, message.channel, message.address):
        return "suppressed"
    service = message.purpose == SERVICE
    case = Case(
        at=now,
        service=service,
        channels=(channel_case(facts, message.purpose, message.channel),),
        quiet_until=None if service else _night(tools, message, facts, now),
        expires_at=message.expires_at,
        exited=exited,
    )
    judgement = judge(case)
    if judgement.verdict == "deferred" and judgement.until is not None:
        return Postponed(judgement.until)
    return None if judgement.verdict == "sent" else judgement.reason or judgement.verdict


def _night(tools: Tools, message: Outgoing, facts: Facts, now: Instant) -> Instant | None:
    """The end of the person's quiet hours around now; None where it is day or the journey knows no night."""
    journey: Journey | None = tools.definitions.get("Journey", message.journey)
    quiet = tools.policies.quiet_hours.get(journey.policy.quiet_hours) if journey else None
    return quiet_until(quiet, now, tools.policies.zone_of(facts)) if quiet else None
