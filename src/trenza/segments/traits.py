"""`trait`: what a person is now, has been for a while, or is on this day of the year."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from trenza.definitions import Duration, add_duration, local_instant, local_time
from trenza.kernel import Instant, JsonValue, parse_instant
from trenza.profiles import Facts
from trenza.segments.conditions import Comparison, PathTest, TraitCondition
from trenza.segments.logic import all_of, any_of, opposite
from trenza.segments.model import FALSE, TRUE, Run, Scope, Truth
from trenza.segments.paths import Check, compile_check, compile_comparisons
from trenza.segments.values import is_there, leaves
from trenza.segments.windows import person_zone

TIMED = ("within_last", "anniversary")
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_LEAP_DAY = (2, 29)
Timed = Callable[[JsonValue, Instant, str], Truth]


def compile_trait(condition: TraitCondition) -> Run:
    """Compile a `trait` condition."""
    runs = [_compile_path(test) for test in condition.tests]
    if len(runs) == 1:
        return runs[0]
    return lambda facts, scope: all_of(run(facts, scope) for run in runs)


def _compile_path(test: PathTest) -> Run:
    name = test.path.split(".", maxsplit=1)[0]
    if any(each.operation in TIMED for each in test.comparisons):
        return _timed(name, test)
    check = compile_check(test, skip=1)
    if test.held is not None:
        return _held(name, check, test.held)

    def run(facts: Facts, _: Scope) -> Truth:
        versions = facts.traits.get(name)
        if not versions:
            return TRUE if check(None) else FALSE
        last = versions[-1]
        return Truth(check(last.value), None, (last.message_id,))

    return run


def _held(name: str, check: Check, span: Duration) -> Run:
    """True from the instant at which it has held that long without a break."""

    def run(facts: Facts, scope: Scope) -> Truth:
        since, because = None, ""
        for version in reversed(facts.traits.get(name, ())):
            if not check(version.value):
                break
            since, because = version.at, version.message_id
        if since is None:
            return FALSE
        begins = add_duration(since, span, person_zone(facts, scope) if span.calendar_days else "UTC")
        return Truth(True, None, (because,)) if scope.now >= begins else Truth(False, begins, (because,))  # noqa: FBT003 — see Truth

    return run


def _timed(name: str, test: PathTest) -> Run:
    """`within_last` and `anniversary`, beside which other operations must hold of the same value."""
    parts = tuple(test.path.split("."))[1:]
    plain = compile_comparisons(
        [each for each in test.comparisons if each.operation not in {*TIMED, "exists"}], test.fold
    )
    timed = [_compile_timed(each) for each in test.comparisons if each.operation in TIMED]
    presence = [bool(each.value) for each in test.comparisons if each.operation == "exists"]

    def run(facts: Facts, scope: Scope) -> Truth:
        value = facts.trait(name)
        if not all(is_there(value, parts) is wanted for wanted in presence):
            return FALSE
        zone = person_zone(facts, scope)
        return any_of(
            all_of(each(found, scope.now, zone) for each in timed)
            for found, element in leaves(value, parts)
            if plain(found, element)
        )

    return run


def _compile_timed(comparison: Comparison) -> Timed:
    if comparison.operation == "within_last":
        span = comparison.value
        return lambda value, now, zone: _within_last(value, span, now, zone)
    if comparison.value:
        return _anniversary
    return lambda value, now, zone: opposite(_anniversary(value, now, zone)) if _date_of(value, zone) else FALSE


def _within_last(value: JsonValue, span: Duration, now: Instant, zone: str) -> Truth:
    at = parse_instant(value)
    if at is None:
        return FALSE
    if at > now:
        return Truth(False, at)  # noqa: FBT003 — see Truth
    end = add_duration(at, span, zone)
    return Truth(True, end + 1) if now <= end else FALSE  # noqa: FBT003 — the same


def _anniversary(value: JsonValue, now: Instant, zone: str) -> Truth:
    """The person's whole local day, each year after the first; 29 February is 28 February in common years."""
    born = _date_of(value, zone)
    if born is None:
        return FALSE
    for year in range(max(local_time(now, zone).year - 1, born.year + 1), 9998):
        day = _in_year(born, year)
        starts, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        if now < starts:
            return Truth(False, starts)  # noqa: FBT003 — see Truth
        if now < ends:
            return Truth(True, ends)  # noqa: FBT003 — the same
    return FALSE


def _date_of(value: JsonValue, zone: str) -> date | None:
    """The date that was written; of an instant with an offset, the local date."""
    at = parse_instant(value)
    if at is None or not isinstance(value, str):
        return None
    text = value.strip()
    found = _DATE.match(text)
    if found and (found.end() == len(text) or not re.search(r"(?:[Zz]|[+-]\d\d(?::?\d\d)?)$", text[found.end() :])):
        return date(int(found[1]), int(found[2]), int(found[3]))
    return local_time(at, zone).date()


def _in_year(born: date, year: int) -> date:
    if (born.month, born.day) == _LEAP_DAY:
        return date(year, 3, 1) - timedelta(days=1)
    return born.replace(year=year)


def _midnight(day: date, zone: str) -> Instant:
    return local_instant(day.year, day.month, day.day, 0, 0, zone)
