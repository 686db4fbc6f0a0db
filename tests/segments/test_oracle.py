"""The evaluator against a slow, plain reading of the language, and against the passing of time."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.segments.naive import holds
from tests.segments.support import predicate
from trenza.events import Occurrence
from trenza.kernel import encode_json, format_instant
from trenza.profiles import ConsentWord, Facts, TraitVersion
from trenza.segments import Scope, evaluate

NAMES = ("A", "B", "C")
LATEST = 30
values = st.sampled_from(
    [
        0,
        1,
        2,
        10,
        10.0,
        0.1,
        0.2,
        -3,
        True,
        False,
        "",
        "a",
        "A",
        "ab",
        "10",
        None,
        ["a", 1],
        [],
        {"x": 1},
        [{"x": "a"}, {"x": 2}],
    ]
)
scalars = st.sampled_from([0, 1, 2, 10, 0.1, 0.3, True, False, "a", "A", "ab", "10", ""])
numbers = st.sampled_from([0, 1, 2, 3, 10, 0.1, 0.3, -3])
paths = st.sampled_from(["properties.p", "properties.q", "properties.p.x", "properties.q.x"])
spans = st.integers(0, 12).map(lambda span: f"{span}ms")
names = st.sampled_from(NAMES)


def _folded(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "fold": True} if {"is", "starts_with"} & set(found) and "lte" not in found else found


def one_op(**forms: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of([st.fixed_dictionaries({op: strategy}) for op, strategy in forms.items()])


number_ops = one_op(
    **{"is": numbers, "is_not": numbers, "in": st.lists(numbers, max_size=2), "not_in": st.lists(numbers, max_size=2)},
    gt=numbers,
    gte=numbers,
    lt=numbers,
    lte=numbers,
    between=st.lists(numbers, min_size=2, max_size=2).map(sorted),
)
value_ops = one_op(
    **{"is": scalars, "is_not": scalars, "in": st.lists(scalars, max_size=2), "not_in": st.lists(scalars, max_size=2)},
    gt=numbers,
    lte=numbers,
    between=st.lists(numbers, min_size=2, max_size=2).map(sorted),
    contains=scalars,
    starts_with=st.sampled_from(["a", "A", ""]),
    ends_with=st.sampled_from(["b", "A"]),
    exists=st.booleans(),
)
ops = st.builds(lambda one, other: {**one, **other}, value_ops, st.just({}) | value_ops).map(_folded)
tests = st.dictionaries(paths, ops, min_size=1, max_size=2)


def written(instant: int) -> str:
    return format_instant(instant)


windows: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    spans.map(lambda span: {"within": span}),
    st.integers(0, LATEST).map(lambda at: {"since": at}),
    st.tuples(st.integers(0, LATEST), st.integers(0, LATEST)).map(lambda ends: {"between": sorted(ends)}),
)
figures = st.dictionaries(
    st.sampled_from(["sum", "avg", "min", "max"]),
    st.dictionaries(paths, number_ops, min_size=1, max_size=1),
    max_size=1,
)
events = st.builds(
    lambda name, window, figure, more: {"name": name, **window, **figure, **more},
    names,
    windows,
    figures,
    st.fixed_dictionaries(
        {}, optional={"where": tests, "count": number_ops, "first": tests, "last": tests, "same": paths}
    ),
)
steps = names | st.builds(lambda name, where: {"name": name, "where": where}, names, tests)
sequences = st.fixed_dictionaries(
    {"steps": st.lists(steps, min_size=1, max_size=3)}, optional={"within": spans, "span": spans, "same": paths}
)
traits = st.dictionaries(
    st.sampled_from(["t", "t.x", "u"]),
    st.builds(lambda op, held: {**op, **held}, ops, st.just({}) | spans.map(lambda span: {"for": span})),
    min_size=1,
    max_size=2,
)
leaves = st.one_of(
    events.map(lambda body: {"event": body}),
    events.map(lambda body: {"event": body}),
    sequences.map(lambda body: {"sequence": body}),
    traits.map(lambda body: {"trait": body}),
    st.sampled_from([{"segment": "vip"}, {"segment": "warm"}]),
    st.sampled_from(["granted", "denied", "unknown"]).map(
        lambda status: {"consent": {"purpose": "marketing", "channel": "email", "is": status}}
    ),
)
predicates = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda form, items: {form: items}, st.sampled_from(["all", "any", "none"]), st.lists(inner, max_size=3)
    ),
    max_leaves=5,
)
histories = st.lists(
    st.tuples(st.integers(0, LATEST), names, st.fixed_dictionaries({}, optional={"p": values, "q": values})), max_size=6
)
versions = st.lists(st.tuples(st.integers(0, LATEST), st.sampled_from(["t", "u"]), values), max_size=4)


def person_of(history: list[Any], traits_given: list[Any], consents: list[Any]) -> Facts:
    person = Facts(person=1, segments={"vip": 0})
    for number, (instant, name, properties) in enumerate(history):
        body = encode_json({"type": "track", "event": name, "properties": properties})
        person.add_event(Occurrence(instant, f"m{number}", name, instant, body))
    for number, (instant, name, value) in enumerate(traits_given):
        person.add_trait(name, TraitVersion(instant, f"t{number}", value))
    for number, (instant, status) in enumerate(consents):
        person.add_consent("marketing", "email", ConsentWord(instant, f"c{number}", status))
    return person


def with_instants(source: Any) -> Any:
    """The oracle reckons with plain numbers; the language wants them written as instants."""
    if isinstance(source, list):
        return [with_instants(each) for each in source]
    if not isinstance(source, dict):
        return source
    found = {key: with_instants(each) for key, each in source.items()}
    if isinstance(source.get("name"), str):
        if "since" in source:
            found["since"] = written(source["since"])
        if "between" in source:
            found["between"] = [written(end) for end in source["between"]]
    return found


consent_words = st.lists(st.tuples(st.integers(0, LATEST), st.sampled_from(["granted", "denied"])), max_size=2)


@given(predicates, histories, versions, consent_words)
@settings(max_examples=300, deadline=None)
def test_a_predicate_holds_exactly_when_the_plain_reading_says_so_and_until_is_true(
    source: Any, history: list[Any], traits_given: list[Any], consents: list[Any]
) -> None:
    person = person_of(history, traits_given, consents)
    found = predicate(with_instants(source))
    times = range(LATEST, LATEST + 28)
    wanted = {now: holds(source, person, now) for now in times}

    for now in times:
        truth = evaluate(found, person, Scope(now))
        assert wanted[now] == truth.holds
        assert truth.until is None or truth.until > now
        same_until = times.stop if truth.until is None else min(truth.until, times.stop)
        assert {wanted[now]} == {wanted[later] for later in range(now, same_until)}
