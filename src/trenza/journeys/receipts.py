"""What became of a message comes back as an event, and settles the step it went out from.

Delivered, Opened, Clicked, Replied   it came that far: a fallback that asked for it is settled
Failed, Bounced                       for good: the next channel at once, else the slot is given back
Failed, `cancelled`                   the gate refused it at dispatch: its record says so now
Unknown                               nobody knows: marketing is never sent again and keeps its slot; service is
                                      sent once more (by `channels`), which is a record of its own
"""

from trenza.events import Event
from trenza.journeys.decisions import Decision
from trenza.journeys.machine import close_if_settled
from trenza.journeys.model import LEVELS, Journey, Send
from trenza.journeys.moment import Amendment, Moment
from trenza.journeys.run import Run, Sending
from trenza.journeys.sending import fall_back, give_back, on_level
from trenza.kernel import Instant, JsonObject, derived_id

_LEVELS = {f"Message {level.title()}": position for position, level in enumerate(LEVELS)}
RECEIPTS = frozenset({*_LEVELS, "Message Failed", "Message Bounced", "Message Unknown"})


def on_receipt(moment: Moment, event: Event) -> None:
    """A receipt of one of the person's messages; whatever it does not fit is left alone."""
    properties = event.get("properties")
    if not isinstance(properties, dict):
        return
    run, step = moment.circle.runs.get(str(properties.get("run"))), properties.get("step")
    sending = run.state.sendings.get(step) if run is not None and isinstance(step, str) else None
    if run is None or sending is None or properties.get("message") != sending.message:
        return
    journey = moment.journey_of(run)
    if journey is None or not isinstance(journey.steps.get(sending.step), Send):
        _amend_if_cancelled(moment, sending, properties)
        return
    run.changed = True
    if event.name in _LEVELS:
        on_level(journey, sending, _LEVELS[event.name])
    elif event.name == "Message Unknown":
        _lost(moment, journey, run, sending)
    else:
        _failed(moment, journey, run, sending, properties)
    if run.is_open and sending.stage == "settled":
        close_if_settled(run, moment.now)


def _failed(moment: Moment, journey: Journey, run: Run, sending: Sending, properties: JsonObject) -> None:
    _amend_if_cancelled(moment, sending, properties)
    waiting = sending.stage == "sent"
    sending.stage, sending.due = "settled", None
    if waiting and run.is_open:
        fall_back(moment, journey, run, sending)
    else:
        give_back(moment, run, sending)


def _amend_if_cancelled(moment: Moment, sending: Sending, properties: JsonObject) -> None:
    """The record says what the gate refused, also of a journey that is no more."""
    if properties.get("cancelled") is True:
        reason = str(properties.get("reason") or "refused")
        moment.effects.amendments.append(_amendment_at_gate(sending, reason, moment.now))


def _amendment_at_gate(sending: Sending, reason: str, now: Instant) -> Amendment:
    if reason == "expired":
        return Amendment(sending.decision, "expired", "", now)
    return Amendment(sending.decision, "skipped", reason, now)


def _lost(moment: Moment, journey: Journey, run: Run, sending: Sending) -> None:
    """A provider's answer was lost."""
    moment.effects.amendments.append(Amendment(sending.decision, "unknown", "", moment.now))
    sending.losses += 1
    sending.alive = True
    if not journey.policy.is_service:
        sending.stage, sending.due = "settled", None
    elif sending.losses == 1:
        moment.effects.decisions.append(_sent_again(moment, journey, run, sending))


def _sent_again(moment: Moment, journey: Journey, run: Run, sending: Sending) -> Decision:
    sending.attempt += 1
    sending.decision = derived_id("decision", run.id, sending.step, str(sending.attempt))
    return Decision(
        id=sending.decision,
        person=run.person,
        leaf=run.leaf,
        journey=journey.key,
        version=journey.version,
        run=run.id,
        step=sending.step,
        instance=run.instance,
        attempt=sending.attempt,
        at=moment.now,
        verdict="sent",
        reason="answer_lost",
        channel=sending.channel,
        message=sending.message,
        purpose=journey.policy.purpose,
        wanted_at=sending.wanted_at,
        fallback=sending.fallback,
        arms=dict(run.state.arms),
        trigger=str(run.state.entry.get("messageId", "")),
        zone=moment.zone,
        value=journey.policy.value,
    )
