"""Plays tests one by one and compares what came with what was expected."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from trenza.definitions import Definitions, Document, Kind, KnownPerson, check_documents
from trenza.definitions import Item as TimelineItem
from trenza.identity import Person
from trenza.journeys import JourneyTest, compare
from trenza.kernel import Instant, format_instant
from trenza.segments import Expected, SegmentTest
from trenza.testing.stage import Stage

_AT_LEAST = 1


class TestResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one test went."""

    __test__ = False  # pytest: a word of the field, no test of ours

    key: str
    passed: bool
    expected: list[Any] = []
    """What did not come."""
    came: list[Any] = []
    """What came and was not expected."""


def run_tests(documents: Sequence[Document], kinds: Sequence[Kind]) -> list[TestResult]:
    """Run every test among some documents, which must be without faults.

    Args:
        documents: tests and what they are about.
        kinds: the kinds that the house knows.
    """
    return [_run(document, documents, kinds) for document in documents if document.kind in _PLAYERS]


def _run(document: Document, documents: Sequence[Document], kinds: Sequence[Kind]) -> TestResult:
    objects, _ = check_documents(documents, kinds)
    test = objects[document.kind][document.key]
    stage = Stage(_alive(test, documents, kinds), test.zone, getattr(test, "assign", None))
    try:
        return _PLAYERS[document.kind](stage, test)
    finally:
        stage.close()


def _alive(test: SegmentTest | JourneyTest, documents: Sequence[Document], kinds: Sequence[Kind]) -> Definitions:
    """What is in force in a test: what it uses and what that refers to, else everything."""
    tests = {kind.name for kind in kinds if kind.is_test}
    alive = [each for each in documents if each.kind not in tests]
    if test.uses:
        named = reached(test.uses, alive, kinds)
        alive = [each for each in alive if (each.kind, each.key) in named]
    objects, _ = check_documents(alive, kinds)
    versions: dict[str, dict[str, str]] = {}
    for each in alive:
        versions.setdefault(each.kind, {})[each.key] = each.version
    return Definitions(revision=1, objects=objects, versions=versions)


def reached(uses: Iterable[str], documents: Sequence[Document], kinds: Sequence[Kind]) -> set[tuple[str, str]]:
    """Documents by (kind, key) that are used or that one of those refers to, however far."""
    by_name = {(each.kind, each.key): each for each in documents}
    references = {kind.name: kind.references for kind in kinds}
    waiting = [name for name in by_name if name[0] in {"Journey", "Segment"} and name[1] in set(uses)]
    found: set[tuple[str, str]] = set()
    while waiting:
        name = waiting.pop()
        if name in found or name not in by_name:
            continue
        found.add(name)
        refer = references.get(name[0])
        waiting.extend(refer(by_name[name]) if refer else ())
    return found


def _play_journeys(stage: Stage, test: JourneyTest) -> TestResult:
    meant: dict[tuple[str, Instant], Person | None] = {}

    def look(at: Instant) -> None:
        for each in test.expect:
            if each.at == at and each.person:
                meant[each.person, at] = stage.person(each.person)

    troubles = _play(stage, test.people, test.timeline, {each.at for each in test.expect} | {test.until}, look)
    passed, missing, spare = compare(test, stage.decisions(), stage.goals(), lambda name, at: meant.get((name, at)))
    return TestResult(key=test.key, passed=passed and not troubles, expected=missing, came=[*spare, *troubles])


def _play_segments(stage: Stage, test: SegmentTest) -> TestResult:
    missing: list[Any] = []
    came: list[Any] = []

    def look(at: Instant) -> None:
        for each in test.expect:
            if each.at == at and (difference := _differ(stage, each)) is not None:
                missing.append({"at": format_instant(at), "segment": each.segment, "members": list(each.members)})
                came.append({"at": format_instant(at), "segment": each.segment, **difference})

    troubles = _play(stage, test.people, test.timeline, {each.at for each in test.expect}, look)
    return TestResult(key=test.key, passed=not missing and not troubles, expected=missing, came=[*came, *troubles])


def _differ(stage: Stage, expected: Expected) -> dict[str, Any] | None:
    """What came where it is not what was expected."""
    found = {name: stage.person(name) for name in expected.members}
    people = {person for person in found.values() if person is not None}
    if len(people) < len([person for person in found.values() if person is not None]):
        return {"fault": "two names of one person stand in one list"}
    inside = stage.members(expected.segment)
    if None not in found.values() and people == set(inside):
        return None
    return {"members": sorted(stage.names(inside).values())}


def _play(
    stage: Stage,
    people: Sequence[KnownPerson],
    timeline: Sequence[TimelineItem],
    looks: Iterable[Instant],
    look: Callable[[Instant], None],
) -> list[str]:
    """Let everything happen in order of time; look at each instant after all that arrived and was due by then."""
    at_start = min([item.at for item in timeline] + list(looks), default=0)
    if people:
        stage.introduce(people, at_start - _AT_LEAST)
    waiting = list(timeline)
    for at in sorted({*looks, *(item.at for item in timeline)}):
        while waiting and waiting[0].at == at:
            stage.play(waiting.pop(0))
        stage.advance(at + 1)
        look(at)
    return stage.troubles


_PLAYERS: dict[str, Callable[[Stage, Any], TestResult]] = {
    "JourneyTest": _play_journeys,
    "SegmentTest": _play_segments,
}
