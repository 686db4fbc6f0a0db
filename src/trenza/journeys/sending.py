"""The send step: ask the gate, wait for the night's end or for a slot, send, fall back.

    wanted ─▶ deferred ─▶ (asked again) ─▶ …
           ─▶ contending ─▶ (window closes) ─▶ sent | lost
           ─▶ sent ─▶ settled by a receipt, or the next channel when it failed (at once) or its time is over
           ─▶ skipped, held out, expired: settled

A run stands in the step until its first message is sent, skipped, held out or expired; fallbacks do not hold it.
"""

import msgspec

from trenza.definitions import add_duration
from trenza.journeys.decisions import Competitor, Decision, Slots
from trenza.journeys.model import LEVELS, Cap, Journey, Send
from trenza.journeys.moment import Moment
from trenza.journeys.policies import (
    Case,
    ChannelCase,
    Judgement,
    channel_case,
    covers,
    draws_holdout,
    expiry,
    judge,
    quiet_end,
    slots_used,
    smallest_change,
)
from trenza.journeys.run import Outgoing, Reservation, Run, Sending
from trenza.kernel import Instant, derived_id
from trenza.profiles import destination_of, preferred_channel

ARBITRATION = 2_000
"""Milliseconds in which messages that want a slot of the same cap compete."""


def arrive_at_send(moment: Moment, journey: Journey, run: Run, step: Send) -> bool:
    """Want the step's message at the run's clock; answers whether the run may go on."""
    state = run.state
    before = state.sendings.get(step.name)
    state.sendings[step.name] = sending = Sending(
        step=step.name,
        wanted_at=state.clock,
        asked_at=state.clock,
        attempt=before.attempt if before else 0,
    )
    return ask_gate(moment, journey, run, sending, state.clock)


def ask_gate(moment: Moment, journey: Journey, run: Run, sending: Sending, at: Instant) -> bool:
    """Ask at `at`; answers whether a run that stands in the step may go on."""
    sending.asked_at, sending.due = at, None
    case = build_case(moment, journey, run, sending)
    if wants_slot(moment, journey, sending, judge(case)):
        return _ask_for_slot(moment, journey, run, sending, case)
    return settle(moment, journey, run, sending, case)


def _ask_for_slot(moment: Moment, journey: Journey, run: Run, sending: Sending, case: Case) -> bool:
    """A slot is wanted: what is full already refuses; else compete for two seconds."""
    case = with_full_caps(moment, journey, case, moment.circle.slots, {})
    if not wants_slot(moment, journey, sending, judge(case)):
        return settle(moment, journey, run, sending, case)
    sending.stage = "contending"
    sending.due = max(_window_close(moment, journey, sending), moment.now)
    return False


def _window_close(moment: Moment, journey: Journey, sending: Sending) -> Instant:
    """The close of the window that is open for one of the journey's caps, else of the one that opens now."""
    open_now = [
        other.due
        for run, its, other in contenders(moment)
        if other is not sending
        and other.due is not None
        and other.asked_at <= sending.asked_at <= other.due
        and set(its.policy.caps) & set(journey.policy.caps)
    ]
    return min(open_now, default=sending.asked_at + ARBITRATION)


def contenders(moment: Moment) -> list[tuple[Run, Journey, Sending]]:
    """All messages of the person that compete for a slot now."""
    return [
        (run, journey, sending)
        for run in moment.circle.open_runs()
        for sending in run.state.sendings.values()
        if sending.stage == "contending" and (journey := moment.journey_of(run)) is not None
    ]


def wants_slot(moment: Moment, journey: Journey, sending: Sending, judgement: Judgement) -> bool:
    """Whether a message that may go needs a slot of some cap first."""
    if judgement.verdict != "sent" or sending.fallback or journey.policy.is_service:
        return False
    return bool(caps_of(moment, journey, judgement.channel))


def caps_of(moment: Moment, journey: Journey, channel: str) -> list[Cap]:
    """The caps that count a journey's message on a channel."""
    known = moment.policies.caps
    return [known[key] for key in journey.policy.caps if key in known and covers(known[key], channel)]


# The case


def build_case(moment: Moment, journey: Journey, run: Run, sending: Sending) -> Case:
    """What the verdict on a message rests on, caps left out."""
    step = _step(journey, sending)
    channels = channels_left(ordered_channels(moment, step), sending.tried)
    return Case(
        at=sending.asked_at,
        service=journey.policy.is_service,
        channels=tuple(_channel_case(moment, journey, run, each) for each in channels),
        quiet_until=quiet_end(journey, moment.policies, sending.asked_at, moment.zone),
        expires_at=expiry(journey, sending.wanted_at, moment.zone),
        held_out=not sending.fallback and _held_out(moment, journey, run),
        already_sent=sending.step in run.state.already,
    )


def _channel_case(moment: Moment, journey: Journey, run: Run, channel: str) -> ChannelCase:
    """What stands for and against a channel; an event that may not serve the purpose counts as a refusal."""
    case = channel_case(moment.facts, journey.policy.purpose, channel)
    if not run.state.withheld:
        return case
    return msgspec.structs.replace(case, consent="denied", consent_id=str(run.state.entry.get("messageId", "")))


def ordered_channels(moment: Moment, step: Send) -> list[str]:
    """The step's channels in the order they are tried."""
    wish = preferred_channel(moment.facts) if step.prefer_person else None
    return sorted(step.channels, key=lambda channel: channel != wish)


def channels_left(ordered: list[str], tried: list[str]) -> list[str]:
    """The channels that come after the last one tried; nobody goes back to one that was passed over."""
    behind = ordered[ordered.index(tried[-1]) + 1 :] if tried and tried[-1] in ordered else ordered
    return [channel for channel in behind if channel not in tried]


def with_full_caps(
    moment: Moment, journey: Journey, case: Case, slots: list[Reservation], winners: dict[str, list[str]]
) -> Case:
    """The case with the caps that are full at its instant.

    Args:
        moment: the person, now.
        journey: whose caps are asked.
        case: what is known without caps.
        slots: those taken before the arbitration window.
        winners: by cap, the journeys that took a slot inside it.
    """

    def full(channel: ChannelCase) -> ChannelCase:
        for cap in caps_of(moment, journey, channel.channel):
            taken, lately = _used(moment, cap, slots, case.at), winners.get(cap.key, [])
            if taken >= cap.count:
                return msgspec.structs.replace(channel, cap=cap.key)
            if taken + len(lately) >= cap.count:
                return msgspec.structs.replace(channel, cap=cap.key, beaten_by=lately[-1])
        return channel

    return msgspec.structs.replace(case, channels=tuple(map(full, case.channels)))


def _used(moment: Moment, cap: Cap, slots: list[Reservation], at: Instant) -> int:
    return slots_used(cap, [slot.at for slot in slots if slot.cap == cap.key], at, moment.zone)


def _held_out(moment: Moment, journey: Journey, run: Run) -> bool:
    state = run.state
    if state.held_out is None:
        state.held_out = draws_holdout(journey, moment.facts, moment.pins(journey))
    return state.held_out


# The verdict


def settle(
    moment: Moment,
    journey: Journey,
    run: Run,
    sending: Sending,
    case: Case,
    competitors: tuple[Competitor, ...] = (),
) -> bool:
    """Record the verdict on a case and do what it says; answers whether a run that stands here may go on."""
    judgement = judge(case)
    sending.due = None
    sending.attempt += 1
    sending.decision = derived_id("decision", run.id, sending.step, str(sending.attempt))
    if judgement.verdict == "sent":
        slots = _send(moment, journey, run, sending, judgement.channel)
    else:
        slots = ()
        sending.stage = "deferred" if judgement.verdict == "deferred" else "settled"
    if judgement.until is not None:
        sending.due = judgement.until if case.expires_at is None else min(judgement.until, case.expires_at)
    moment.effects.decisions.append(_record(moment, journey, run, sending, case, judgement, slots, competitors))
    run.changed = True
    if sending.stage == "settled" and sending.fallback:
        give_back(moment, run, sending)
    return judgement.verdict != "deferred" and not sending.fallback


def _send(moment: Moment, journey: Journey, run: Run, sending: Sending, channel: str) -> tuple[Slots, ...]:
    """Hand the message to the outbox, take its slots, set the instant of the fallback."""
    step = _step(journey, sending)
    slots = () if sending.fallback or journey.policy.is_service else _take_slots(moment, journey, run, sending, channel)
    sending.message = derived_id("message", sending.decision)
    sending.channel, sending.level, sending.losses = channel, 0, 0
    sending.tried.append(channel)
    sending.stage = "settled"
    if step.fallback_after is not None and channels_left(ordered_channels(moment, step), sending.tried):
        sending.stage = "sent"
        sending.due = max(add_duration(sending.asked_at, step.fallback_after, moment.zone), moment.now)
    if sending.step not in run.state.sent:
        run.state.sent.append(sending.step)
    moment.effects.outgoing.append(_outgoing(moment, journey, run, sending))
    return slots


def _take_slots(moment: Moment, journey: Journey, run: Run, sending: Sending, channel: str) -> tuple[Slots, ...]:
    slots = []
    for cap in caps_of(moment, journey, channel):
        before = _used(moment, cap, moment.circle.slots, sending.asked_at + ARBITRATION)
        slots.append(Slots(cap=cap.key, count=cap.count, before=before, after=before + 1))
        taken = Reservation(
            cap=cap.key, run=run.id, step=sending.step, person=run.person, leaf=run.leaf, at=sending.asked_at
        )
        moment.circle.slots.append(taken)
    return tuple(slots)


def give_back(moment: Moment, run: Run, sending: Sending) -> None:
    """Give the step's slots back where each of its messages failed for good and no other channel took over."""
    if sending.alive:
        return
    slots = moment.circle.slots
    slots[:] = [slot for slot in slots if (slot.run, slot.step) != (run.id, sending.step)]


def _outgoing(moment: Moment, journey: Journey, run: Run, sending: Sending) -> Outgoing:
    facts = moment.facts
    destination = destination_of(facts, sending.channel)
    if destination is None:  # the gate has just found one
        raise LookupError(sending.channel)
    return Outgoing(
        id=sending.message,
        decision=sending.decision,
        run=run.id,
        journey=journey.key,
        step=sending.step,
        person=facts.person,
        channel=sending.channel,
        address=destination.address,
        identifier=(destination.type, destination.value),
        purpose=journey.policy.purpose,
        template=template_of(journey, run, sending),
        wanted_at=sending.asked_at,
        expires_at=expiry(journey, sending.wanted_at, moment.zone),
        language=moment.policies.language_of(facts),
        context={
            "person": {name: facts.trait(name) for name in facts.traits},
            "event": run.state.entry,
            "run": {"id": run.id, "instance": run.instance, "arms": run.state.arms, "journey": journey.key},
            "timezone": moment.zone,
        },
    )


def template_of(journey: Journey, run: Run, sending: Sending) -> str:
    """The template of a step for the arm that the run drew."""
    template = _step(journey, sending).template
    if isinstance(template, str):
        return template
    return next((template[arm] for arm in run.state.arms.values() if arm in template), next(iter(template.values())))


def _record(
    moment: Moment,
    journey: Journey,
    run: Run,
    sending: Sending,
    case: Case,
    judgement: Judgement,
    slots: tuple[Slots, ...],
    competitors: tuple[Competitor, ...],
) -> Decision:
    sent = judgement.verdict == "sent"
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
        at=sending.asked_at,
        verdict=judgement.verdict,
        reason=judgement.reason,
        channel=judgement.channel,
        until=judgement.until,
        lost_to=judgement.lost_to,
        message=sending.message if sent else "",
        template=template_of(journey, run, sending),
        purpose=journey.policy.purpose,
        wanted_at=sending.wanted_at,
        expires_at=case.expires_at,
        fallback=sending.fallback,
        refused=judgement.refused,
        arms=dict(run.state.arms),
        held_out=run.state.held_out,
        holdout=journey.holdout,
        trigger=str(run.state.entry.get("messageId", "")),
        conditions=tuple(run.state.conditions),
        zone=moment.zone,
        quiet_until=case.quiet_until,
        slots=slots,
        competitors=competitors,
        value=journey.policy.value,
        case=case,
        change=smallest_change(case, judgement),
    )


# What became of it


def stop(moment: Moment, journey: Journey, run: Run) -> None:
    """The run is exited: a message that was wanted and has not gone is skipped; one not yet wanted leaves no record."""
    for sending in run.state.sendings.values():
        if sending.stage in {"deferred", "contending"}:
            if sending.stage == "deferred":
                sending.asked_at = moment.now
            case = msgspec.structs.replace(build_case(moment, journey, run, sending), exited=True)
            settle(moment, journey, run, sending, case)


def on_level(journey: Journey, sending: Sending, level: int) -> None:
    """A receipt says how far the message came."""
    sending.level = max(sending.level, level)
    if sending.stage == "sent" and sending.level >= LEVELS.index(_step(journey, sending).fallback_unless):
        sending.stage, sending.due = "settled", None


def fall_back(moment: Moment, journey: Journey, run: Run, sending: Sending) -> None:
    """The message failed, or was not seen in time: want the next channel's now."""
    sending.fallback = True
    sending.wanted_at = moment.now
    ask_gate(moment, journey, run, sending, moment.now)


def _step(journey: Journey, sending: Sending) -> Send:
    step = journey.steps[sending.step]
    if not isinstance(step, Send):
        raise TypeError(sending.step)
    return step
