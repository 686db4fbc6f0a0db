"""A run: one person's way through one journey. Small, mutable inside a micro-batch, kept as a row with a JSON body."""

from typing import Literal

import msgspec

from trenza.events import dig
from trenza.identity import person_text
from trenza.journeys.decisions import Condition
from trenza.kernel import Instant, JsonObject, JsonValue, encode_json, format_instant

Stage = Literal["deferred", "contending", "sent", "settled"]


class Sending(msgspec.Struct, omit_defaults=True):
    """What a run knows of one send step."""

    step: str
    wanted_at: Instant
    """When the message was first wanted."""
    asked_at: Instant
    """When the gate was last asked; records bear it."""
    stage: Stage = "settled"
    due: Instant | None = None
    """End of a deferral, close of an arbitration window, or the instant of the fallback."""
    attempt: int = 0
    """Decision records so far."""
    tried: list[str] = []
    """Channels that a message of this step went to."""
    channel: str = ""
    decision: str = ""
    message: str = ""
    level: int = 0
    """The best receipt of the present message, as an index into `LEVELS`."""
    fallback: bool = False
    """The run does not stand here: this is a later channel of the same step, and takes no second slot."""
    losses: int = 0
    alive: bool = False
    """Some message of the step may have reached the person: its slots stay taken."""


class State(msgspec.Struct, omit_defaults=True):
    """What only an open run, or one whose goal is still measured, has to remember."""

    entry: JsonObject = {}
    """The entering event's message."""
    withheld: bool = False
    """That event's own consent object keeps it from serving the journey's purpose."""
    position: str = ""
    clock: Instant = 0
    """Logical instant up to which the run has come: later waits count from it."""
    zone: str = ""
    """The person's zone when its dues were last computed."""
    since: Instant = 0
    """When it arrived at the wait it stands in."""
    target: Instant | None = None
    timeout: Instant | None = None
    outcomes: dict[str, str] = {}
    """Of named waits."""
    arms: dict[str, str] = {}
    held_out: bool | None = None
    sendings: dict[str, Sending] = {}
    sent: list[str] = []
    """Steps of which a message was sent."""
    already: list[str] = []
    """Steps that a run which was merged into this one had sent."""
    left_at: dict[str, Instant] = {}
    """When it last left each wait: a circle that comes back at the same instant waits for the next one."""
    conditions: list[Condition] = []
    """The predicates its way hung on, the last ones."""


class Run(msgspec.Struct, kw_only=True):
    """One run. `body` is the state as JSON, opened when it is asked for."""

    id: str
    journey: str
    version: str
    person: int
    leaf: int
    instance: str
    began_at: Instant
    """Event time of what it entered by: exits, goals and `reenter` count from it."""
    entered_at: Instant
    closed_at: Instant | None = None
    ending: str = ""
    """done, end, exit, merged, removed, circle."""
    goal_at: Instant | None = None
    body: bytes = b""
    opened: State | None = None
    stored_due: Instant | None = None
    """What the row says is due next; it holds as long as the state is not opened."""
    changed: bool = False

    @property
    def state(self) -> State:
        """The state, decoded once."""
        if self.opened is None:
            self.opened = msgspec.json.decode(self.body, type=State) if self.body else State()
        return self.opened

    @property
    def is_open(self) -> bool:
        """Until its last step and last fallback are settled, or an exit."""
        return self.closed_at is None

    @property
    def due_at(self) -> Instant | None:
        """The next instant at which it has to be looked at."""
        if not self.is_open:
            return None
        if self.opened is None:
            return self.stored_due
        state = self.opened
        dues = [each.due for each in state.sendings.values() if each.due is not None]
        dues += [each for each in (state.target, state.timeout) if each is not None]
        return min(dues, default=None)

    def get(self, path: str) -> JsonValue:
        """A value of the entering event."""
        return dig(self.state.entry, path)

    def matches(self, same: str, message: JsonObject) -> bool:
        """Whether an event is about the run's entity; an event without the value never is."""
        return not same or equal(self.get(same), dig(message, same))

    def close(self, at: Instant, ending: str) -> None:
        """End the run."""
        self.closed_at, self.ending, self.changed = at, ending, True
        state = self.state
        state.target = state.timeout = None
        for sending in state.sendings.values():
            sending.due = None

    def packed(self) -> bytes:
        """The state as bytes for the row."""
        return self.body if self.opened is None else msgspec.json.encode(self.opened)


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """A slot of a cap, taken by one step of one run."""

    cap: str
    run: str
    step: str
    person: int
    leaf: int
    at: Instant


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something for a clerk or an agent to do."""

    id: str
    queue: str
    title: dict[str, str]
    due: Instant | None
    person: int
    leaf: int
    journey: str
    run: str
    step: str
    created_at: Instant


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A message on its way to the outbox of `channels`."""

    id: str
    decision: str
    run: str
    journey: str
    step: str
    person: int
    channel: str
    address: str
    identifier: tuple[str, str]
    purpose: str
    template: str
    wanted_at: Instant
    expires_at: Instant | None
    language: str
    context: JsonObject


def equal(one: JsonValue, other: JsonValue) -> bool:
    """Whether two values are the same: no coercion between kinds, 10 = 10.0, missing is never equal."""
    if one is None or other is None or isinstance(one, bool) != isinstance(other, bool):
        return False
    return bool(one == other)


def instance_text(value: JsonValue) -> str:
    """The name of an entity: its value as JSON, so that `"7"` and `7` are two and `7` and `7.0` one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return encode_json(value).decode()


def trimmed(message: JsonObject) -> JsonObject:
    """The entering message as a run keeps it: what delivery noted about itself is left out."""
    left_out = {"integrations", "writeKey", "sentAt", "originalTimestamp", "receivedAt"}
    return {name: value for name, value in message.items() if name not in left_out}


def printed_run(run: Run) -> JsonObject:
    """A run as JSON for people and scripts; the entering message is left out, it stands among the events."""
    state = run.state
    return {
        "id": run.id,
        "journey": run.journey,
        "version": run.version,
        "person": person_text(run.person),
        "instance": run.instance,
        "began_at": format_instant(run.began_at),
        "entered_at": format_instant(run.entered_at),
        "closed_at": _printed_instant(run.closed_at),
        "ending": run.ending,
        "position": state.position if run.is_open else "",
        "due_at": _printed_instant(run.due_at),
        "goal_at": _printed_instant(run.goal_at),
        "outcomes": state.outcomes,
        "arms": state.arms,
        "held_out": state.held_out,
        "sent": state.sent,
    }


def _printed_instant(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)
