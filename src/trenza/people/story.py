"""A person's story: what they did, what they were told and what was withheld, in one order over all channels.

Events and decisions are two lists that are merged as they are read; a place in the story is a place in both.
"""

from collections.abc import Collection
from typing import Literal

import msgspec

from trenza.events import INTERNAL_SOURCE, Source, StoredEvent, list_sources, timeline
from trenza.identity import Leaf
from trenza.journeys import Decision, list_decisions
from trenza.kernel import Instant
from trenza.storage import Transaction

NOTE = "Note Added"
MESSAGES = (
    "Message Sent",
    "Message Delivered",
    "Message Opened",
    "Message Clicked",
    "Message Replied",
    "Message Failed",
    "Message Bounced",
    "Message Complained",
    "Message Unsubscribed",
    "Message Unknown",
    "Message Received",
)
CONSENTS = ("Consent Changed", "Message Unsubscribed", "Address Suppressed")
Only = Literal["all", "events", "messages", "decisions", "consents", "notes"]
_NAMES: dict[Only, tuple[str, ...]] = {"messages": MESSAGES, "consents": CONSENTS, "notes": (NOTE,)}
_ROUNDS = 5
"""How often more is fetched where a page is thin because what the house said was of other channels."""


class Place(msgspec.Struct, frozen=True):
    """Behind which event and which decision a page begins; empty: at the latest."""

    event: str = ""
    at: Instant = 0
    decision: str = ""


class Happening(msgspec.Struct, frozen=True):
    """One thing that happened."""

    at: Instant
    channel: str
    event: StoredEvent | None = None
    source: Source | None = None
    decision: Decision | None = None


class Story(msgspec.Struct, frozen=True):
    """A page of it, the latest first."""

    happenings: list[Happening]
    next: Place | None
    """Where the page before it in time begins; None where there is none."""


def read_story(
    tx: Transaction,
    leaves: Collection[Leaf],
    *,
    only: Only = "all",
    channel: str = "",
    place: Place | None = None,
    limit: int = 30,
) -> Story:
    """A page of a person's story.

    Args:
        tx: to read with.
        leaves: the person's leaves.
        only: one kind of things, or all; among all, a message stands once, as what was sent, not as its decision too.
        channel: only of one channel; empty: of all.
        place: where to begin.
        limit: how many things at most.
    """
    begin = place or Place()
    reader = _Events(tx, leaves, only, channel, begin.event)
    events = reader.take(limit + 1) if only != "decisions" else []
    before = (begin.at, begin.decision) if begin.decision else None
    withheld = only == "all"
    decisions = _decisions(tx, leaves, before, channel, limit + 1, withheld) if only in {"all", "decisions"} else []
    merged = sorted([*events, *decisions], key=_order, reverse=True)
    shown = merged[:limit]
    if len(merged) > limit:
        return Story(shown, _place_behind(shown, begin))
    further = reader.further if only != "decisions" else ""
    return Story(shown, msgspec.structs.replace(_place_behind(shown, begin), event=further) if further else None)


def _order(each: Happening) -> tuple[Instant, int, str]:
    return each.at, each.event.seq if each.event else 0, each.decision.id if each.decision else ""


def _place_behind(shown: list[Happening], begin: Place) -> Place:
    event = next((each.event for each in reversed(shown) if each.event), None)
    decision = next((each.decision for each in reversed(shown) if each.decision), None)
    return Place(
        event=f"{event.timestamp}.{event.seq}" if event else begin.event,
        at=decision.at if decision else begin.at,
        decision=decision.id if decision else begin.decision,
    )


def _decisions(
    tx: Transaction,
    leaves: Collection[Leaf],
    before: tuple[Instant, str] | None,
    channel: str,
    limit: int,
    withheld: bool,
) -> list[Happening]:
    found: list[Happening] = []
    for _ in range(_ROUNDS):
        page = list_decisions(tx, leaves, before=before, limit=limit, withheld=withheld)
        found += [Happening(each.at, each.channel, decision=each) for each in page if channel in ("", each.channel)]
        if len(page) < limit or len(found) >= limit:
            break
        before = page[-1].at, page[-1].id
    return found[:limit]


class _Events:
    """A person's events of one kind and channel, fetched in pages."""

    def __init__(self, tx: Transaction, leaves: Collection[Leaf], only: Only, channel: str, before: str) -> None:
        self._tx = tx
        self._leaves = leaves
        self._channel = channel
        self.further = before
        """Where the page behind what was taken begins; empty at the end."""
        self._sources = {source.id: source for source in list_sources(tx)}
        self._names = _NAMES.get(only)
        self._asked = [
            source.id
            for source in self._sources.values()
            if (only != "events" or source.id != INTERNAL_SOURCE.id)
            and (not channel or source.channel == channel or source.id == INTERNAL_SOURCE.id)
        ]

    def take(self, limit: int) -> list[Happening]:
        """The latest of them."""
        found: list[Happening] = []
        for _ in range(_ROUNDS):
            page = timeline(self._tx, self._leaves, limit, self.further, sources=self._asked or [-1], names=self._names)
            found += [each for each in map(self._happening, page.events) if self._channel in ("", each.channel)]
            self.further = page.next
            if not page.next or len(found) >= limit:
                break
        return found[:limit]

    def _happening(self, event: StoredEvent) -> Happening:
        source = self._sources.get(event.source)
        channel = source.channel if source else ""
        if event.source == INTERNAL_SOURCE.id:
            said = event.message().get("channel")
            channel = said if isinstance(said, str) else ""
        return Happening(event.timestamp, channel, event=event, source=source)
