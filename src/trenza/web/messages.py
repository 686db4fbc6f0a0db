"""Messages: what went out, what came of it, and what did not go out and why. The last wanted first."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get
from litestar.params import PathParameter

from trenza.app import Instance
from trenza.channels import Entry, State, find_entries, find_shown, list_outbox
from trenza.content import Template, count_parts
from trenza.definitions import localise
from trenza.identity import Leaf
from trenza.journeys import find_decisions, list_decisions
from trenza.kernel import NotFound
from trenza.people import Named, name_leaves
from trenza.storage import Transaction
from trenza.web.paging import PER_PAGE, part_of, place_of
from trenza.web.receipts import Receipt, furthest, receipts_of, say_receipt, say_why
from trenza.web.render import Here, View, Viewing
from trenza.web.shown import linked, mail_frame, way_out
from trenza.web.why import Why, titles, why
from trenza.web.words import CHANNEL_ICONS, CHANNEL_WORDS, SENT_BY, Said, name_channel, say_state

Id = Annotated[str, PathParameter(max_length=64)]
HELD = "held"
_STATES: dict[str, frozenset[State]] = {
    "waiting": frozenset({"pending", "claimed"}),
    "sent": frozenset({"sent"}),
    "failed": frozenset({"refused", "unknown"}),
    "stopped": frozenset({"cancelled"}),
}
FILTER_WORDS = {
    "": "All",
    "sent": "Sent",
    "waiting": "Waiting",
    "failed": "Failed",
    "stopped": "Stopped at the gate",
    HELD: "Withheld",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A message in the list."""

    entry: Entry
    who: Named | None
    state: Said
    came: Receipt | None
    """How far it came."""
    came_words: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; only keys of this instance, so nothing made up stands on the page."""

    state: str = ""
    channel: str = ""
    journey: str = ""

    def query(self, **changes: str) -> str:
        """The address of the list with some of it changed."""
        wanted = {**msgspec.structs.asdict(self), **changes}
        pairs = "&".join(f"{name}={value}" for name, value in wanted.items() if value)
        return f"/messages?{pairs}" if pairs else "/messages"


class MessageController(Controller):
    """`/messages`."""

    include_in_schema = False

    @get("/messages", opt={"right": "people"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """The outbox a page at a time, or what was withheld."""
        names = titles(view)
        asked = _asked(view, names)
        place = place_of(view, "messages")
        before = (int(place[0]), str(place[1])) if place else None
        with instance.database.read() as tx:
            listed = (
                _held(view, tx, asked, before, names) if asked.state == HELD else _outgoing(view, tx, asked, before)
            )
        return view.page("messages/list.html", {**_frame(view, asked, names), **listed})

    @get("/messages/{message:str}", opt={"right": "people"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, message: Id) -> Response[str]:
        """One message: as it was sent, what came of it, and why it was sent."""
        with instance.database.read() as tx:
            entry = _found(find_entries(tx, [message]).get(message))
            shown = find_shown(tx, [message]).get(message)
            receipts = receipts_of(tx, [entry])[message]
            decision = find_decisions(tx, [entry.message.decision]).get(entry.message.decision)
            who = name_leaves(tx, [entry.leaf]).get(entry.leaf)
        names = titles(view)
        values = {
            "entry": entry,
            "shown": shown,
            "who": who,
            "state": say_state(view, entry),
            "channel": name_channel(view, entry.message.channel),
            "picture": CHANNEL_ICONS.get(entry.message.channel, "send"),
            "journey": names.get(entry.message.journey, entry.message.journey),
            "template": _template(view, instance, entry.message.template),
            "receipts": [(each, say_receipt(view, each), say_why(view, each)) for each in receipts],
            "why": why(view, decision, names, entry) if decision is not None else None,
            "parts": count_parts(shown.text) if shown is not None and shown.channel == "sms" else None,
            "text": linked(shown.text) if shown is not None else "",
            "way_out": way_out(shown) if shown is not None else "",
        }
        return view.page("messages/show.html", values)

    @get("/messages/{message:str}/mail", opt={"right": "people"}, sync_to_thread=True)
    def mail(self, instance: Here, message: Id) -> Response[str]:
        """A mail's HTML for its frame; it loads nothing, so looking at it here is no open."""
        with instance.database.read() as tx:
            return mail_frame(_found(find_shown(tx, [message]).get(message)))


def _template(view: View, instance: Instance, key: str) -> str:
    """What a message text is called; empty where it is not in force any more, or has no title."""
    template: Template | None = instance.definitions().get("Template", key)
    return localise(template.title, view.language) if template is not None else ""


def _asked(view: View, names: Mapping[str, str]) -> Asked:
    given = view.request.query_params
    state, channel, journey = (given.get(name, "") for name in ("state", "channel", "journey"))
    return Asked(
        state=state if state in FILTER_WORDS else "",
        channel=channel if channel in SENT_BY else "",
        journey=journey if journey in names else "",
    )


def _frame(view: View, asked: Asked, names: Mapping[str, str]) -> dict[str, Any]:
    """What stands around the list: the filters."""
    return {
        "asked": asked,
        "states": [(key, view.say(text)) for key, text in FILTER_WORDS.items()],
        "channels": [(key, view.say(CHANNEL_WORDS[key])) for key in SENT_BY],
        "journeys": [*names.items()],
        "pictures": CHANNEL_ICONS,
        "channel_name": lambda channel: name_channel(view, channel),
        "journey_name": lambda key: names.get(key, key),
    }


def _outgoing(view: View, tx: Transaction, asked: Asked, before: tuple[int, str] | None) -> dict[str, Any]:
    found = list_outbox(
        tx,
        channel=asked.channel or None,
        states=_STATES.get(asked.state),
        journey=asked.journey or None,
        before=before,
        limit=PER_PAGE + 1,
    )
    part = part_of(view, "messages", found, lambda entry: [entry.message.wanted_at, entry.message.id])
    who = name_leaves(tx, {entry.leaf for entry in part.items})
    receipts = receipts_of(tx, part.items)
    return {
        "part": part,
        "lines": [_line(view, entry, who, receipts[entry.message.id]) for entry in part.items],
        "held": [],
    }


def _held(
    view: View, tx: Transaction, asked: Asked, before: tuple[int, str] | None, names: Mapping[str, str]
) -> dict[str, Any]:
    found = list_decisions(tx, journey=asked.journey or None, before=before, limit=PER_PAGE + 1, withheld=True)
    part = part_of(view, "messages", found, lambda decision: [decision.at, decision.id])
    who = name_leaves(tx, {decision.leaf for decision in part.items})
    held: list[tuple[Why, Named | None]] = [(why(view, each, names), who.get(each.leaf)) for each in part.items]
    return {"part": part, "lines": [], "held": held}


def _line(view: View, entry: Entry, who: Mapping[Leaf, Named], receipts: list[Receipt]) -> Line:
    came = furthest(receipts)
    return Line(
        entry=entry,
        who=who.get(entry.leaf),
        state=say_state(view, entry),
        came=came,
        came_words=say_receipt(view, came) if came is not None else "",
    )


def _found(value: Any) -> Any:
    if value is None:
        raise NotFound("no message has this id", "see /messages")
    return value
