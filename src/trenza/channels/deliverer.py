"""The deliver role: takes what is due out of the outbox, through the gate, to the providers, and tells the outcome.

    claim, gate ─▶ │ say ─▶ hand over │ ─▶ outcome, receipts
    transaction    │  no transaction  │    transaction

The claim is on disk before a provider hears a word, and the outcome is on disk together with the receipt. So whatever
dies in between leaves a claimed message, and `outcomes` says what follows from that: marketing is never sent twice.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import cache

import msgspec
import structlog

from trenza.channels.lanes import Lane, Lanes
from trenza.channels.model import Link, Outcome, Queued, Receipt
from trenza.channels.outcomes import LEASE, after_answer, after_loss, after_verdict, given_back
from trenza.channels.port import SERVICE, Accepted, Answer, Delivery, JudgeAgain, Refused
from trenza.channels.receipts import receipt_emission
from trenza.channels.store import (
    channels_due,
    held_by,
    insert_links,
    load_messages,
    lock_due,
    mark_claimed,
    next_due,
    save_outcomes,
)
from trenza.channels.tracking import Tracker
from trenza.content import Template, Unrenderable, render, warm_up
from trenza.events import emit
from trenza.kernel import Clock, Instant, format_instant, new_id
from trenza.storage import Database, Transaction

_BATCH = 32
"""Messages of one claim: what at most is unknown when a worker dies."""
_LONGEST_DELIVERY = 25_000
"""Milliseconds that one delivery may take; none is begun that could outlive its claim."""
_GIVEN_BACK_FOR = 1_000
_PATIENCE_SECONDS = 0.25
_LONGEST_DRAIN = 100
"""Batches of one channel in one turn, so that a call ends some day."""
_MOST_CHANNELS = 64

_log = structlog.get_logger()


class Deliverer:
    """Delivers what is due. Safe beside any number of others, in any number of processes.

    Args:
        database: the state.
        lanes: the ways out.
        templates: a template by key; raises LookupError where there is none.
        judge_again: the gate, asked again about each claimed set.
        clock: tells when deliveries happen.
        tracker: makes links and tokens of this instance.
        callback_url: where a provider reports on a message; None: nowhere.
    """

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        templates: Callable[[str], Template],
        judge_again: JudgeAgain,
        clock: Clock,
        tracker: Tracker,
        callback_url: Callable[[str], str] | None = None,
    ) -> None:
        warm_up()
        self._database = database
        self._lanes = lanes
        self._templates = templates
        self._judge_again = judge_again
        self._clock = clock
        self._tracker = tracker
        self._callback_url = callback_url
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(_MOST_CHANNELS, thread_name_prefix="deliver")
        self._at_work: dict[str, Future[int]] = {}

    def deliver_due(self, now: Instant) -> int:
        """Deliver what is due at `now`, every channel in its own thread.

        Returns after a moment even where a provider is slow; its thread goes on, and other channels are served by the
        next call.

        Returns:
            How many messages were taken, counting one for each channel that is still at work. 0: nothing is due, or
            what is due waits for a resting provider.

        Raises:
            Exception: whatever a thread met (the database is gone, the gate broke); its messages are not lost.
        """
        with self._lock:
            for channel in self._due(now):
                if channel not in self._at_work:
                    self._at_work[channel] = self._threads.submit(self._drain, channel, now)
            wait(self._at_work.values(), timeout=_PATIENCE_SECONDS)
            done = [self._at_work.pop(channel) for channel in list(self._at_work) if self._at_work[channel].done()]
            return sum(future.result() for future in done) + len(self._at_work)

    def _drain(self, channel: str, now: Instant) -> int:
        taken = 0
        for _ in range(_LONGEST_DRAIN):
            page = self.deliver_channel(channel, now)
            if not page:
                break
            taken += page
        return taken

    def deliver_channel(self, channel: str, now: Instant) -> int:
        """Take one batch of one channel through; returns how many messages it held."""
        lane = self._lanes.lane(channel)
        at = max(now, self._clock.now())
        room = lane.breaker.room(at, _BATCH)
        if not room:
            return 0
        claim = new_id()
        taken, messages = self._claim(lane, claim, at, room)
        deliveries = self._prepare(messages, at, claim, lane)
        self._hand_over(lane, deliveries, claim, at + LEASE - _LONGEST_DELIVERY)
        return taken

    def next_due(self) -> Instant | None:
        """When the outbox next wants to be looked at; None: never, as things are."""
        with self._database.read() as tx:
            return next_due(tx)

    def run_until(self, stop: threading.Event) -> None:
        """Deliver what becomes due until told to stop."""
        while not stop.is_set():
            if not self.deliver_due(self._clock.now()):
                stop.wait(_PATIENCE_SECONDS)

    def close(self) -> None:
        """Let what is under way end."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._lanes.close()

    def _due(self, now: Instant) -> list[str]:
        with self._database.read() as tx:
            return channels_due(tx, now)

    def _claim(self, lane: Lane, claim: str, now: Instant, limit: int) -> tuple[int, list[Queued]]:
        """Take due messages through the gate; returns how many were looked at and those that go."""
        with self._database.write() as tx:
            due = lock_due(tx, lane.channel, now, limit)
            waiting = [message for message in due if message.state != "claimed"]
            outcomes = {
                message.id: (
                    message,
                    after_loss(message, "its worker died", idempotent=lane.adapter.idempotent, now=now, at_once=True),
                )
                for message in due
                if message.state == "claimed"
            }
            verdicts = self._judge_again(tx, waiting, now) if waiting else {}
            for message in waiting:
                outcome = after_verdict(message, verdicts.get(message.id), now)
                if outcome is not None:
                    outcomes[message.id] = (message, outcome)
            self._settle(tx, list(outcomes.values()), now)
            going = [message for message in waiting if message.id not in outcomes]
            mark_claimed(tx, [message.id for message in going], claim, now + LEASE, now)
        return len(due), [_claimed(message, claim) for message in going]

    def _prepare(
        self, messages: Sequence[Queued], at: Instant, claim: str, lane: Lane
    ) -> list[tuple[Queued, Delivery]]:
        """Say each message to its person; what cannot be said is refused, and what was made countable is kept."""
        said: list[tuple[Queued, Delivery]] = []
        unsayable: list[tuple[Queued, Answer | None]] = []
        links: list[Link] = []
        templates = cache(self._templates)
        for message in messages:
            try:
                delivery, more = self._say(message, templates(message.template), at)
            except (LookupError, Unrenderable) as error:
                why = error.why if isinstance(error, Unrenderable) else "its template is gone"
                unsayable.append((message, Refused(reason=why, permanent=True)))
            else:
                said.append((message, delivery))
                links.extend(more)
        if links:
            with self._database.write() as tx:
                insert_links(tx, links)
        self._record(lane, unsayable, claim)
        return said

    def _say(self, message: Queued, template: Template, at: Instant) -> tuple[Delivery, list[Link]]:
        person = message.context.get("person")
        zone = person.get("timezone") if isinstance(person, dict) else None
        unsubscribe_url = "" if message.purpose == SERVICE else self._tracker.unsubscribe_url(message.id)
        context = {
            "timezone": zone,
            **message.context,
            "now": format_instant(at),
            "unsubscribe_url": unsubscribe_url,
        }
        content = render(template, message.channel, message.language, context)
        links: list[Link] = []
        if message.purpose != SERVICE:
            content, links = self._tracker.track(message.id, content)
        delivery = Delivery(
            id=message.id,
            channel=message.channel,
            address=message.address,
            purpose=message.purpose,
            content=content,
            at=at,
            unsubscribe_url=unsubscribe_url,
            callback_url=self._callback_url(message.id) if self._callback_url else "",
        )
        return delivery, links

    def _hand_over(
        self, lane: Lane, deliveries: Sequence[tuple[Queued, Delivery]], claim: str, begin_before: Instant
    ) -> None:
        """Hand messages over at once as many as the provider takes, and write outcomes down in groups as they come."""
        futures = {
            lane.pool.submit(lane.attempt, delivery, begin_before, self._clock): message
            for message, delivery in deliveries
        }
        open_ones = set(futures)
        while open_ones:
            done, open_ones = wait(open_ones, return_when=FIRST_COMPLETED)
            self._record(lane, [(futures[future], future.result()) for future in done], claim)

    def _record(self, lane: Lane, answers: Sequence[tuple[Queued, Answer | None]], claim: str) -> None:
        if not answers:
            return
        now = self._clock.now()
        idempotent = lane.adapter.idempotent
        with self._database.write() as tx:
            held = held_by(tx, [message.id for message, _ in answers], claim)
            # what was reported as sent meanwhile is known better than by an answer that was lost
            self._settle(
                tx,
                [
                    (message, _outcome(message, answer, idempotent=idempotent, now=now))
                    for message, answer in answers
                    if message.id in held and (not held[message.id] or isinstance(answer, Accepted))
                ],
                now,
            )
            self._tell_late(tx, [message for message, answer in answers if isinstance(answer, Accepted)], held, now)

    def _tell_late(self, tx: Transaction, accepted: Sequence[Queued], held: Collection[str], now: Instant) -> None:
        """Somebody else holds them by now; that they were sent has to be told all the same, but never of the erased."""
        late = {message.id: message for message in accepted if message.id not in held}
        if not late:
            return
        for id_, found in load_messages(tx, late).items():
            if found.identifier[1]:
                _log.warning("a delivery outlived its claim", message=id_, channel=found.channel)
                emit(tx, [receipt_emission(late[id_], Receipt(name="Message Sent"), now)])

    def _settle(self, tx: Transaction, settled: Sequence[tuple[Queued, Outcome]], now: Instant) -> None:
        save_outcomes(tx, [outcome for _, outcome in settled], now)
        emit(
            tx,
            [receipt_emission(message, receipt, now) for message, outcome in settled for receipt in outcome.receipts],
        )


def _claimed(message: Queued, claim: str) -> Queued:
    return msgspec.structs.replace(message, state="claimed", claim=claim, attempts=message.attempts + 1)


def _outcome(message: Queued, answer: Answer | None, *, idempotent: bool, now: Instant) -> Outcome:
    if answer is None:
        return given_back(message, now, _GIVEN_BACK_FOR)
    return after_answer(message, answer, idempotent=idempotent, now=now)
