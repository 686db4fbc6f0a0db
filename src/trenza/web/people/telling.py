"""What happened, told in a line: an event or a decision in the reader's words. What clients wrote stays as it is."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec

from trenza.channels import Entry
from trenza.events import INTERNAL, INTERNAL_SOURCE, StoredEvent, currency_of, order_worth
from trenza.journeys import Decision
from trenza.kernel import Instant, JsonObject, JsonValue, encode_json
from trenza.people import CONSENTS, MESSAGES, NOTE, Happening
from trenza.web.people.words import (
    CONSENT_WORDS,
    PURPOSE_WORDS,
    TRAIT_WORDS,
    VERDICT_TONES,
    VERDICT_WORDS,
)
from trenza.web.render import View
from trenza.web.why import is_under_way, say_lines
from trenza.web.words import CHANNEL_ICONS, EVENT_ICONS, name_channel, name_event

_THOUSAND = 1_000
_MOST_FACTS = 14
_LONGEST_FACT = 300
_PRODUCTS = 3
_TEXTS = ("text", "query", "title", "path", "coupon_id", "coupon", "reason", "address")
Titles = Mapping[str, str]
"""Titles of journeys by key."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, as the page shows it."""

    at: Instant
    icon: str
    strand: str
    title: str
    detail: str = ""
    amount: float | None = None
    currency: str = ""
    channel: str = ""
    tone: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """Names as the client wrote them, and values."""
    why: tuple[str, ...] = ()
    """A decision's reasons, a line each."""
    run: str = ""
    """Where the run is shown."""
    event: int | None = None
    """The event's number."""
    raw: str = ""
    """The event's name as the client wrote it."""


def tell(
    view: View, happening: Happening, titles: Titles, authors: Mapping[str, str], entries: Mapping[str, Entry]
) -> Line:
    """A line about what happened.

    Args:
        view: of the reader.
        happening: what it is.
        titles: of journeys.
        authors: who wrote notes, by id.
        entries: of the outbox, by message.
    """
    if happening.decision is not None:
        return tell_decision(view, happening.decision, titles, entries)
    assert happening.event is not None  # noqa: S101 — it is one of the two
    return _tell_event(view, happening, happening.event, titles, authors)


def tell_decision(view: View, decision: Decision, titles: Titles, entries: Mapping[str, Entry]) -> Line:
    """A line about a message that was sent, or was not, with every reason."""
    entry = entries.get(decision.message)
    first, *why = say_lines(view, decision, titles, entry)
    came = entry.message.state if entry is not None and is_under_way(decision, entry) else decision.verdict
    return Line(
        at=decision.at,
        icon=CHANNEL_ICONS.get(decision.channel, "scale") if decision.verdict == "sent" else "scale",
        strand="decisions",
        title=view.say(VERDICT_WORDS[came]),
        detail=f"{titles.get(decision.journey, decision.journey)} · {first}",
        channel=channel_name(view, decision.channel),
        tone=VERDICT_TONES.get(came, "warn"),
        why=tuple(why),
        run=f"/journeys/{decision.journey}/runs/{decision.run}",
    )


def by_day(lines: Iterable[Line], zone: str) -> list[tuple[date, list[Line]]]:
    """Lines under the local days on which they happened, in the order they have."""
    here = ZoneInfo(zone)
    days = groupby(lines, key=lambda line: datetime.fromtimestamp(line.at / _THOUSAND, here).date())
    return [(day, list(found)) for day, found in days]


def channel_name(view: View, channel: str) -> str:
    """What a channel is called; one of somebody's own as it is. The house's own has no name."""
    return "" if channel in ("", INTERNAL) else name_channel(view, channel)


def _tell_event(view: View, happening: Happening, event: StoredEvent, titles: Titles, authors: Titles) -> Line:
    message = event.message()
    properties = _object(message.get("properties"))
    name = event.name or event.type
    author = authors.get(str(properties.get("author", "")), "")
    text = str(properties.get("text", ""))
    amount = order_worth(properties) / _THOUSAND
    is_house = event.source == INTERNAL_SOURCE.id
    return Line(
        at=event.timestamp,
        icon=EVENT_ICONS.get(name) or CHANNEL_ICONS.get(happening.channel, "activity"),
        strand="people" if name in CONSENTS or name in {NOTE, "identify"} else "decisions" if is_house else "events",
        title=_title(view, name, properties),
        detail=_noted(text, author) if name == NOTE else _detail(view, message, properties, name, titles),
        amount=amount or _price(properties),
        currency=currency_of(properties),
        channel="" if name == NOTE else channel_name(view, happening.channel),
        facts=()
        if name == NOTE
        else tuple(_facts(_object(message.get("traits")) if event.type == "identify" else properties)),
        why=(text,) if name == NOTE and _short(text) != text else (),
        event=event.seq,
        raw=name,
    )


def _noted(text: str, author: str) -> str:
    return f"{_short(text)} · {author}" if author else _short(text)


def _told(event: StoredEvent, message: JsonObject, name: str) -> JsonObject:
    """What the client wrote; a note is told whole already."""
    if name == NOTE:
        return {}
    return _object(message.get("traits" if event.type == "identify" else "properties"))


def _title(view: View, name: str, properties: JsonObject) -> str:
    status = properties.get("status")
    if name == "Consent Changed" and isinstance(status, str) and status in CONSENT_WORDS:
        return view.say(CONSENT_WORDS[status])
    return name_event(view, name)


def _detail(view: View, message: JsonObject, properties: JsonObject, name: str, titles: Titles) -> str:
    if name == "identify":
        traits = (
            view.say(TRAIT_WORDS[each]) if each in TRAIT_WORDS else each for each in _object(message.get("traits"))
        )
        return ", ".join(traits)
    if name in MESSAGES and (journey := properties.get("journey")):
        return titles.get(str(journey), str(journey))
    if name == "Consent Changed":
        channel = str(properties.get("channel", ""))
        every = view.say("every channel") if channel == "*" else channel_name(view, channel)
        purpose = str(properties.get("purpose", ""))
        return " · ".join(each for each in (view.say(PURPOSE_WORDS.get(purpose, purpose)), every) if each)
    if products := _products(properties):
        return products
    named = properties.get("name") or message.get("name")
    texts = (named, *(properties.get(each) for each in _TEXTS))
    return next((str(text) for text in texts if isinstance(text, str | int) and text != ""), "")


def _products(properties: JsonObject) -> str:
    products = properties.get("products")
    if not isinstance(products, list):
        return ""
    names = [str(name) for each in products if isinstance(each, dict) and (name := each.get("name"))]
    more = f" +{len(products) - _PRODUCTS}" if len(products) > _PRODUCTS else ""
    return ", ".join(names[:_PRODUCTS]) + more if names else ""


def _price(properties: JsonObject) -> float | None:
    price = properties.get("price")
    return float(price) if isinstance(price, int | float) and not isinstance(price, bool) else None


def _facts(properties: JsonObject) -> Iterator[tuple[str, str]]:
    for name, value in list(properties.items())[:_MOST_FACTS]:
        yield name, as_text(value)


def as_text(value: JsonValue) -> str:
    """A value of a client as text."""
    return _short(value if isinstance(value, str) else encode_json(value).decode())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_FACT else f"{text[:_LONGEST_FACT]}…"


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
