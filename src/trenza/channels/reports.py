"""What a provider says later about a message, believed once and never backwards."""

from collections.abc import Sequence

from trenza.channels.model import Report
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
    told = 0
    for report in reports:
        message = messages.get(report.message)
        outcome = after_report(message, report) if message is not None else None
        if message is None or outcome is None:
            continue
        save_outcomes(tx, [outcome], now)
        emit(tx, [receipt_emission(message, receipt, now) for receipt in outcome.receipts])
        messages.update(load_messages(tx, {report.message}))
        told += 1
    return told
