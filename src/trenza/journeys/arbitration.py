"""Who gets a slot: all messages of a person that want one of the same cap within two seconds, judged together.

The greatest value wins, ties by priority, then by the journey's key. The gate is asked anew for each with what is known
at the close, at the instant at which the message was wanted: an exit or a withdrawn consent inside the window counts.
"""

from trenza.journeys.decisions import Competitor
from trenza.journeys.machine import close_if_settled, leave_send
from trenza.journeys.model import Journey
from trenza.journeys.moment import Moment
from trenza.journeys.policies import judge
from trenza.journeys.run import Reservation, Run, Sending
from trenza.journeys.sending import build_case, caps_of, contenders, settle, with_full_caps

_Contender = tuple[Run, Journey, Sending]


def close_window(moment: Moment) -> bool:
    """Close the arbitration window that is due; answers whether there was one."""
    due = [each for each in contenders(moment) if each[2].due is not None and each[2].due <= moment.now]
    if not due:
        return False
    first = min(due, key=lambda each: (each[2].due or 0, each[2].asked_at, each[0].id))
    rivals = sorted(_rivals(moment, first), key=_rank)
    winners: dict[str, list[str]] = {}
    slots = list(moment.circle.slots)
    settled = [(each, _settle_one(moment, each, rivals, slots, winners)) for each in rivals]
    for (run, journey, sending), goes_on in settled:
        if goes_on and run.is_open:
            leave_send(moment, journey, run, sending.step, sending.asked_at)
        elif sending.stage == "settled":
            close_if_settled(run, moment.now)
    return True


def _settle_one(
    moment: Moment,
    each: _Contender,
    rivals: list[_Contender],
    slots: list[Reservation],
    winners: dict[str, list[str]],
) -> bool:
    run, journey, sending = each
    case = with_full_caps(moment, journey, build_case(moment, journey, run, sending), slots, winners)
    channel = judge(case).channel
    others = tuple(
        Competitor(journey=its.key, run=other.id, value=its.policy.value, priority=its.policy.priority)
        for other, its, wanted in rivals
        if wanted is not sending
    )
    goes_on = settle(moment, journey, run, sending, case, others)
    if channel:
        for cap in caps_of(moment, journey, channel):
            winners.setdefault(cap.key, []).append(journey.key)
    return goes_on


def _rivals(moment: Moment, first: _Contender) -> list[_Contender]:
    """All that compete with a message, directly or through a third that wants slots of two caps."""
    group, waiting = [first], [each for each in contenders(moment) if each[2] is not first[2]]
    caps = set(first[1].policy.caps)
    while joining := [each for each in waiting if caps & set(each[1].policy.caps)]:
        group += joining
        waiting = [each for each in waiting if each not in joining]
        caps.update(*(each[1].policy.caps for each in joining))
    return group


def _rank(each: _Contender) -> tuple[float, float, str, int, str, str]:
    run, journey, sending = each
    policy = journey.policy
    return (-policy.value, -policy.priority, journey.key, sending.asked_at, run.instance, run.id)
