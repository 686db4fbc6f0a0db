"""One decision: why a message went out, or did not, with everything that the record says."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
from litestar import Controller, Response, get
from litestar.params import PathParameter

from trenza.channels import find_entries
from trenza.events import StoredEvent, events_named
from trenza.journeys import ENTRY_PLACE, Case, ChannelCase, Decision, find_decisions, printed
from trenza.kernel import NotFound
from trenza.people import name_leaves
from trenza.storage import Transaction
from trenza.web.live.event import pretty
from trenza.web.plain import say_condition
from trenza.web.render import Here, View, Viewing
from trenza.web.why import VERDICT_WORDS, speaker_for, template_title, titles, why
from trenza.web.words import name_channel, say_reason, say_state

CONSENT_WORDS = {"granted": "given", "denied": "withdrawn", "unknown": "never asked"}
CHECK_WORDS = {
    "journey": ("The person is still in the journey", "The person had left the journey"),
    "once": ("This step was not sent before", "This step had been sent already"),
    "channel": ("A channel can reach the person", "No channel can reach the person"),
    "night": ("No quiet hours in force", "It is within the person's quiet hours"),
    "expiry": ("The message is still worth sending", "The message had expired"),
    "holdout": ("Not in the control group", "The person is in the control group"),
    "caps": ("A cap on messages has room", "The cap on messages is full"),
}
"""What the gate looks at, in its order: as it is where nothing stands against the message, and where something does."""
Id = Annotated[str, PathParameter(max_length=64)]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the gate looked at."""

    text: str
    passed: bool


class ShownChannel(msgspec.Struct, frozen=True, kw_only=True):
    """What stood for and against one channel."""

    name: str
    case: ChannelCase
    consent: str
    outcome: str
    """Why not this one; empty where nothing stood against it."""
    chosen: bool


class DecisionPageController(Controller):
    """`/decisions/…`."""

    include_in_schema = False

    @get("/decisions/{decision:str}", opt={"right": "people"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, decision: Id) -> Response[str]:
        """The record."""
        with instance.database.read() as tx:
            found = find_decisions(tx, [decision]).get(decision)
            if found is None:
                raise NotFound("no decision has this id", "see /live")
            people = name_leaves(tx, [found.leaf])
            events = _events(tx, found)
            entry = find_entries(tx, [found.message]).get(found.message) if found.message else None
        names = titles(view)
        speaker = speaker_for(view, found)
        values = {
            "record": found,
            "it": why(view, found, names, entry),
            "titles": names,
            "template": template_title(view, found.template),
            "former": [(view.say(VERDICT_WORDS[each.verdict]), each.at) for each in found.former],
            "who": people.get(found.leaf),
            "events": events,
            "entry": entry,
            "state": say_state(view, entry) if entry else None,
            "checks": list(_checks(view, found.case, found)) if found.case is not None else [],
            "channels": _channels(view, found),
            "conditions": [(each, say_condition(speaker, each.where), pretty(each.where)) for each in found.conditions],
            "raw": pretty(printed(found)),
            "places": {each.place: _place(view, each.place) for each in found.conditions},
        }
        return view.page("decisions/show.html", values)


def _events(tx: Transaction, decision: Decision) -> dict[str, StoredEvent]:
    """The events that the record names, by message id, asked for in one query."""
    named = {decision.trigger, *(each for condition in decision.conditions for each in condition.because)}
    if decision.case is not None:
        named |= {each.consent_id for each in decision.case.channels}
    return events_named(tx, named - {""})


def _checks(view: View, case: Case, decision: Decision) -> Iterator[Check]:
    """What the gate looked at, as far as it came: its first no is the last thing that it asked."""
    reachable = any(_stands_against(each, service=case.service) == "" for each in case.channels)
    asked = [("journey", not case.exited), ("once", not case.already_sent), ("channel", reachable)]
    if not case.service:
        asked.append(("night", case.quiet_until is None))
    asked.append(("expiry", case.expires_at is None or case.at <= case.expires_at))
    if not case.service:
        open_ = any(not each.cap for each in case.channels if not _stands_against(each, service=False))
        asked += [("holdout", not case.held_out), ("caps", open_)]
    for name, passed in asked:
        yield Check(text=view.say(CHECK_WORDS[name][0 if passed else 1]), passed=passed)
        if not passed and decision.verdict != "sent":
            return


def _channels(view: View, decision: Decision) -> list[ShownChannel]:
    case = decision.case
    if case is None:
        return []
    reasons = {each.channel: each.reason for each in decision.refused}
    return [
        ShownChannel(
            name=name_channel(view, each.channel),
            case=each,
            consent=view.say(CONSENT_WORDS.get(each.consent, each.consent)),
            outcome=say_reason(view, reasons.get(each.channel) or _stands_against(each, service=case.service)),
            chosen=decision.verdict == "sent" and each.channel == decision.channel,
        )
        for each in case.channels
    ]


def _stands_against(channel: ChannelCase, *, service: bool) -> str:
    if not channel.address:
        return "no_address"
    if not service and channel.consent != "granted":
        return "no_consent"
    return "suppressed" if channel.suppressed else ""


def _place(view: View, place: str) -> str:
    return view.say("Condition of entry") if place == ENTRY_PLACE else view.say("Condition on the way")
