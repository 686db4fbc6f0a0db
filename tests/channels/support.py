"""What the room's tests share: messages, templates, a provider that does as it is told, and a deliverer over them."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trenza.channels import Deliverer, put
from trenza.channels.lanes import Lanes
from trenza.channels.model import Queued
from trenza.channels.port import Accepted, Adapter, Answer, Delivery, Outgoing, Verdict
from trenza.channels.store import find_message
from trenza.channels.tracking import Tracker
from trenza.content import Content, Template, Version
from trenza.events.store import select_emissions
from trenza.kernel import Instant, JsonObject, ManualClock
from trenza.storage import Database, Transaction

NOW = 1_772_445_600_000  # 2026-03-02T10:00:00Z
SECRET = b"a secret of the tests"


def message(id_: str = "m1", **changes: Any) -> Queued:
    fields: dict[str, Any] = {
        "id": id_,
        "decision": f"d-{id_}",
        "run": "r1",
        "journey": "cart_rescue",
        "step": "first",
        "person": 7,
        "channel": "sms",
        "address": "+34600111222",
        "identifier": ("phone", "+34600111222"),
        "purpose": "marketing",
        "template": "cart_1",
        "wanted_at": NOW,
        "expires_at": NOW + 86_400_000,
        "language": "es",
        "context": {"person": {"name": "Ana"}, "event": {"properties": {"total": 60}}},
    }
    return Queued(**{**fields, **changes})


def delivery(**changes: Any) -> Delivery:
    channel = changes.get("channel", "sms")
    content = Content(channel=channel, language="es", text="Hola Ana", subject="Hola", html="<p>Hola Ana</p>")
    fields: dict[str, Any] = {
        "id": "m1",
        "channel": channel,
        "address": "+34600111222",
        "purpose": "marketing",
        "content": content,
        "at": NOW,
    }
    return Delivery(**{**fields, **changes})


def template(key: str) -> Template:
    if key == "gone":
        raise LookupError(key)
    texts = {
        "email": {"subject": "Hola {{ person.name }}", "body": '<p>{{ person.name }} <a href="https://s.example/c">ver</a></p>'},
        "sms": {"text": "Hola {{ person.name }}: {{ event.total }}"},
        "push": {"title": "Hola", "body": "{{ person.name }}"},
    }  # fmt: skip
    versions = {
        channel: Version(channel=channel, fields={name: {"": text} for name, text in fields.items()})
        for channel, fields in texts.items()
    }
    return Template(key=key, channels=versions)


def let_go(_tx: Transaction, _messages: Sequence[Outgoing], _now: Instant) -> Mapping[str, Verdict]:
    return {}


class Provider:
    """Answers what it is told to, in order, the last for ever; keeps what it was handed."""

    concurrency = 4

    def __init__(self, *answers: Answer | BaseException, idempotent: bool = False) -> None:
        self.idempotent = idempotent
        self.handed: list[Delivery] = []
        self._answers = list(answers) or [Accepted("p1")]
        self._lock = threading.Lock()

    def deliver(self, delivery: Delivery) -> Answer:
        with self._lock:
            self.handed.append(delivery)
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer


class Rig:
    """A deliverer, its database and what came of it."""

    def __init__(
        self,
        database: Database,
        clock: ManualClock,
        provider: Provider | None = None,
        *,
        judge_again: Callable[..., Mapping[str, Verdict]] = let_go,
        adapters: Mapping[str, Adapter] | None = None,
        callback: str = "cb:",
    ) -> None:
        self.database, self.clock = database, clock
        self.provider = provider or Provider()
        lanes = Lanes(adapters or {}, self.provider)
        tracker = Tracker(SECRET, "https://t.example")
        self.deliverer = Deliverer(
            database, lanes, template, judge_again, clock, tracker, lambda id_: f"{callback}{id_}"
        )

    def put(self, *messages: Queued) -> None:
        with self.database.write() as tx:
            put(tx, messages)

    def deliver(self) -> int:
        taken = total = self.deliverer.deliver_due(self.clock.now())
        while taken:
            taken = self.deliverer.deliver_due(self.clock.now())
            total += taken
        return total

    def later(self, milliseconds: int) -> int:
        self.clock.advance(milliseconds)
        return self.deliver()

    def state(self, id_: str = "m1") -> str:
        return self.found(id_).state

    def found(self, id_: str = "m1") -> Queued:
        with self.database.read() as tx:
            found = find_message(tx, id_)
        assert found is not None
        return found

    def told(self) -> list[str]:
        """Names of the receipts, in order of telling."""
        return [event["event"] for event in self.events()]

    def events(self) -> list[JsonObject]:
        with self.database.read() as tx:
            return [body for _, _, body in select_emissions(tx, 1000)]

    def close(self) -> None:
        self.deliverer.close()
