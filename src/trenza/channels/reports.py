"""What a provider says later about a message, believed once and never backwards."""

from collections.abc import Sequence

import msgspec

from trenza.channels.model import Outcome, Queued, Report
from trenza.channels.outcomes import after_report
from trenza.channels.receipts import receipt_emission
from trenza.channels.store import load_messages, save_outcomes
from trenza.events import emit
from trenza.kernel import Instant
from trenza.storage import Transaction


def take_reports(tx: Transaction, reports: Sequence[Report], now: Instant) -> int:
    """Write down what became of messages and tell it; returns how many reports said something new.

    A message that nobody knows is passed over: providers also report what was sent by other hands.
    """
    messages = load_messages(tx, {report.message for report in reports})
    settled: list[tuple[Queued, Outcome]] = []
    for report in reports:
        message = messages.get(report.message)
        outcome = after_report(message, report) if message is not None else None
        if message is not None and outcome is not None:
            settled.append((message, outcome))
            messages[report.message] = msgspec.structs.replace(message, progress=outcome.progress)
    save_outcomes(tx, [outcome for _, outcome in settled], now)
    emit(tx, [receipt_emission(message, each, now) for message, outcome in settled for each in outcome.receipts])
    return len(settled)
