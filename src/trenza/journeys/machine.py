"""The machine: how a run goes from step to step.

Theory of operation. A run stands in one step or has left the last one. Four things move it:

    arrival   it comes to a step: the step is done at once and names the next, or the run stands in it
    event     an exit ends it; what a wait waits for lets it go on; a receipt settles a message
    due       a wait's target or time-out, a night's end, a fallback's instant
    change    the person entered a segment that it waits for

    | stands in        | goes on by                                | outcome               |
    |------------------|-------------------------------------------|-----------------------|
    | wait, duration   | due target                                | timeout               |
    | wait, until …    | event, segment, due target; due time-out  | event, segment; timeout |
    | send             | the gate's verdict (see `sending`)        |                       |

Exits are tested first, then waits, then receipts; the hallway handles events at an instant before dues of that
instant, so where an event and a time-out fall together the event wins. A run has its own clock: the instant up to
which it has come. It lags behind `now` only where an arbitration window had to close, so that later waits count from
the instant at which the message was wanted. Everything here is a function of what it is handed; nothing is loaded.
"""

from trenza.definitions import add_duration, local_instant
from trenza.events import Emission, Event
from trenza.journeys.decisions import Condition
from trenza.journeys.model import (
    END,
    Branch,
    CreateTask,
    Draw,
    Journey,
    Send,
    SetConsent,
    SetTraits,
    Step,
    Stop,
    UntilEvent,
    UntilInstant,
    UntilLocal,
    UntilSegment,
    UntilTrait,
    Wait,
)
from trenza.journeys.moment import Moment
from trenza.journeys.quiet_hours import next_local, window_end
from trenza.journeys.run import Run, Task
from trenza.journeys.sending import arrive_at_send, ask_gate, fall_back, stop
from trenza.kernel import Instant, JsonObject, derived_id, draw, format_instant, parse_instant
from trenza.profiles import ConsentWord, Facts, Touched, TraitVersion
from trenza.segments import evaluate

_MOST_STEPS = 2_000
_MOST_CONDITIONS = 10
_DRAWS = 10_000
_DATE = len("2026-03-02")


def advance(moment: Moment, journey: Journey, run: Run) -> None:
    """Go on from the step the run has come to, as far as it can."""
    state = run.state
    run.changed = True
    for _ in range(_MOST_STEPS):
        step = journey.steps.get(state.position)
        if step is None or isinstance(step, Stop):
            finish(run, state.clock, "end" if step else "done")
            return
        again = state.left_at.get(step.name) == state.clock
        following = _arrive(moment, journey, run, step, again=again)
        if following is None:
            return
        if again:
            break
        state.position = following
    run.close(moment.now, "circle")


def finish(run: Run, at: Instant, ending: str) -> None:
    """The last step is done: the run closes when its fallbacks are settled too."""
    state = run.state
    state.position = END
    if not run.is_open:
        return
    if not any(sending.stage != "settled" for sending in state.sendings.values()):
        run.close(at, ending)


def _arrive(moment: Moment, journey: Journey, run: Run, step: Step, *, again: bool) -> str | None:
    """Do a step; answers the name of the next, or None where the run stands."""
    if isinstance(step, Wait):
        return _arrive_at_wait(moment, run, step, again=again)
    if isinstance(step, Branch):
        return _take_branch(moment, journey, run, step)
    if isinstance(step, Draw):
        return _draw_arm(moment, journey, run, step)
    if isinstance(step, Send):
        return step.next if arrive_at_send(moment, journey, run, step) else None
    if isinstance(step, SetTraits | SetConsent):
        moment.effects.emissions.append(_set(moment, journey, run, step))
    elif isinstance(step, CreateTask):
        moment.effects.tasks.append(_task(moment, journey, run, step))
    return step.next


# Waits


def _arrive_at_wait(moment: Moment, run: Run, step: Wait, *, again: bool) -> str | None:
    state = run.state
    state.since, state.zone = state.clock, moment.zone
    outcome = _already(moment, run, step)
    if outcome:
        return _leave_wait(run, step, outcome)
    state.target = target_of(moment, run, step, past=again)
    state.timeout = None if step.timeout is None else add_duration(state.since, step.timeout, moment.zone)
    if _never_ends(step, state.target, state.timeout):
        return _leave_wait(run, step, "event")
    if state.target is not None and state.target <= state.clock:
        return _leave_wait(run, step, _outcome_of_target(step))
    if state.timeout is not None and state.timeout <= state.clock:
        return _leave_wait(run, step, "timeout")
    return None


def _already(moment: Moment, run: Run, step: Wait) -> str:
    """What is already so does not wait: a segment the person is in, an event that came while a window was open."""
    if isinstance(step.until, UntilSegment) and step.until.segment in moment.facts.segments:
        return "segment"
    if isinstance(step.until, UntilEvent) and run.state.clock < moment.now:
        until = step.until
        lately = [each for each in moment.facts.events.get(until.name, ()) if each.arrived_at > run.state.clock]
        return "event" if any(run.matches(until.same, each.message()) for each in lately) else ""
    return ""


def _never_ends(step: Wait, target: Instant | None, timeout: Instant | None) -> bool:
    """A wait for a trait that is not there, with no time-out: it cannot act and is passed over."""
    return isinstance(step.until, UntilTrait) and target is None and timeout is None


def target_of(moment: Moment, run: Run, step: Wait, *, past: bool = False) -> Instant | None:
    """The instant that a wait waits for, counted from its beginning; None where it is no instant, or unknown.

    With `past` an instant that is now is left for the next one: a circle comes by once a day, not for ever.
    """
    since, zone, until = run.state.since, moment.zone, step.until
    if step.duration is not None:
        return add_duration(since, step.duration, zone)
    if isinstance(until, UntilInstant):
        return until.at
    if isinstance(until, UntilTrait):
        return _instant_of_trait(moment.facts, until, zone)
    if not isinstance(until, UntilLocal):
        return None
    if until.end is not None and not past and window_end(until.start, until.end, until.days, since, zone) is not None:
        return since
    return next_local(until.start, until.days, since + 1 if past else since, zone)


def _instant_of_trait(facts: Facts, until: UntilTrait, zone: str) -> Instant | None:
    name, _, rest = until.path.partition(".")
    value = facts.trait(name)
    for part in rest.split(".") if rest else ():
        value = value.get(part) if isinstance(value, dict) else None
    at = parse_instant(value)
    if at is not None and isinstance(value, str) and len(value.strip()) == _DATE:  # a bare date is the local midnight
        year, month, day = map(int, value.strip().split("-"))
        at = local_instant(year, month, day, 0, 0, zone)
    return None if at is None else add_duration(at, until.offset, zone)


def _outcome_of_target(step: Wait) -> str:
    return "timeout" if step.until is None else "event"


def _leave_wait(run: Run, step: Wait, outcome: str) -> str:
    state = run.state
    state.outcomes[step.name] = outcome
    state.left_at[step.name] = state.clock
    state.target = state.timeout = None
    return step.next


def go_on(moment: Moment, journey: Journey, run: Run, step: Wait, outcome: str, at: Instant) -> None:
    """Leave a wait with an outcome, at an instant."""
    run.state.clock = at
    run.state.position = _leave_wait(run, step, outcome)
    advance(moment, journey, run)


# Ways that part


def _take_branch(moment: Moment, journey: Journey, run: Run, step: Branch) -> str:
    scope = moment.scope(journey, run, max(run.state.clock, moment.now))
    for number, arm in enumerate(step.arms, 1):
        truth = evaluate(arm.where, moment.facts, scope)
        place = f"{step.name}.when.{number}"
        note_condition(run, Condition(place=place, where=arm.where.source, holds=truth.holds, because=truth.because))
        if truth.holds:
            return arm.then
    return step.otherwise


def note_condition(run: Run, condition: Condition) -> None:
    """Keep a predicate that the run's way hung on, for its records."""
    run.state.conditions = [*run.state.conditions, condition][-_MOST_CONDITIONS:]


def _draw_arm(moment: Moment, journey: Journey, run: Run, step: Draw) -> str:
    pinned = moment.pins(journey).get(step.name)
    arm = run.state.arms.get(step.name)
    if arm is None:
        arm = pinned if isinstance(pinned, str) else drawn_arm(journey.key, step, moment.facts.first_identifier())
        run.state.arms[step.name] = arm
    return step.next if step.then is None else step.then.get(arm, step.next)


def drawn_arm(journey: str, step: Draw, identifier: str) -> str:
    """The arm of a draw: arms in written order, each as wide as its weight."""
    total, bucket, edge = sum(weight for _, weight in step.arms), draw(f"{journey}/{step.name}", identifier), 0
    for arm, weight in step.arms:
        edge += weight
        if bucket * total < edge * _DRAWS:
            return arm
    return step.arms[-1][0]


# Acts


def _set(moment: Moment, journey: Journey, run: Run, step: SetTraits | SetConsent) -> Emission:
    if isinstance(step, SetTraits):
        body: JsonObject = {"type": "identify", "traits": step.traits}
    else:
        properties = {"purpose": step.purpose, "channel": step.channel, "status": step.status}
        body = {"type": "track", "event": "Consent Changed", "properties": properties}
    type_, _, value = moment.facts.first_identifier().partition(":")
    message_id = derived_id("set", run.id, step.name, str(moment.now))
    _set_at_once(moment, step, message_id)
    message = {
        **body,
        "messageId": message_id,
        "timestamp": format_instant(moment.now),
        "context": {"externalIds": [{"type": type_, "id": value}], "journey": {"key": journey.key, "run": run.id}},
    }
    return Emission(message_id=message_id, message=message, channel="journey")


def _set_at_once(moment: Moment, step: SetTraits | SetConsent, message_id: str) -> None:
    """The next step knows already what the event is going to say."""
    facts, at = moment.facts, moment.now
    if isinstance(step, SetConsent):
        word = ConsentWord(at, message_id, "granted" if step.status == "granted" else "denied")
        facts.add_consent(step.purpose, step.channel, word)
        moment.effects.touch(Touched("", consents=True))
        return
    for name, value in step.traits.items():
        facts.add_trait(name, TraitVersion(at, message_id, value))
    moment.effects.touch(Touched("", frozenset(step.traits)))


def _task(moment: Moment, journey: Journey, run: Run, step: CreateTask) -> Task:
    at = run.state.clock
    return Task(
        id=derived_id("task", run.id, step.name, str(at)),
        queue=step.queue,
        title=step.title,
        due=None if step.due is None else add_duration(at, step.due, moment.zone),
        person=run.person,
        leaf=run.leaf,
        journey=journey.key,
        run=run.id,
        step=step.name,
        created_at=at,
    )


# What moves it


def on_exit(moment: Moment, journey: Journey, run: Run) -> None:
    """An exit: the run is over, whatever it stood in."""
    stop(moment, journey, run)
    run.close(moment.now, "exit")


def exits(journey: Journey, run: Run, name: str, timestamp: Instant, message: JsonObject) -> bool:
    """Whether an event ends a run: not before its beginning, whenever it arrives."""
    if timestamp < run.began_at:
        return False
    return any(way.event == name and run.matches(way.same, message) for way in journey.exits)


def standing_wait(journey: Journey, run: Run) -> Wait | None:
    """The wait that a run stands in."""
    step = journey.steps.get(run.state.position)
    return step if isinstance(step, Wait) and run.is_open else None


def on_event_in_wait(moment: Moment, journey: Journey, run: Run, event: Event) -> None:
    """An event that the run may be waiting for."""
    step = standing_wait(journey, run)
    if step is None or not isinstance(step.until, UntilEvent) or step.until.name != event.name:
        return
    if event.timestamp >= run.began_at and run.matches(step.until.same, event.message):
        go_on(moment, journey, run, step, "event", moment.now)


def on_segment(moment: Moment, journey: Journey, run: Run, segment: str) -> None:
    """The person entered a segment that the run may be waiting for."""
    step = standing_wait(journey, run)
    if step is not None and isinstance(step.until, UntilSegment) and step.until.segment == segment:
        go_on(moment, journey, run, step, "segment", moment.now)


def on_person_changed(moment: Moment, journey: Journey, run: Run) -> None:
    """Traits changed: what waits for a trait, for a local time or for the night's end is computed anew."""
    step = standing_wait(journey, run)
    if step is not None and (isinstance(step.until, UntilTrait) or run.state.zone != moment.zone):
        _aim_anew(moment, journey, run, step)
    if run.is_open and run.state.zone != moment.zone:
        _ask_deferred_anew(moment, journey, run)
    run.state.zone = moment.zone


def _aim_anew(moment: Moment, journey: Journey, run: Run, step: Wait) -> None:
    state = run.state
    target = target_of(moment, run, step)
    if target == state.target:
        return
    state.target, run.changed = target, True
    if target is not None and target <= moment.now:
        go_on(moment, journey, run, step, _outcome_of_target(step), moment.now)


def _ask_deferred_anew(moment: Moment, journey: Journey, run: Run) -> None:
    for sending in list(run.state.sendings.values()):
        if sending.stage == "deferred":
            _ask_again(moment, journey, run, sending.step)


def _ask_again(moment: Moment, journey: Journey, run: Run, name: str) -> None:
    sending = run.state.sendings[name]
    run.changed = True
    if ask_gate(moment, journey, run, sending, moment.now):
        leave_send(moment, journey, run, name, moment.now)
    elif sending.stage == "settled":
        close_if_settled(run, moment.now)


def leave_send(moment: Moment, journey: Journey, run: Run, name: str, at: Instant) -> None:
    """The first message of a send step is settled: go on from there."""
    run.state.clock = at
    run.state.position = journey.steps[name].next
    advance(moment, journey, run)


def close_if_settled(run: Run, at: Instant) -> None:
    """A fallback was settled: a run that has left its last step may now close."""
    run.changed = True
    if run.state.position == END:
        finish(run, at, "done")


def on_due(moment: Moment, journey: Journey, run: Run) -> None:
    """Whatever of a run is due by now, arbitration left out: that is for all runs of the person together."""
    state = run.state
    for sending in list(state.sendings.values()):
        if sending.due is None or sending.due > moment.now or not run.is_open:
            continue
        if sending.stage == "deferred":
            _ask_again(moment, journey, run, sending.step)
        elif sending.stage == "sent":
            sending.alive = True
            fall_back(moment, journey, run, sending)
            close_if_settled(run, moment.now)
    _wake(moment, journey, run)


def _wake(moment: Moment, journey: Journey, run: Run) -> None:
    """A wait's target or time-out has come; at one instant the target wins."""
    step, state = standing_wait(journey, run), run.state
    if step is None:
        return
    at = min((each for each in (state.target, state.timeout) if each is not None), default=None)
    if at is not None and at <= moment.now:
        outcome = _outcome_of_target(step) if at == state.target else "timeout"
        go_on(moment, journey, run, step, outcome, at)
