"""From a condition to a function, once; evaluating is then a few look-ups."""

from collections.abc import Callable, Iterable

from trenza.kernel import draw
from trenza.profiles import Facts, reachable
from trenza.segments.conditions import (
    AllCondition,
    AnyCondition,
    BucketCondition,
    Condition,
    ConsentCondition,
    EventCondition,
    NoneCondition,
    PathTest,
    ReachableCondition,
    SegmentCondition,
    SequenceCondition,
    StepCondition,
    TraitCondition,
    Window,
)
from trenza.segments.counting import compile_event
from trenza.segments.logic import all_of, any_of, first_of, opposite
from trenza.segments.model import FALSE, TRUE, Needs, Run, Scope, Truth
from trenza.segments.paths import compile_comparisons
from trenza.segments.sameness import first_event, keys_of, paths_of, settled, values_on, values_settled_by
from trenza.segments.sequences import compile_sequence
from trenza.segments.shapes import Count
from trenza.segments.traits import TIMED, compile_trait
from trenza.segments.windows import compile_window


def compile_condition(condition: Condition, bound: frozenset[str] = frozenset()) -> Run:
    """Compile a condition.

    Args:
        condition: what was read.
        bound: paths of `same` that an `all` around it settles.
    """
    if isinstance(condition, AllCondition):
        return _compile_all(condition, bound)
    if isinstance(condition, AnyCondition):
        return _join(any_of, [compile_condition(each, bound) for each in condition.items], settles=True)
    if isinstance(condition, NoneCondition):
        some = _join(any_of, [compile_condition(each, bound) for each in condition.items], settles=True)
        return lambda facts, scope: opposite(some(facts, scope))
    if isinstance(condition, EventCondition):
        return _per_value(compile_event(condition), condition.same, [condition.name])
    if isinstance(condition, SequenceCondition):
        names = [step.name for step in condition.steps][:1]
        return _per_value(compile_sequence(condition), condition.same, names)
    return _compile_leaf(condition)


def _compile_leaf(condition: Condition) -> Run:
    if isinstance(condition, TraitCondition):
        return compile_trait(condition)
    if isinstance(condition, SegmentCondition):
        return _compile_segment(condition.key)
    if isinstance(condition, ConsentCondition):
        return _compile_consent(condition)
    if isinstance(condition, ReachableCondition):
        channel = condition.channel
        return lambda facts, _: TRUE if reachable(facts, channel) else FALSE
    if isinstance(condition, BucketCondition):
        return _compile_bucket(condition)
    if isinstance(condition, StepCondition):
        name, outcome = condition.name, condition.outcome
        return lambda _, scope: TRUE if scope.steps.get(name) == outcome else FALSE
    raise TypeError(condition)


def _join(join: Callable[[Iterable[Truth]], Truth], runs: list[Run], *, settles: bool) -> Run:
    """Truths added up. A first one that `settles` it for ever is the sum, so the others are not asked."""
    if not runs:
        return lambda _, __: join(())
    first, *rest = runs
    if not rest:
        return first

    def joined(facts: Facts, scope: Scope) -> Truth:
        truth = first(facts, scope)
        if truth.until is None and truth.holds is settles:
            return truth
        return join([truth, *[run(facts, scope) for run in rest]])

    return joined


def _compile_all(condition: AllCondition, bound: frozenset[str]) -> Run:
    """An `all` settles the paths of `same` below it that nothing around it settles."""
    free = [path for path in paths_of(condition) if path not in bound]
    run = _join(all_of, [compile_condition(each, bound | frozenset(free)) for each in condition.items], settles=False)
    first = first_event(condition)
    if first is not None:
        for path in reversed(free):
            run = _settle(run, condition, first, path)
    return run


def _settle(run: Run, condition: AllCondition, first: EventCondition | SequenceCondition, path: str) -> Run:
    """Values come from the first event; of those that it must have in its window, only from there."""
    name = first.name if isinstance(first, EventCondition) else first.steps[0].name
    must = isinstance(first, EventCondition) and first in condition.items and _wants_some(first)
    window = compile_window(first.window if isinstance(first, EventCondition) and must else Window())

    def for_some_value(facts: Facts, scope: Scope) -> Truth:
        if path in scope.same:
            return run(facts, scope)
        if name not in facts.events:
            return FALSE
        values = values_settled_by(name, window, facts, scope, path)
        return first_of(run(facts, settled(scope, path, value)) for value in values)

    return for_some_value


def _wants_some(condition: EventCondition) -> bool:
    """Whether it cannot hold without any event."""
    return not compile_comparisons(condition.count)(0, False)  # noqa: FBT003 — no element of a list


def _per_value(count: Count, path: str, names: list[str]) -> Run:
    """An event condition with its value of `same`: the settled one, else any."""
    if not path:
        return count
    without_any = count(Facts(person=0), Scope(0))

    def run(facts: Facts, scope: Scope) -> Truth:
        if facts.events.keys().isdisjoint(names):
            return without_any if path in scope.same else FALSE
        if path in scope.same:
            return any_of([count(facts, scope, key) for key in keys_of(scope.same[path])])
        values = (value for name in names for value in values_on(reversed(facts.events.get(name, ())), path))
        return first_of(count(facts, scope, key) for value in values for key in keys_of(value))

    return run


def _compile_segment(key: str) -> Run:
    def run(facts: Facts, scope: Scope) -> Truth:
        inside = facts.segments if scope.segments is None else scope.segments
        return TRUE if key in inside else FALSE

    return run


def _compile_consent(condition: ConsentCondition) -> Run:
    purpose, channel, status = condition.purpose, condition.channel, condition.status
    return lambda facts, _: TRUE if facts.consent(purpose, channel) == status else FALSE


def _compile_bucket(condition: BucketCondition) -> Run:
    salt, start, end = condition.salt, condition.start, condition.end

    def run(facts: Facts, _: Scope) -> Truth:
        return TRUE if facts.identifiers and start <= draw(salt, facts.first_identifier()) < end else FALSE

    return run


def needs_of(condition: Condition) -> Needs:
    """What a condition looks at."""
    if isinstance(condition, AllCondition | AnyCondition | NoneCondition):
        found = Needs()
        for each in condition.items:
            found |= needs_of(each)
        return found
    if isinstance(condition, EventCondition):
        calendar = condition.window.within is not None and condition.window.within.calendar_days > 0
        return _told_needs({condition.name}, condition.same, calendar=calendar)
    if isinstance(condition, SequenceCondition):
        spans = [each for each in (condition.within, condition.span) if each is not None]
        names = {step.name for step in condition.steps}
        return _told_needs(names, condition.same, calendar=any(each.calendar_days for each in spans))
    return _leaf_needs(condition)


def _told_needs(names: set[str], same: str, *, calendar: bool) -> Needs:
    zone = frozenset({"timezone"}) if calendar else frozenset[str]()
    return Needs(events=frozenset(names), traits=zone, same=frozenset({same} if same else ()))


def _leaf_needs(condition: Condition) -> Needs:
    if isinstance(condition, TraitCondition):
        return _trait_needs(condition.tests)
    if isinstance(condition, SegmentCondition):
        return Needs(segments=frozenset({condition.key}))
    if isinstance(condition, ConsentCondition):
        return Needs(consents=True)
    if isinstance(condition, ReachableCondition):
        post = frozenset({"address"}) if condition.channel == "direct_mail" else frozenset[str]()
        return Needs(reachable=frozenset({condition.channel}), identifiers=True, traits=post)
    if isinstance(condition, BucketCondition):
        return Needs(identifiers=True)
    return Needs(steps=frozenset({condition.name})) if isinstance(condition, StepCondition) else Needs()


def _trait_needs(tests: tuple[PathTest, ...]) -> Needs:
    names = {test.path.split(".", maxsplit=1)[0] for test in tests}
    held = {test.path.split(".", maxsplit=1)[0] for test in tests if test.held is not None}
    zoned = any(
        each.operation == "anniversary" or (each.operation == "within_last" and each.value.calendar_days)
        for test in tests
        for each in test.comparisons
        if each.operation in TIMED
    ) or any(test.held is not None and test.held.calendar_days for test in tests)
    return Needs(traits=frozenset(names | ({"timezone"} if zoned else set())), held=frozenset(held))
