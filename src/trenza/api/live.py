"""`/api/live`: events and decisions as they come, by server-sent events.

Read from what is stored, so that what is shown has happened; a busy instance shows the latest, passes over the rest and
says how many came. Each message has an id, and a client that comes back with it misses nothing that is still among the
latest. A stream ends after a while, so that whoever was signed out does not stay.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, QueryParameter
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from trenza.api.given import Here
from trenza.api.live_feed import Batch, Filter, Place, read_on, read_place
from trenza.app import Instance
from trenza.kernel import Unavailable, encode_json

MOST_STREAMS = 40
_PAUSE = 0.7
_ROUNDS = 600
_HEARTBEAT = 20

LastId = Annotated[str, HeaderParameter(name="Last-Event-ID", max_length=60, description="Where to go on from.")]
Rounds = Annotated[int, QueryParameter(ge=1, le=_ROUNDS, description="How often to look before the stream ends.")]
Channel = Annotated[str, QueryParameter(max_length=63, description="Only what is on this channel.")]
SourceName = Annotated[str, QueryParameter(max_length=100, description="Only events of the source of this name.")]
EventName = Annotated[str, QueryParameter(max_length=500, description="Only events of this name.")]
PersonId = Annotated[str, QueryParameter(max_length=64, description="Only of the person with this id (`per_…`).")]
Wanted = Annotated[Literal["es", "en"], QueryParameter(description="Language of the reasons.")]


class Streams:
    """The open streams of this process, counted, and told to end when it stops."""

    def __init__(self) -> None:
        self.open = 0
        self.stopping = asyncio.Event()

    async def rest(self) -> bool:
        """Wait for the next look; false when the process stops."""
        try:
            await asyncio.wait_for(self.stopping.wait(), _PAUSE)
        except TimeoutError:
            return True
        return False


class LiveController(Controller):
    """Events and decisions as they come."""

    path = "/api/live"
    tags = ("live",)

    @get("/", summary="Events and decisions as they come (server-sent events)", media_type="text/event-stream")
    async def live(
        self,
        instance: Here,
        streams: NamedDependency[Streams],
        language: Wanted = "es",
        rounds: Rounds = _ROUNDS,
        last: LastId = "",
        channel: Channel = "",
        source: SourceName = "",
        name: EventName = "",
        person: PersonId = "",
    ) -> ServerSentEvent:
        """Begins with the latest. `event: event` and `event: decision` carry one row each, as JSON.

        `event: begun` stands behind the latest: what comes after it is news.
        `event: pulse` says how many events came since the pulse before, and how many of them are shown; up to 5,000.
        """
        if streams.open >= MOST_STREAMS:
            raise Unavailable(f"{MOST_STREAMS} live pages are open here", "close one of them, or try again later")
        wanted = Filter(channel=channel, source=source, name=name, person=person)
        return ServerSentEvent(_stream(instance, streams, read_place(last), language, rounds, wanted))


async def _stream(
    instance: Instance, streams: Streams, place: Place, language: Literal["es", "en"], rounds: int, wanted: Filter
) -> AsyncIterator[ServerSentEventMessage]:
    streams.open += 1
    try:
        yield ServerSentEventMessage(data=None, retry=2000, comment="hello")
        for round_ in range(rounds):
            is_past = not round_ and place == Place()
            batch = await asyncio.to_thread(read_on, instance, place, language, wanted)
            place = batch.place
            for message in _messages(batch, is_past=is_past):
                yield message
            if not round_ % _HEARTBEAT:
                yield ServerSentEventMessage(data=None, comment="still here")
            if round_ + 1 < rounds and not await streams.rest():
                break
    finally:
        streams.open -= 1


def _messages(batch: Batch, *, is_past: bool) -> list[ServerSentEventMessage]:
    """Rows as messages; the place stands on the last, so that nobody goes on from the middle."""
    rows = [("event", row) for row in batch.events], [("decision", row) for row in batch.decisions]
    made = [ServerSentEventMessage(data=encode_json(row), event=name) for name, row in (*rows[0], *rows[1])]
    if batch.came:
        pulse = {"came": batch.came, "shown": len(batch.events)}
        made.append(ServerSentEventMessage(data=encode_json(pulse), event="pulse"))
    if is_past:
        made.append(ServerSentEventMessage(data="{}", event="begun"))
    if made:
        made[-1].id = str(batch.place)
    return made
