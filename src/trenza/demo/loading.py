"""Loading the demo: which messages go in, in which order, and how far an interrupted load had come.

First the history: the real year and the simulated weeks, up to a week ago. Then, when it is processed and the
definitions are applied, the last week is lived: its events come a third of an hour at a time, under a clock that moves
with them, through live segments and journeys. So the demo opens with warm carts, runs under way, messages that were
sent at their hour, and decisions with their reasons. All at once, a year of baskets would run through the journeys as
if it happened now.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from trenza.demo.simulator import Simulated, simulate
from trenza.demo.store import Retail, Span, Told
from trenza.kernel import Instant

SEED: Final = "trenza"
LIVED: Final = 7 * 86_400_000
"""How much of the data meets live definitions."""
_TICK: Final = 20 * 60_000
_SECOND: Final = 1000
_DIGITAL: Final = {"web": "web", "app": "app", "telephone": "voice", "kiosk": "kiosk"}
_CHANNELS: Final = {"till": "pos", "direct mail": "direct_mail", **_DIGITAL}


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of one kind that go in together."""

    name: str
    source: str
    channel: str
    count: int
    messages: Callable[[], Iterable[bytes]]


class Progress(msgspec.Struct, kw_only=True):
    """How far the demo is, kept in the data folder. An interrupted load goes on with the same day."""

    now: Instant
    done: dict[str, int] = {}
    """By part, how many messages are in the log."""
    applied: bool = False
    lived: Instant = 0
    """How far the last week was lived."""
    complete: bool = False

    @classmethod
    def read(cls, path: Path, now: Instant) -> "Progress":
        """What the folder says, or the beginning."""
        return msgspec.json.decode(path.read_bytes(), type=cls) if path.exists() else cls(now=now)

    def write(self, path: Path) -> None:
        """Keep it; the file is never half written."""
        draft = path.with_suffix(".new")
        draft.write_bytes(msgspec.json.encode(self))
        draft.replace(path)


class Tick(msgspec.Struct, frozen=True):
    """What comes up to an instant of the last week: source, channel and messages."""

    now: Instant
    messages: list[tuple[str, str, list[bytes]]]


class DemoData:
    """The messages of the demo.

    Args:
        now: when the demo is loaded; the real data ends the day before, the simulated at this instant.
    """

    def __init__(self, now: Instant) -> None:
        self._now = now
        self._today = datetime.fromtimestamp(now / _SECOND, UTC).date()
        self._retail = Retail(self._today)

    @property
    def begin(self) -> Instant:
        """When the definitions begin to live."""
        return self._now - LIVED

    def history(self) -> Iterator[Part]:
        """What was before the definitions are live: the real data, and the simulated weeks."""
        for name, source, told in self._real((None, self.begin)):
            yield _part(name, source, _CHANNELS[source], len(told), partial(iter, told))
        for source, channel in _DIGITAL.items():
            messages = [each.message for each in self._said if each.source == source and each.at < self.begin]
            yield _part(f"history of {source}", source, channel, len(messages), partial(iter, messages))

    def week(self, lived: Instant) -> Iterator["Tick"]:
        """What comes when the definitions are live, a third of an hour at a time, from how far it was lived."""
        since = max(lived, self.begin)
        coming = [each for each in self._said if each.at >= since]
        for _, source, told in self._real((since, self._now)):
            coming += [Simulated(at, "", source, message) for at, message in told.dated()]
        coming.sort()
        for until in range(since + _TICK, self._now + _TICK, _TICK):
            now = min(until, self._now)
            count = bisect_left(coming, now, key=lambda each: each.at)
            some, coming = coming[:count], coming[count:]
            sources = sorted({each.source for each in some})
            yield Tick(now, [(source, _CHANNELS[source], _of(some, source)) for source in sources])

    def _real(self, span: Span) -> tuple[tuple[str, str, Told], ...]:
        retail = self._retail
        return (
            ("households", "till", retail.households(span)),
            ("mailings", "direct mail", retail.mailings(span)),
            ("redemptions", "till", retail.redemptions(span)),
            ("baskets", "till", retail.baskets(span)),
        )

    @cached_property
    def _said(self) -> list[Simulated]:
        return simulate(self._retail.favourites(), SEED, self._today, self._now)


def _of(some: Iterable[Simulated], source: str) -> list[bytes]:
    return [each.message for each in some if each.source == source]


def remaining(part: Part, progress: Progress) -> Iterator[bytes]:
    """What of a part is not in the log yet."""
    return islice(part.messages(), progress.done.get(part.name, 0), None)


def _part(name: str, source: str, channel: str, count: int, messages: Callable[[], Iterable[bytes]]) -> Part:
    return Part(name=name, source=source, channel=channel, count=count, messages=messages)
