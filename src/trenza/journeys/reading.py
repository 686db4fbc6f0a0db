"""Reading a journey, a cap, quiet hours: every fault with its place, nothing unknown let through in silence.

What the language promises and this version does not do is a fault of its own ("not in this version yet").
"""

from functools import reduce
from operator import or_

import msgspec

from trenza.definitions import Document, Duration, Node, Reading, is_zone
from trenza.journeys.model import (
    DEFAULT_HOLDOUT,
    Branch,
    Cap,
    Entry,
    Exit,
    Goal,
    Journey,
    Policy,
    QuietHours,
    UntilEvent,
    UntilSegment,
    Wait,
)
from trenza.journeys.reading_steps import Layout
from trenza.journeys.wording import read_condition, read_days, read_names, read_slug, read_time
from trenza.segments import Needs, needs

_LONGEST_CAP = Duration(366 * 86_400_000)
_MOST_MESSAGES = 10_000


def read_journey(document: Document, reading: Reading) -> Journey:
    """A journey in the version of its document."""
    fields = reading.mapping(
        document.node,
        ("kind", "key", "enter", "policy", "steps"),
        ("title", "goal", "exit", "holdout"),
    )
    enter = _read_entry(fields["enter"], reading)
    policy = _read_policy(fields["policy"], reading)
    layout = Layout(reading, policy)
    first = layout.read(fields["steps"])
    journey = Journey(
        key=document.key,
        version=document.version,
        title=reading.localised(fields["title"]) if "title" in fields else {},
        enter=enter,
        goal=_read_goal(fields["goal"], reading) if "goal" in fields else None,
        exits=_read_exits(fields["exit"], reading) if "exit" in fields else (),
        holdout=_read_holdout(fields["holdout"], reading) if "holdout" in fields else DEFAULT_HOLDOUT,
        policy=policy,
        first=first,
        steps=layout.steps,
    )
    return msgspec.structs.replace(journey, needs=_needs_of(journey))


def read_cap(document: Document, reading: Reading) -> Cap:
    """A frequency cap."""
    fields = reading.mapping(document.node, ("kind", "key", "count", "within"), ("channels", "title"))
    within = reading.duration(fields["within"])
    if within.milliseconds > _LONGEST_CAP.milliseconds or within.calendar_days > 366:  # noqa: PLR2004 — a year
        reading.fault(fields["within"], "a cap looks back no more than a year", "write `366d` or less")
    if "title" in fields:
        reading.localised(fields["title"])
    return Cap(
        key=document.key,
        count=reading.whole(fields["count"], least=0, most=_MOST_MESSAGES),
        within=within,
        channels=read_names(fields["channels"], reading) if "channels" in fields else (),
    )


def read_quiet_hours(document: Document, reading: Reading) -> QuietHours:
    """A window of the day in which nobody is written to."""
    fields = reading.mapping(document.node, ("kind", "key", "from", "to"), ("days", "zone", "title"))
    start, end = read_time(fields["from"], reading), read_time(fields["to"], reading)
    if start == end and not fields["to"].missing and not fields["from"].missing:
        reading.fault(fields["to"], "`from` and `to` are the same time", "write a window that has an inside")
    zone = reading.text(fields["zone"]) if "zone" in fields else "person"
    if zone != "person" and not is_zone(zone):
        reading.fault(fields["zone"], f"`{zone[:60]}` is no zone", "write `person` or IANA's name: `Europe/Madrid`")
        zone = "person"
    if "title" in fields:
        reading.localised(fields["title"])
    days = read_days(fields["days"], reading) if "days" in fields else frozenset(range(7))
    return QuietHours(key=document.key, start=start, end=end, days=days, zone=zone)


def _needs_of(journey: Journey) -> Needs:
    steps = journey.steps.values()
    predicates = [arm.where for step in steps if isinstance(step, Branch) for arm in step.arms]
    predicates += [journey.enter.where] if journey.enter.where is not None else []
    untils = [step.until for step in steps if isinstance(step, Wait)]
    names = {each.event for each in (*journey.exits, journey.goal) if each is not None}
    names |= {until.name for until in untils if isinstance(until, UntilEvent)}
    segments = {until.segment for until in untils if isinstance(until, UntilSegment)} | {journey.enter.segment}
    own = Needs(events=frozenset(names - {""}), segments=frozenset(segments - {""}))
    return reduce(or_, map(needs, predicates), own)


def _read_entry(node: Node, reading: Reading) -> Entry:
    for later in ("schedule", "list"):
        if isinstance(node.value, dict) and later in node.value:
            reading.fault_at_key(
                node, later, f"entry by {later} is not in this version yet", "enter by event, segment or api"
            )
            return Entry()
    fields = reading.mapping(node, (), ("event", "segment", "on", "api", "instance", "if", "reenter"))
    ways = [way for way in ("event", "segment", "api") if way in fields]
    if len(ways) != 1 and isinstance(node.value, dict):
        reading.fault(node, "a journey is entered in one way", "write one of `event`, `segment`, `api`")
    if "on" in fields and "segment" not in fields:
        reading.fault_at_key(node, "on", "`on` belongs to entry by segment", "leave it out")
    if "instance" in fields and "segment" in fields:
        reading.fault_at_key(node, "instance", "entering a segment bears no event to take it from", "leave it out")
    if "api" in fields and not reading.boolean(fields["api"]):
        reading.fault(fields["api"], "`api: false` enters nobody", "write `api: true`")
    return Entry(
        event=reading.name(fields["event"]) if "event" in fields else "",
        segment=reading.reference(fields["segment"], "Segment") if "segment" in fields else "",
        left="on" in fields and reading.choice(fields["on"], ("entered", "left")) == "left",
        api="api" in fields,
        instance=reading.name(fields["instance"]) if "instance" in fields else "",
        where=read_condition(fields["if"], reading) if "if" in fields else None,
        again=_read_again(fields["reenter"], reading) if "reenter" in fields else None,
    )


def _read_again(node: Node, reading: Reading) -> Duration:
    return reading.duration(reading.mapping(node, ("after",))["after"])


def _read_exits(node: Node, reading: Reading) -> tuple[Exit, ...]:
    return tuple(_read_exit(item, reading) for item in reading.items(node))


def _read_exit(node: Node, reading: Reading) -> Exit:
    fields = reading.mapping(node, ("event",), ("same",))
    return Exit(event=reading.name(fields["event"]), same=reading.name(fields["same"]) if "same" in fields else "")


def _read_goal(node: Node, reading: Reading) -> Goal:
    fields = reading.mapping(node, ("event",), ("same", "within", "value"))
    return Goal(
        event=reading.name(fields["event"]),
        same=reading.name(fields["same"]) if "same" in fields else "",
        within=reading.duration(fields["within"]) if "within" in fields else None,
        value=reading.name(fields["value"]) if "value" in fields else "",
    )


def _read_holdout(node: Node, reading: Reading) -> float:
    percent_node = reading.mapping(node, ("percent",))["percent"]
    percent = reading.number(percent_node)
    if not 0 <= percent <= 100:  # noqa: PLR2004 — percent
        reading.fault(percent_node, f"{percent} is no share of people", "write a percentage from 0 to 100")
        return DEFAULT_HOLDOUT
    return percent


def _read_policy(node: Node, reading: Reading) -> Policy:
    fields = reading.mapping(node, ("purpose",), ("priority", "value", "caps", "quiet_hours", "expires", "on_update"))
    purpose = read_slug(fields["purpose"], reading)
    caps = [reading.reference(item, "Cap") for item in reading.items(fields["caps"])] if "caps" in fields else []
    return Policy(
        purpose=purpose,
        priority=reading.number(fields["priority"]) if "priority" in fields else 0,
        value=reading.number(fields["value"]) if "value" in fields else 0,
        caps=tuple(dict.fromkeys(caps)),
        quiet_hours=reading.reference(fields["quiet_hours"], "QuietHours") if "quiet_hours" in fields else "",
        expires=reading.duration(fields["expires"]) if "expires" in fields else None,
        moves="on_update" in fields and reading.choice(fields["on_update"], ("pin", "move")) == "move",
    )
