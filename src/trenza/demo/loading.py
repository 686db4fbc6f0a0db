"""Loading the demo: which messages go in, in which order, and how far an interrupted load had come.

First the history: the real year and the simulated weeks. Then, when it is processed and the definitions are applied,
the last day and a half: those events meet live segments and journeys, so the demo opens with warm carts and decisions.
The other way round, a year of baskets would run through the journeys as if it happened now.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from trenza.demo.simulator import Simulated, simulate
from trenza.demo.store import Retail
from trenza.kernel import Instant

SEED: Final = "trenza"
_FRESH: Final = 36 * 3_600_000
_SECOND: Final = 1000
_CHANNELS: Final = {"web": "web", "app": "app", "telephone": "voice", "kiosk": "kiosk"}


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


class DemoData:
    """The messages of the demo.

    Args:
        now: when the demo is loaded; the real data ends the day before, the simulated at this instant.
    """

    def __init__(self, now: Instant) -> None:
        self._now = now
        self._today = datetime.fromtimestamp(now / _SECOND, UTC).date()
        self._retail = Retail(self._today)

    def history(self) -> Iterator[Part]:
        """What was before the definitions are live: the real data, and the simulated weeks."""
        households, baskets, mailings, redemptions = self._retail.counts()
        retail = self._retail
        yield _part("households", "till", "pos", households, retail.households)
        yield _part("mailings", "direct mail", "direct_mail", mailings, retail.mailings)
        yield _part("redemptions", "till", "pos", redemptions, retail.redemptions)
        yield _part("baskets", "till", "pos", baskets, retail.baskets)
        yield from self._simulated("history", lambda each: each.at < self._now - _FRESH)

    def fresh(self) -> Iterator[Part]:
        """What comes when the definitions are live: the simulated last day and a half."""
        yield from self._simulated("fresh", lambda each: each.at >= self._now - _FRESH)

    @cached_property
    def _said(self) -> list[Simulated]:
        return simulate(self._retail.favourites(), SEED, self._today, self._now)

    def _simulated(self, when: str, wanted: Callable[[Simulated], bool]) -> Iterator[Part]:
        for source, channel in _CHANNELS.items():
            messages = [each.message for each in self._said if each.source == source and wanted(each)]
            yield _part(f"{when} of {source}", source, channel, len(messages), partial(iter, messages))


def remaining(part: Part, progress: Progress) -> Iterator[bytes]:
    """What of a part is not in the log yet."""
    return islice(part.messages(), progress.done.get(part.name, 0), None)


def _part(name: str, source: str, channel: str, count: int, messages: Callable[[], Iterable[bytes]]) -> Part:
    return Part(name=name, source=source, channel=channel, count=count, messages=messages)
