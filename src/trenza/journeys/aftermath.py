"""What one event set off in journeys: runs that began or ended by it, records that rest on it, goals it reached."""

from collections.abc import Collection

import msgspec

from trenza.journeys import store
from trenza.journeys.decisions import Decision, GoalReached
from trenza.journeys.run import Run
from trenza.kernel import Instant
from trenza.storage import Transaction

_MOST = 300
"""Looked through from the event on."""


class Aftermath(msgspec.Struct, frozen=True, kw_only=True):
    """What followed from an event."""

    entered: list[Run]
    """Runs that it began."""
    closed: list[Run]
    """Runs that ended in the instant at which the engine learned of it."""
    decisions: list[Decision]
    """Records of runs that it began, and those whose way hung on it."""
    goals: list[GoalReached]


def aftermath(
    tx: Transaction, persons: Collection[int], leaves: Collection[int], message_id: str, arrived_at: Instant
) -> Aftermath:
    """What an event set off, among the first 300 runs and records from then on.

    Args:
        tx: to read with.
        persons: whose runs they may be: the person now, and the one of then.
        leaves: the person's.
        message_id: the event's.
        arrived_at: when the engine learned of it.
    """
    runs = store.runs_since(tx, persons, arrived_at, _MOST)
    entered = [run for run in runs if run.state.entry.get("messageId") == message_id]
    begun = {run.id for run in entered}
    decisions = store.decisions_since(tx, leaves, arrived_at, _MOST)
    return Aftermath(
        entered=entered,
        closed=[run for run in runs if run.closed_at == arrived_at],
        decisions=[each for each in decisions if each.run in begun or _rests_on(each, message_id)],
        goals=[goal for goal in store.list_goals(tx, leaves=leaves) if goal.message_id == message_id],
    )


def _rests_on(decision: Decision, message_id: str) -> bool:
    return decision.trigger == message_id or any(message_id in each.because for each in decision.conditions)
