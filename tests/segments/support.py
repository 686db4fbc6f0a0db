"""What the tests of segments share: facts and predicates out of a few words."""

from typing import Any

from trenza.definitions import Reading, make_node, read_node
from trenza.events import Occurrence
from trenza.kernel import encode_json, parse_instant
from trenza.profiles import Facts, TraitVersion
from trenza.segments import Predicate, Scope, Truth, evaluate, read_predicate

SEGMENTS = {"Segment": {"vip", "loyal", "warm"}}


def at(text: str) -> int:
    instant = parse_instant(text)
    assert instant is not None
    return instant


def facts(*events: tuple[int, str, dict[str, Any]], traits: dict[str, Any] | None = None) -> Facts:
    """A person with events `(instant, name, properties)` and traits."""
    person = Facts(person=1)
    for number, (instant, name, properties) in enumerate(events):
        body = encode_json({"type": "track", "event": name, "properties": properties})
        person.add_event(Occurrence(instant, f"m{number}", name, instant, body))
    for name, value in (traits or {}).items():
        person.add_trait(name, TraitVersion(0, "t", value))
    return person


def predicate(source: Any) -> Predicate:
    """A predicate of plain values or of YAML, without any fault."""
    reading = Reading(SEGMENTS)
    node, faults = read_node(source, "p.yaml") if isinstance(source, str) else (make_node(source), [])
    assert node is not None
    found = read_predicate(node, reading, steps={"came_back"})
    assert [] == [*faults, *reading.faults]
    return found


def truth(source: Any, person: Facts, now: int = 0, zone: str = "UTC", **scope: Any) -> Truth:
    return evaluate(predicate(source), person, Scope(now, zone, **scope))


def holds(source: Any, person: Facts, now: int = 0, zone: str = "UTC", **scope: Any) -> bool:
    return truth(source, person, now, zone, **scope).holds
