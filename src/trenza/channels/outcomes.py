"""The rules of the outbox: what follows from an answer, from silence, from a dead worker and from the gate.

Pure. Their theory, in one line each:
- Accepted is sent. Nothing that was sent is ever sent again.
- A permanent refusal is final; a temporary one is tried again, later each time, until it expires or eight times.
- A lost answer may be a message sent. Marketing is then never sent again; service is sent once more; where the provider
  takes an idempotency key both are tried again, because it cannot become two.
- A worker that died with a message in its hands is a lost answer.
- The gate is asked at every claim; its no is final, its "later" is kept.
"""

from trenza.channels.model import Outcome, Queued, Receipt, Report
from trenza.channels.port import SERVICE, Accepted, Answer, Postponed, Refused, Unknown, Verdict
from trenza.kernel import Instant, draw

LEASE = 60_000
"""Milliseconds that a claim is good for."""
MOST_ATTEMPTS = 8
_FIRST_WAIT = 5_000
_LONGEST_WAIT = 15 * 60_000
_DRAWS = 10_000
PROGRESS = {"": 0, "sent": 1, "failed": 2, "delivered": 3, "opened": 4}
"""How far a message has come. A later report may say less and is then not believed."""


def after_answer(message: Queued, answer: Answer, *, idempotent: bool, now: Instant) -> Outcome:
    """What becomes of a message that was handed to a provider."""
    if isinstance(answer, Accepted):
        return _accepted(message, answer)
    if isinstance(answer, Unknown):
        return after_loss(message, answer.reason, idempotent=idempotent, now=now)
    return _refused(message, answer, now)


def after_loss(message: Queued, reason: str, *, idempotent: bool, now: Instant, at_once: bool = False) -> Outcome:
    """What becomes of a message of which nobody knows whether it was sent."""
    again = idempotent or (message.purpose == SERVICE and message.losses == 0)
    unknown = Receipt(name="Message Unknown", properties={"reason": reason})
    if again and message.attempts < MOST_ATTEMPTS:
        return Outcome(
            id=message.id,
            state="pending",
            due_at=now if at_once else now + wait_after(message),
            losses=message.losses + 1,
            reason=reason,
            receipts=() if idempotent else (unknown,),
        )
    return Outcome(id=message.id, state="unknown", losses=message.losses + 1, reason=reason, receipts=(unknown,))


def after_verdict(message: Queued, verdict: Verdict, now: Instant) -> Outcome | None:
    """What becomes of a message at the gate; None: it goes."""
    if message.expires_at is not None and now > message.expires_at:
        verdict = "expired"
    if verdict is None:
        return None
    if isinstance(verdict, Postponed):
        return Outcome(id=message.id, state="pending", due_at=max(verdict.until, now + 1), losses=message.losses)
    told = Receipt(name="Message Failed", properties={"reason": verdict, "permanent": True, "cancelled": True})
    return Outcome(id=message.id, state="cancelled", losses=message.losses, reason=verdict, receipts=(told,))


def given_back(message: Queued, now: Instant, wait: int = 0) -> Outcome:
    """A message that was claimed and never touched: it goes back as if nothing had been."""
    return Outcome(id=message.id, state="pending", due_at=now + wait, losses=message.losses, counted=False)


def after_report(message: Queued, report: Report) -> Outcome | None:
    """What becomes of a message when its provider reports; None: nothing new."""
    progress = PROGRESS[report.progress]
    if progress <= message.progress:
        return None
    receipts = _told_by(report)
    if message.progress < PROGRESS["sent"]:
        receipts = (Receipt(name="Message Sent"), *receipts) if report.progress != "sent" else receipts
    state = "refused" if report.progress == "failed" else "sent"
    return Outcome(
        id=message.id,
        state=state,  # type: ignore[arg-type]  # both are states
        losses=message.losses,
        counted=True,
        provider_id=report.provider_id or message.provider_id,
        reason=report.reason,
        progress=progress,
        receipts=receipts,
    )


def wait_after(message: Queued, asked: int | None = None) -> int:
    """Milliseconds until the next attempt: 5 s, doubled up to 15 min, spread by a fifth; never less than asked."""
    doubled: int = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** max(0, message.attempts - 1))
    spread = doubled * draw(f"wait:{message.attempts}", message.id) // _DRAWS // 5
    return max(doubled + spread, asked or 0)


def _accepted(message: Queued, answer: Accepted) -> Outcome:
    receipts = [Receipt(name="Message Sent")]
    if answer.delivered:
        receipts.append(Receipt(name="Message Delivered"))
    return Outcome(
        id=message.id,
        state="sent",
        losses=message.losses,
        provider_id=answer.provider_id,
        progress=PROGRESS["delivered" if answer.delivered else "sent"],
        receipts=tuple(receipts),
    )


def _refused(message: Queued, answer: Refused, now: Instant) -> Outcome:
    due_at = now + wait_after(message, answer.retry_after)
    in_time = message.expires_at is None or due_at <= message.expires_at
    if not answer.permanent and in_time and (answer.whole_lane or message.attempts < MOST_ATTEMPTS):
        return Outcome(
            id=message.id,
            state="pending",
            due_at=due_at,
            losses=message.losses,
            reason=answer.reason,
            counted=not answer.whole_lane,
        )
    failed = {"reason": answer.reason, "permanent": answer.permanent}
    return Outcome(
        id=message.id,
        state="refused",
        losses=message.losses,
        reason=answer.reason,
        progress=PROGRESS["failed"],
        receipts=_failed(failed, dead=answer.address_dead),
    )


def _told_by(report: Report) -> tuple[Receipt, ...]:
    if report.progress == "failed":
        return _failed({"reason": report.reason, "permanent": report.permanent}, dead=report.address_dead)
    properties = {"unreliable": True} if report.unreliable else {}
    return (Receipt(name=f"Message {report.progress.title()}", properties=properties),)


def _failed(properties: dict[str, object], *, dead: bool) -> tuple[Receipt, ...]:
    """A failure; where the address is dead, a permanent bounce beside it, which suppresses the address."""
    failed = Receipt(name="Message Failed", properties=properties)
    if not dead:
        return (failed,)
    return (failed, Receipt(name="Message Bounced", properties={**properties, "permanent": True}))
