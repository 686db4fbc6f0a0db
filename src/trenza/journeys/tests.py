"""`kind: JourneyTest`: what becomes of people, message by message, on the virtual clock.

This file reads the test and compares what it expects with the records that came; `trenza.testing` plays it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

from trenza.definitions import (
    Document,
    Item,
    Kind,
    KnownPerson,
    Node,
    Reading,
    read_people,
    read_person_name,
    read_timeline,
    read_uses,
    read_zone,
)
from trenza.journeys.decisions import Decision, GoalReached, printed, printed_goal
from trenza.journeys.schema import JOURNEY_TEST_SCHEMA
from trenza.kernel import Instant, JsonObject, JsonValue, format_instant, parse_instant

_SHORT_FORM = re.compile(r"(skipped|lost_to|deferred)\((.+)\)")
_SHORT_FIELD = {"skipped": "reason", "lost_to": "lost_to", "deferred": "until"}
_RECORD = frozenset({*(field.name for field in msgspec.structs.fields(Decision)), "arm"})
_GOAL = frozenset({"at", "person", "journey", "goal"})
_INSTANTS = frozenset({"until", "wanted_at", "expires_at", "quiet_until"})
_Came = TypeVar("_Came")
Named = Callable[[str, Instant], int | None]
"""Gives the person that a name (`type:value`) means at an instant."""


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """A record, or a goal, that has to come; what it names must be equal."""

    at: Instant
    person: str = ""
    """As `type:value`, resolved at that instant; empty: anybody."""
    fields: JsonObject = {}
    goal: JsonObject | None = None
    shown: JsonObject = {}
    """As it was written."""
    line: int = 0


class JourneyTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test of journeys."""

    key: str
    zone: str
    uses: tuple[str, ...]
    """Only these journeys, and what they refer to, are alive; empty: all."""
    people: tuple[KnownPerson, ...]
    timeline: tuple[Item, ...]
    until: Instant
    """The clock stands here at the end; everything due by then is done."""
    expect: tuple[Expectation, ...]
    exactly: bool = False
    assign: Mapping[str, Mapping[str, object]] = {}
    """By journey, what is pinned of its draws: `Policies.pins`."""


def read_journey_test(document: Document, reading: Reading) -> JourneyTest:
    """Read a test; faults are noted in `reading`."""
    fields = reading.mapping(
        document.node,
        ["kind", "key", "timeline", "expect"],
        ["uses", "zone", "assign", "people", "until", "exactly", "title"],
    )
    timeline = read_timeline(fields["timeline"], reading)
    listed = [] if fields["expect"].missing else reading.items(fields["expect"])
    expect = tuple([_read_expectation(each, reading) for each in listed])
    last = max([item.at for item in timeline] + [each.at for each in expect], default=0)
    if "title" in fields:
        reading.localised(fields["title"])
    return JourneyTest(
        key=document.key,
        zone=read_zone(fields.get("zone"), reading),
        uses=read_uses(fields.get("uses"), reading, ("Journey",)),
        people=read_people(fields.get("people"), reading),
        timeline=timeline,
        until=_read_until(fields["until"], last, reading) if "until" in fields else last,
        expect=expect,
        exactly="exactly" in fields and reading.boolean(fields["exactly"]),
        assign=_read_assign(fields["assign"], reading) if "assign" in fields else {},
    )


def _read_until(node: Node, last: Instant, reading: Reading) -> Instant:
    until = reading.instant(node)
    if until < last:
        reading.fault(node, "the test ends before its last item or expectation", "let it end later")
    return until


def _read_assign(node: Node, reading: Reading) -> dict[str, dict[str, object]]:
    journeys = reading.fields(node)
    for key in journeys:
        if key not in reading.known.get("Journey", ()):
            mend = reading.suggest(key, reading.known.get("Journey", ()))
            reading.fault_at_key(node, key, f"there is no Journey with the key `{key[:60]}`", mend)
    return {key: _read_pins(pins, reading) for key, pins in journeys.items()}


def _read_pins(node: Node, reading: Reading) -> dict[str, object]:
    pins = reading.fields(node)
    return {name: reading.boolean(value) if name == "holdout" else reading.name(value) for name, value in pins.items()}


def _read_expectation(node: Node, reading: Reading) -> Expectation:
    named = reading.fields(node)
    is_goal = "goal" in named
    known = _GOAL if is_goal else _RECORD
    fields = reading.mapping(node, ["at"], sorted(known - {"at"}))
    plain = {name: each.plain() for name, each in fields.items() if name not in {"at", "person", "goal"}}
    for name in _INSTANTS & fields.keys():
        plain[name] = format_instant(reading.instant(fields[name]))
    goal = fields["goal"].plain() if is_goal else None
    if is_goal and not isinstance(goal, dict):
        reading.mapping(fields["goal"], (), ("value",))
    return Expectation(
        at=reading.instant(fields["at"]),
        person=read_person_name(fields["person"], reading) if "person" in fields else "",
        fields=_unfolded(plain),
        goal=goal if isinstance(goal, dict) else {} if is_goal else None,
        shown={name: each.plain() for name, each in fields.items()},
        line=node.line,
    )


def _unfolded(fields: JsonObject) -> JsonObject:
    """`skipped(cap)` says the same as `verdict: skipped, reason: cap`."""
    verdict = fields.get("verdict")
    found = _SHORT_FORM.fullmatch(verdict) if isinstance(verdict, str) else None
    if found is None:
        return fields
    value = found[2]
    if found[1] == "deferred" and (at := parse_instant(value)) is not None:
        value = format_instant(at)
    return {**fields, "verdict": found[1], _SHORT_FIELD[found[1]]: value}


def compare(
    test: JourneyTest, decisions: Sequence[Decision], goals: Sequence[GoalReached], named: Named
) -> tuple[bool, list[JsonObject], list[JsonObject]]:
    """Whether what came is what was expected.

    Args:
        test: the test.
        decisions: every record of the test, in any order.
        goals: every goal of the test.
        named: gives the person that a name means at an instant.

    Returns:
        Whether it passed; the expectations that were not met; the records and goals that nothing expected.
    """
    records = sorted(decisions, key=lambda each: (each.at, each.journey, each.step, each.attempt))
    wanted = [each for each in test.expect if each.goal is None]
    met = _pair(wanted, records, lambda expected, record: _is_record(expected, record, named))
    goals_wanted = [each for each in test.expect if each.goal is not None]
    goals_met = _pair(goals_wanted, goals, lambda expected, goal: _is_goal(expected, goal, named))
    missing = [each.shown for place, each in enumerate(wanted) if place not in met]
    missing += [each.shown for place, each in enumerate(goals_wanted) if place not in goals_met]
    spare = [printed(each) for place, each in enumerate(records) if place not in met.values()]
    spare_goals = [printed_goal(each) for place, each in enumerate(goals) if place not in goals_met.values()]
    passed = not missing and not (test.exactly and spare)
    return passed, missing, [] if passed else [*spare, *spare_goals]


def _is_record(expected: Expectation, record: Decision, named: Named) -> bool:
    if expected.at != record.at or not _is_person(expected, record.person, named):
        return False
    shown = printed(record)
    return all(_same(value, shown.get(name)) for name, value in expected.fields.items())


def _is_goal(expected: Expectation, goal: GoalReached, named: Named) -> bool:
    if expected.at != goal.at or not _is_person(expected, goal.person, named):
        return False
    if expected.fields.get("journey", goal.journey) != goal.journey:
        return False
    return all(_same(value, goal.value if name == "value" else None) for name, value in (expected.goal or {}).items())


def _is_person(expected: Expectation, person: int, named: Named) -> bool:
    return not expected.person or named(expected.person, expected.at) == person


def _same(expected: JsonValue, came: JsonValue) -> bool:
    """Equal; what a record leaves out counts as empty."""
    if expected in (None, "", [], {}) and came in (None, "", [], {}):
        return True
    return bool(expected == came and isinstance(expected, bool) == isinstance(came, bool))


def _pair(
    wanted: Sequence[Expectation], came: Sequence[_Came], fits: Callable[[Expectation, _Came], bool]
) -> dict[int, int]:
    """As many pairs as there can be (augmenting paths): place of the expectation → place of what met it."""
    candidates = [[spot for spot, each in enumerate(came) if fits(expected, each)] for expected in wanted]
    owner: dict[int, int] = {}

    def place(index: int, seen: set[int]) -> bool:
        for spot in candidates[index]:
            if spot not in seen:
                seen.add(spot)
                if spot not in owner or place(owner[spot], seen):
                    owner[spot] = index
                    return True
        return False

    for index in range(len(wanted)):
        place(index, set())
    return {index: spot for spot, index in owner.items()}


def _references(document: Document) -> list[tuple[str, str]]:
    """The journeys it uses, or pins."""
    plain = document.node.plain()
    found = []
    for name in ("uses", "assign"):
        listed = plain.get(name) if isinstance(plain, dict) else None
        found += [("Journey", key) for key in listed if isinstance(key, str)] if isinstance(listed, list | dict) else []
    return sorted(set(found))


JOURNEY_TEST = Kind(
    name="JourneyTest", read=read_journey_test, schema=JOURNEY_TEST_SCHEMA, references=_references, is_test=True
)
