"""Every form of the language, case by case."""

from typing import Any

import pytest

from tests.segments.support import at, facts, holds, predicate, truth
from trenza.definitions import Reading, read_node
from trenza.identity import Known
from trenza.kernel import draw
from trenza.profiles import ConsentWord, Facts, TraitVersion
from trenza.segments import read_predicate

DAY = 86_400_000
T = at("2026-03-02T10:00:00Z")
WARM_CART = """
all:
  - event: {name: Cart Updated, within: 24h, where: {properties.total: {gte: 50}}}
  - none:
      - event: {name: Order Completed, within: 24h, same: properties.cart_id}
  - any: [{trait: {address.country: {in: [ES, PT]}}}, {segment: vip}]
"""
SPANISH = {"address": {"country": "ES"}}


def test_the_warm_cart_of_the_design_runs_out_to_the_millisecond() -> None:
    person = facts((T, "Cart Updated", {"cart_id": "7", "total": 60}), traits=SPANISH)

    assert holds(WARM_CART, person, T)
    assert holds(WARM_CART, person, T + DAY)
    assert not holds(WARM_CART, person, T + DAY + 1)
    assert T + DAY + 1 == truth(WARM_CART, person, T).until


@pytest.mark.parametrize(
    ("orders", "inside"),
    [
        ([], True),
        ([("8", 10)], True),
        ([("7", 10)], False),
        ([("7", -10)], False),
        ([("8", 10), ("7", 20)], False),
        ([(7, 10)], True),
        ([(None, 10)], True),
    ],
)
def test_only_a_purchase_of_the_same_cart_keeps_the_person_out(orders: list[tuple[Any, int]], inside: bool) -> None:
    told = [(T + later, "Order Completed", {"cart_id": cart}) for cart, later in orders]
    person = facts((T, "Cart Updated", {"cart_id": "7", "total": 60}), *told, traits=SPANISH)

    assert inside == holds(WARM_CART, person, T + 100)


def test_a_second_cart_keeps_the_person_in() -> None:
    person = facts(
        (T, "Cart Updated", {"cart_id": "7", "total": 60}),
        (T, "Cart Updated", {"cart_id": "8", "total": 60}),
        (T, "Order Completed", {"cart_id": "7"}),
        traits=SPANISH,
    )

    assert holds(WARM_CART, person, T)


def test_the_membership_of_another_segment_counts() -> None:
    person = facts((T, "Cart Updated", {"cart_id": "7", "total": 60}))

    assert not holds(WARM_CART, person, T)
    person.segments["vip"] = T
    assert holds(WARM_CART, person, T)
    assert not holds(WARM_CART, person, T, segments={})


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("all: []", True),
        ("none: []", True),
        ("any: []", False),
        ("all: [{all: []}, {none: []}]", True),
        ("none: [{any: []}]", True),
        ("any: [{none: [{any: [{all: []}]}]}]", False),
    ],
)
def test_empty_groups(source: str, inside: bool) -> None:
    assert inside == holds(source, Facts(person=1))
    assert truth(source, Facts(person=1)).until is None


def test_groups_nest_as_deep_as_a_document_may() -> None:
    source: Any = {"event": {"name": "A"}}
    for _ in range(45):
        source = {"none": [{"all": [source]}]}

    assert not holds(source, facts((T, "A", {})), T)
    assert holds(source, facts(), T)


@pytest.mark.parametrize(
    ("window", "offset", "inside"),
    [
        ("within: 10ms", 0, True),
        ("within: 10ms", 10, True),
        ("within: 10ms", 11, False),
        ("within: 0ms", 0, True),
        ("within: 0ms", 1, False),
        ("since: 2026-03-02T10:00:00Z", 0, True),
        ("since: 2026-03-02T10:00:00.001Z", 5, False),
        ("since: 2026-03-02T11:00:00+01:00", 0, True),
        ("between: [2026-03-02T10:00:00Z, 2026-03-02T10:00:00Z]", 0, True),
        ("between: [2026-03-02T09:00:00Z, 2026-03-02T09:59:59.999Z]", 0, False),
        ("between: [2026-03-02T10:00:00.001Z, 2026-03-02T11:00:00Z]", 9, False),
        ("within: 1 calendar_day", DAY, True),
        ("within: 1 calendar_day", DAY + 1, False),
    ],
)
def test_windows_are_closed_at_both_ends(window: str, offset: int, inside: bool) -> None:
    assert inside == holds(f"event: {{name: A, {window}}}", facts((T, "A", {})), T + offset)


@pytest.mark.parametrize(
    ("zone", "told", "last"),
    [
        ("Europe/Madrid", "2026-03-28T10:00:00+01:00", "2026-03-29T10:00:00+02:00"),
        ("Europe/Madrid", "2026-10-24T10:00:00+02:00", "2026-10-25T10:00:00+01:00"),
        ("Europe/Madrid", "2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00"),
        ("Europe/Madrid", "2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
        ("UTC", "2026-03-28T10:00:00+01:00", "2026-03-29T10:00:00+01:00"),
    ],
)
def test_a_window_of_calendar_days_ends_at_the_same_local_time(zone: str, told: str, last: str) -> None:
    person = facts((at(told), "A", {}), traits={"timezone": zone})
    source = "event: {name: A, within: 1 calendar_day}"

    assert holds(source, person, at(last))
    assert not holds(source, person, at(last) + 1)
    assert at(last) + 1 == truth(source, person, at(told)).until


@pytest.mark.parametrize(
    ("more", "inside"),
    [
        ("count: {is: 3}", True),
        ("count: {is: 3.0}", True),
        ("count: {is: 0}", False),
        ("count: {is_not: 3}", False),
        ("count: {gt: 2}", True),
        ("count: {gte: 4}", False),
        ("count: {lt: 4}", True),
        ("count: {lte: 2}", False),
        ("count: {between: [1, 3]}", True),
        ("count: {in: [2, 4]}", False),
        ("count: {not_in: [2, 4]}", True),
        ("count: {gte: 2, lt: 3}", False),
        ("sum: {properties.total: {is: 0.6}}", True),
        ("sum: {properties.total: {gt: 0.6}}", False),
        ("avg: {properties.total: {is: 0.2}}", True),
        ("min: {properties.total: {is: 0.1}}", True),
        ("max: {properties.total: {lte: 0.3}}", True),
        ("sum: {properties.none: {gte: 0}}", False),
        ("sum: {properties.none: {is_not: 1}}", False),
        ("sum: {properties.code: {gte: 0}}", False),
        ("sum: {properties.items.price: {is: 6}}", True),
        ("sum: {properties.total: {gte: 0.1}, properties.none: {gte: 0}}", False),
        ("sum: {properties.total: {gte: 0.1}}, count: {gte: 4}", False),
        ("where: {properties.total: {gte: 0.2}}, count: {is: 2}", True),
        ("where: {properties.total: {gte: 0.2}}, sum: {properties.total: {is: 0.5}}", True),
        ("first: {properties.total: {is: 0.1}}", True),
        ("first: {properties.total: {is: 0.2}}", False),
        ("last: {properties.total: {is: 0.3}}", True),
        ("last: {properties.total: {is: 0.2}}", False),
        ("where: {properties.total: {lt: 0.3}}, last: {properties.total: {is: 0.2}}", True),
        ("where: {properties.total: {gt: 9}}, last: {properties.total: {exists: false}}", False),
        ("where: {properties.total: {gte: 0.1}, properties.code: {is: a}}, count: {is: 3}", True),
        ("where: {event: {is: A}}", True),
    ],
)
def test_counts_and_aggregates(more: str, inside: bool) -> None:
    person = facts(
        (1, "A", {"total": 0.1, "code": "a", "items": [{"price": 1}, {"price": 2}]}),
        (2, "A", {"total": 0.2, "code": "a", "items": [{"price": 3}, {"price": "4"}]}),
        (3, "A", {"total": 0.3, "code": "a"}),
    )

    assert inside == holds(f"event: {{name: A, {more}}}", person, 10)


@pytest.mark.parametrize(
    ("count", "now", "until"),
    [
        ("{gte: 2}", 20, 111),
        ("{gte: 3}", 20, 101),
        ("{gte: 4}", 20, None),
        ("{lt: 3}", 20, 101),
        ("{is: 2}", 20, 101),
        ("{is: 0}", 20, 121),
        ("{is_not: 1}", 20, 111),
        ("{is: 1}", 20, 111),
        ("{lte: 5}", 20, None),
    ],
)
def test_until_is_the_first_instant_outside(count: str, now: int, until: int | None) -> None:
    person = facts((0, "A", {}), (10, "A", {}), (20, "A", {}))

    assert until == truth(f"event: {{name: A, within: 100ms, count: {count}}}", person, now).until


def test_events_of_one_instant_leave_together() -> None:
    person = facts((0, "A", {}), (0, "A", {}), (5, "A", {}))

    assert 11 == truth("event: {name: A, within: 10ms, count: {gte: 3}}", person, 5).until
    assert 11 == truth("event: {name: A, within: 10ms, count: {is: 1}}", person, 5).until
    assert 16 == truth("event: {name: A, within: 10ms, count: {is: 1}}", person, 11).until


@pytest.mark.parametrize(
    ("op", "value", "inside"),
    [
        ("is: a", "a", True),
        ("is: a", "A", False),
        ("is: a, fold: true", "A", True),
        ("is: straße, fold: true", "STRASSE", True),
        ("is: Σίσυφος, fold: true", "ΣΊΣΥΦΟΣ", True),
        ("is: jose, fold: true", "JOSÉ", False),
        ("is: josé", "jose\u0301", True),
        ("is: JOSÉ, fold: true", "jose\u0301", True),
        ("is: 10", 10.0, True),
        ("is: 10.0", 10, True),
        ("is: 10", "10", False),
        ('is: "10"', 10, False),
        ("is: 1", True, False),
        ("is: true", 1, False),
        ("is: true", True, True),
        ("is: true", "true", False),
        ('is: ""', "", True),
        ("is: a", None, False),
        ("is_not: a", "b", True),
        ("is_not: a", None, False),
        ("is_not: a", 7, True),
        ("is_not: a", {"x": 1}, True),
        ("in: [a, 10]", 10.0, True),
        ("in: [a, 10]", "b", False),
        ("in: []", "b", False),
        ("not_in: [a]", "b", True),
        ("not_in: [a]", None, False),
        ("not_in: []", "b", True),
        ("gt: 3", 4, True),
        ("gt: 3", 3, False),
        ("gte: 3", 3, True),
        ("lt: 0.3", 0.1, True),
        ("lte: 3", "2", False),
        ("gt: 0", True, False),
        ("gt: 0", None, False),
        ("gte: 9007199254740993", 9007199254740992.0, False),
        ("between: [1, 3]", 3, True),
        ("between: [1, 3]", 3.1, False),
        ("contains: b", "abc", True),
        ("contains: B", "abc", False),
        ("contains: B, fold: true", "abc", True),
        ("contains: b", ["b", "c"], True),
        ("contains: b", ["abc"], False),
        ("contains: 2", [1, 2], True),
        ("contains: 2", 2, True),
        ("contains: 2", "2", False),
        ("contains: a", {"a": 1}, False),
        ('contains: ""', "abc", True),
        ("contains: .*", "abc", False),
        ("starts_with: ab", "abc", True),
        ("starts_with: B", "abc", False),
        ("ends_with: bc", "abc", True),
        ("ends_with: BC, fold: true", "abc", True),
        ("starts_with: a", 5, False),
        ("exists: true", "", True),
        ("exists: true", None, False),
        ("exists: true", [], True),
        ("exists: false", None, True),
        ("exists: false", 0, False),
        ("exists: true, is: a", "a", True),
        ("exists: false, is: a", None, False),
        ("is: b", ["a", "b"], True),
        ("is_not: a", ["a", "b"], True),
        ("is_not: a", ["a"], False),
        ("is: a", [], False),
        ("is: a", [None, "a"], True),
        ("gt: 5, lt: 7", [4, 8], False),
        ("gt: 5, lt: 7", [4, 6], True),
        ("before: 2026-01-01T00:00:00Z", "2025-12-31T23:59:59.999Z", True),
        ("before: 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", False),
        ("before: 2026-01-01T00:00:00Z", "2026-01-01T00:30:00+01:00", True),
        ("after: 2026-01-01T00:00:00Z", "2026-01-01T00:00:00.001Z", True),
        ("after: 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", False),
        ("after: 2026-01-01T00:00:00Z", "soon", False),
        ("after: 1970-01-01T00:00:00Z", 5, False),
        ("after: 2026-01-01T00:00:00Z, before: 2026-01-03T00:00:00Z", "2026-01-02", True),
    ],
)
def test_operations_on_one_value(op: str, value: Any, inside: bool) -> None:
    assert inside == holds(f"trait: {{t: {{{op}}}}}", facts(traits={"t": value}))
    assert inside == holds(f"event: {{name: A, where: {{properties.t: {{{op}}}}}}}", facts((0, "A", {"t": value})))


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("address.country", True),
        ("address", False),
        ("address.country.code", False),
        ("orders.country", True),
        ("orders.items.country", True),
        ("nothing.country", False),
        ("name.country", False),
    ],
)
def test_paths_go_through_objects_and_lists(path: str, inside: bool) -> None:
    traits = {
        "address": {"country": "ES"},
        "orders": [{"country": "FR"}, {"country": "ES"}, {"items": [{"country": "ES"}]}, 7],
        "name": "ES",
    }

    assert inside == holds({"trait": {path: {"is": "ES"}}}, facts(traits=traits))


def test_all_paths_must_hold() -> None:
    person = facts(traits={"a": 1, "b": 2})

    assert holds("trait: {a: {is: 1}, b: {is: 2}}", person)
    assert not holds("trait: {a: {is: 1}, b: {is: 1}}", person)


def test_a_trait_counts_for_as_long_as_it_has_held() -> None:
    person = Facts(person=1)
    for instant, value in [(0, "gold"), (10, "gold"), (20, "silver"), (30, "gold"), (40, "gold")]:
        person.add_trait("tier", TraitVersion(instant, f"m{instant}", value))
    source = "trait: {tier: {is: gold, for: 100ms}}"

    assert not holds(source, person, 129)
    assert 130 == truth(source, person, 50).until
    assert holds(source, person, 130)
    assert ("m30",) == truth(source, person, 130).because


def test_a_missing_trait_may_have_been_missing_for_a_while() -> None:
    person = Facts(person=1)
    person.add_trait("phone", TraitVersion(10, "m1", "1"))
    person.add_trait("phone", TraitVersion(20, "m2", None))

    assert not holds("trait: {phone: {exists: false, for: 5ms}}", person, 24)
    assert holds("trait: {phone: {exists: false, for: 5ms}}", person, 25)


@pytest.mark.parametrize(
    ("value", "zone", "first", "last"),
    [
        ("1990-05-10", "Europe/Madrid", "2026-05-10T00:00:00+02:00", "2026-05-10T23:59:59.999+02:00"),
        ("1992-02-29", "UTC", "2026-02-28T00:00:00Z", "2026-02-28T23:59:59.999Z"),
        ("1992-02-29", "UTC", "2028-02-29T00:00:00Z", "2028-02-29T23:59:59.999Z"),
        ("1990-03-29", "Europe/Madrid", "2026-03-29T00:00:00+01:00", "2026-03-29T23:59:59.999+02:00"),
        ("1990-05-10T23:30:00Z", "Europe/Madrid", "2026-05-11T00:00:00+02:00", "2026-05-11T23:59:59.999+02:00"),
        ("1990-05-10T23:30:00", "Europe/Madrid", "2026-05-10T00:00:00+02:00", "2026-05-10T23:59:59.999+02:00"),
        ("1990-01-01", "Pacific/Auckland", "2026-01-01T00:00:00+13:00", "2026-01-01T23:59:59.999+13:00"),
        ("2025-12-31", "UTC", "2026-12-31T00:00:00Z", "2026-12-31T23:59:59.999Z"),
    ],
)
def test_an_anniversary_lasts_the_whole_local_day(value: str, zone: str, first: str, last: str) -> None:
    person = facts(traits={"born": value, "timezone": zone})
    source = "trait: {born: {anniversary: true}}"

    assert not holds(source, person, at(first) - 1)
    assert at(first) == truth(source, person, at(first) - 1).until
    assert holds(source, person, at(first))
    assert at(last) + 1 == truth(source, person, at(first)).until
    assert holds(source, person, at(last))
    assert not holds(source, person, at(last) + 1)
    assert holds("trait: {born: {anniversary: false}}", person, at(first) - 1)


@pytest.mark.parametrize("value", ["soon", 19900510, None, "1990-13-40", "9999-12-31", {"a": 1}])
def test_what_is_no_date_has_no_anniversary(value: Any) -> None:
    person = facts(traits={"born": value})

    assert not holds("trait: {born: {anniversary: true}}", person, T)
    if value != "9999-12-31":
        assert not holds("trait: {born: {anniversary: false}}", person, T)


def test_within_last_runs_out_and_waits_for_the_future() -> None:
    person = facts(traits={"seen": "2026-03-02T10:00:00Z"})
    source = "trait: {seen: {within_last: 3d}}"

    assert not holds(source, person, T - 1)
    assert T == truth(source, person, T - 1).until
    assert holds(source, person, T + 3 * DAY)
    assert T + 3 * DAY + 1 == truth(source, person, T).until
    assert not holds(source, person, T + 3 * DAY + 1)


@pytest.mark.parametrize(
    ("steps", "more", "inside"),
    [
        ("[A, B]", "", True),
        ("[B, A]", "", False),
        ("[A, C]", "", True),
        ("[A, A]", "", False),
        ("[C, D]", "", True),
        ("[D, C]", "", True),
        ("[A, B, D, C]", "", True),
        ("[A, B]", ", span: 10ms", True),
        ("[A, B]", ", span: 9ms", False),
        ("[A, B]", ", within: 30ms", True),
        ("[A, B]", ", within: 29ms", False),
        ("[{name: A, where: {properties.n: {is: 1}}}, B]", "", True),
        ("[{name: A, where: {properties.n: {is: 2}}}, B]", "", False),
        ("[A, E]", "", False),
        ("[C, C]", "", True),
        ("[C, C, C]", "", False),
    ],
)
def test_sequences(steps: str, more: str, inside: bool) -> None:
    person = facts((0, "A", {"n": 1}), (10, "B", {}), (20, "C", {}), (20, "D", {}), (25, "C", {}))

    assert inside == holds(f"sequence: {{steps: {steps}{more}}}", person, 30)


def test_one_event_fills_one_step_even_among_equals() -> None:
    person = facts((5, "A", {"n": 1}), (5, "A", {"n": 2}))
    steps = "[{name: A, where: {properties.n: {gte: 1}}}, {name: A, where: {properties.n: {is: 1}}}]"

    assert holds(f"sequence: {{steps: {steps}}}", person, 5)
    assert not holds("sequence: {steps: [A, A, A]}", person, 5)


def test_a_sequence_of_one_thing() -> None:
    source = "sequence: {steps: [Viewed, Bought], same: properties.sku}"

    assert not holds(source, facts((0, "Viewed", {"sku": 1}), (1, "Bought", {"sku": 2})), 5)
    assert holds(source, facts((0, "Viewed", {"sku": 1}), (1, "Viewed", {"sku": 2}), (2, "Bought", {"sku": 1})), 5)


def test_the_latest_sequence_says_how_long_it_lasts() -> None:
    person = facts((0, "A", {}), (10, "B", {}), (20, "A", {}), (30, "B", {}))

    assert 121 == truth("sequence: {steps: [A, B], within: 100ms}", person, 30).until


def test_same_alone_is_per_value() -> None:
    twice = "event: {name: Viewed, count: {gte: 2}, same: properties.sku}"

    assert not holds(twice, facts((0, "Viewed", {"sku": 1}), (1, "Viewed", {"sku": 2}), (2, "Viewed", {})), 5)
    assert holds(twice, facts((0, "Viewed", {"sku": 1}), (1, "Viewed", {"sku": 1.0})), 5)
    assert not holds(twice, facts((0, "Viewed", {}), (1, "Viewed", {})), 5)


def test_same_in_a_run_is_the_entering_events() -> None:
    source = "none: [{event: {name: Order Completed, same: properties.cart_id}}]"
    person = facts((0, "Order Completed", {"cart_id": "7"}), (0, "Order Completed", {}))

    assert not holds(source, person, 5, same={"properties.cart_id": "7"})
    assert holds(source, person, 5, same={"properties.cart_id": "8"})
    assert holds(source, person, 5, same={"properties.cart_id": None})
    assert not holds(source, person, 5, same={"properties.cart_id": ["8", "7"]})


def test_same_reaches_down_to_any_depth() -> None:
    source = """
all:
  - event: {name: Viewed}
  - any:
      - none:
          - all:
              - event: {name: Bought, same: properties.sku}
              - event: {name: Returned, same: properties.sku, count: {is: 0}}
"""
    viewed = [(0, "Viewed", {"sku": 1}), (0, "Bought", {"sku": 2})]

    assert holds(source, facts(*viewed), 5)
    assert not holds(source, facts(*viewed, (1, "Bought", {"sku": 1})), 5)
    assert holds(source, facts(*viewed, (1, "Bought", {"sku": 1}), (2, "Returned", {"sku": 1})), 5)
    assert not holds(source, facts(*viewed, (1, "Bought", {"sku": 1}), (2, "Returned", {"sku": 2})), 5)


def test_the_first_event_of_an_all_is_the_first_that_stands_in_it() -> None:
    turned = """
all:
  - none: [{event: {name: Order Completed, same: properties.cart_id}}]
  - event: {name: Cart Updated}
"""

    assert holds(turned, facts((0, "Cart Updated", {"cart_id": 1})), 5)
    assert not holds(turned, facts((0, "Cart Updated", {"cart_id": 1}), (1, "Order Completed", {"cart_id": 1})), 5)


def test_consent_is_the_last_word() -> None:
    person = Facts(person=1)
    source = "consent: {purpose: marketing, channel: email, is: %s}"

    assert holds(source % "unknown", person)
    person.add_consent("marketing", "*", ConsentWord(1, "a", "granted"))
    assert holds(source % "granted", person)
    person.add_consent("marketing", "email", ConsentWord(2, "b", "denied"))
    assert holds(source % "denied", person)
    assert not holds(source % "granted", person)


def test_reachable_asks_for_an_address_and_not_for_consent() -> None:
    person = Facts(person=1)
    assert not holds("reachable: email", person)
    person.identifiers.append(Known("email", "a@example.com", 1, 0, 0))
    assert holds("reachable: email", person)
    assert not holds("reachable: sms", person)
    person.suppressed.add(("email", "a@example.com"))
    assert not holds("reachable: email", person)


def test_a_bucket_is_a_draw_by_the_first_known_identifier() -> None:
    person = Facts(person=1, identifiers=[Known("user_id", "u1", 1, 5, 9), Known("anonymous_id", "a1", 2, 1, 9)])
    drawn = draw("salt", "anonymous_id:a1")

    assert holds(f"bucket: {{salt: salt, from: {drawn}, to: {drawn + 1}}}", person)
    assert not holds(f"bucket: {{salt: salt, from: 0, to: {drawn}}}", person)
    assert not holds("bucket: {salt: salt, from: 0, to: 10000}", Facts(person=2))


def test_a_step_is_the_outcome_of_a_wait() -> None:
    assert holds("step: {came_back: timeout}", Facts(person=1), steps={"came_back": "timeout"})
    assert not holds("step: {came_back: timeout}", Facts(person=1), steps={"came_back": "event"})
    assert not holds("step: {came_back: timeout}", Facts(person=1))


def test_truth_names_the_messages_that_made_it() -> None:
    person = facts((0, "A", {}), (1, "B", {}), (2, "A", {}))

    assert ("m2", "m1") == truth("all: [{event: {name: A}}, {event: {name: B}}]", person, 5).because
    assert ("m2", "m0") == truth("event: {name: A, count: {gte: 2}}", person, 5).because
    assert ("m1",) == truth("none: [{event: {name: B}}]", person, 5).because


@pytest.mark.parametrize(
    ("source", "line", "column", "why"),
    [
        ("event: Cart", 1, 8, "a mapping is wanted here, not a text (`Cart`)"),
        ("event: {}", 1, 8, "`name` is missing"),
        ("event: {name: ''}", 1, 15, "an empty text names nothing"),
        ("event: {name: A, whithin: 3d}", 1, 18, "unknown field `whithin`"),
        ("event: {name: A, within: 3 days}", 1, 26, "a duration is wanted here, not a text (`3 days`)"),
        ("event: {name: A, within: 3}", 1, 26, "a duration is wanted here, not a number (`3`)"),
        ("event: {name: A, within: -3d}", 1, 26, "a span cannot be negative here"),
        ("event: {name: A, since: 2026-03-02}", 1, 25, "an instant is wanted here, not a text (`2026-03-02`)"),
        (
            "event: {name: A, since: '2026-03-02T10:00:00'}",
            1,
            25,
            "an instant is wanted here, not a text (`2026-03-02T10:00:00`)",
        ),
        ("event: {name: A, within: 3d, since: 2026-03-02T10:00:00Z}", 1, 30, "`since` stands beside `within`"),
        ("event: {name: A, between: [2026-03-02T10:00:00Z]}", 1, 27, "`between` has two instants, not 1"),
        (
            "event: {name: A, between: [2026-03-03T00:00:00Z, 2026-03-02T00:00:00Z]}",
            1,
            27,
            "the window ends before it begins",
        ),
        ("event: {name: A, count: 3}", 1, 25, "an operation is wanted here, not a number (`3`)"),
        ("event: {name: A, count: {contains: a}}", 1, 26, "unknown field `contains`"),
        ("event: {name: A, count: {gte: '3'}}", 1, 31, "a number is wanted here, not a text (`3`)"),
        ("event: {name: A, count: {gte: true}}", 1, 31, "a number is wanted here, not a boolean (`true`)"),
        ("event: {name: A, where: {a: b}}", 1, 29, "an operation is wanted here, not a text (`b`)"),
        ("event: {name: A, where: {}}", 1, 25, "no path is named"),
        ("event: {name: A, where: {a..b: {is: 1}}}", 1, 26, "`a..b` is no path"),
        ("event: {name: A, where: {a: {}}}", 1, 29, "no operation is given"),
        ("event: {name: A, where: {a: {equals: 1}}}", 1, 30, "unknown field `equals`"),
        ("event: {name: A, where: {a: {is: null}}}", 1, 34, "`null` is a missing value and equals nothing"),
        ("event: {name: A, where: {a: {is: [1]}}}", 1, 34, "one value is wanted here, not a list"),
        ("event: {name: A, where: {a: {in: ES}}}", 1, 34, "a list is wanted here, not a text (`ES`)"),
        ("event: {name: A, where: {a: {gt: '1'}}}", 1, 34, "a number is wanted here, not a text (`1`)"),
        ("event: {name: A, where: {a: {between: [3, 1]}}}", 1, 39, "the least is greater than the most"),
        ("event: {name: A, where: {a: {exists: 'yes'}}}", 1, 38, "a boolean is wanted here, not a text (`yes`)"),
        ("event: {name: A, where: {a: {gt: 1, fold: true}}}", 1, 43, "`fold` has no text to compare"),
        ("event: {name: A, where: {a: {within_last: 3d}}}", 1, 30, "unknown field `within_last`"),
        ("event: {name: A, where: {a: {is: 1, for: 3d}}}", 1, 37, "unknown field `for`"),
        ("trait: {a: {anniversary: true, for: 3d}}", 1, 37, "`for` cannot stand beside what time itself changes"),
        ("trait: {a: {before: tomorrow}}", 1, 21, "an instant is wanted here, not a text (`tomorrow`)"),
        ("segment: vpi", 1, 10, "there is no Segment with the key `vpi`"),
        ("segment: 7", 1, 10, "a text is wanted here, not a number (`7`)"),
        ("consent: {purpose: a, channel: b}", 1, 10, "`is` is missing"),
        ("consent: {purpose: a, channel: b, is: yes}", 1, 39, "`yes` is not one of the choices"),
        ("reachable: ''", 1, 12, "an empty text names nothing"),
        ("bucket: {salt: s, from: 0, to: 10001}", 1, 32, "10001 is out of bounds"),
        ("bucket: {salt: s, from: 5, to: 4}", 1, 9, "the bucket ends before it begins"),
        ("bucket: {salt: s, from: 1.5, to: 4}", 1, 25, "1.5 is not a whole number"),
        ("sequence: {steps: []}", 1, 19, "a sequence without steps"),
        ("sequence: {steps: [A, {where: {a: {is: 1}}}]}", 1, 23, "`name` is missing"),
        ("step: {went_away: timeout}", 1, 8, "there is no wait with the name `went_away` before this"),
        ("step: {came_back: late}", 1, 19, "`late` is not one of the choices"),
        ("everybody: {}", 1, 1, "unknown condition `everybody`"),
        ("{}", 1, 1, "a condition has one field, this has 0"),
        ("{event: {name: A}, segment: vip}", 1, 1, "a condition has one field, this has 2"),
        ("[]", 1, 1, "a mapping is wanted here, not a list"),
        ("all: {event: {name: A}}", 1, 6, "a list is wanted here, not a mapping"),
        (
            "lifecycle: {is: [active]}",
            1,
            1,
            "`lifecycle` is not in this version yet: there are no lifecycle stages to ask",
        ),
        ("list: friends", 1, 1, "`list` is not in this version yet: there are no uploaded lists to ask"),
        ("near: {store: s, radius: 5}", 1, 1, "`near` is not in this version yet: there are no positions to ask"),
    ],
)
def test_a_fault_names_its_place_and_why(source: str, line: int, column: int, why: str) -> None:
    node, faults = read_node(source, "p.yaml")
    assert [] == faults
    assert node is not None
    reading = Reading({"Segment": {"vip"}})

    read_predicate(node, reading, steps={"came_back"})

    assert (line, column, why) == (reading.faults[0].line, reading.faults[0].column, reading.faults[0].why)
    assert reading.faults[0].mend


def test_all_faults_of_a_predicate_are_said_at_once() -> None:
    node, _ = read_node(
        "all:\n  - event: {nam: A, within: soon}\n  - segment: vpi\n  - trait: {a: {is: null}}\n", "p.yaml"
    )
    assert node is not None
    reading = Reading({"Segment": {"vip"}})

    read_predicate(node, reading)

    assert [2, 2, 2, 3, 4] == [fault.line for fault in reading.faults]
    assert "did you mean `vip`?" == reading.faults[3].mend
    assert "did you mean `name`?" == reading.faults[0].mend


def test_a_step_has_no_place_in_a_segment() -> None:
    node, _ = read_node("step: {came_back: timeout}")
    assert node is not None
    reading = Reading()

    read_predicate(node, reading)

    assert ["`step` asks for a wait, and there is no run here"] == [fault.why for fault in reading.faults]


def test_needs_say_what_may_change_it() -> None:
    found = predicate(
        """
all:
  - event: {name: A, within: 1 calendar_day, same: properties.sku}
  - sequence: {steps: [B, {name: C}]}
  - trait: {tier.level: {is: gold, for: 3d}, born: {anniversary: true}}
  - none: [{segment: vip}, {consent: {purpose: p, channel: email, is: granted}}, {reachable: direct_mail}]
  - step: {came_back: timeout}
"""
    ).needs

    assert {"A", "B", "C"} == found.events
    assert {"tier", "born", "timezone", "address"} == found.traits
    assert {"tier"} == found.held
    assert {"vip"} == found.segments
    assert found.consents
    assert {"direct_mail"} == found.reachable
    assert {"came_back"} == found.steps
    assert {"properties.sku"} == found.same


@pytest.mark.parametrize(
    "value", [{"a": [[[[1]]]]}, [[["a"]]], 1e308, -0.0, 10**40, "\0", "𝕏" * 1000, {"": ""}, [None], True]
)
def test_no_value_brings_a_predicate_down(value: Any) -> None:
    person = facts((0, "A", {"p": value}), (1, "A", {"p": value}), traits={"p": value})
    for op in ("is: a", "gt: 1", "contains: a", "starts_with: a", "before: 2026-01-01T00:00:00Z", "exists: true"):
        truth(f"event: {{name: A, where: {{properties.p: {{{op}}}}}}}", person, 5)
        truth(f"trait: {{p.a: {{{op}}}}}", person, 5)
    truth("event: {name: A, sum: {properties.p: {gt: 1}}, avg: {properties.p: {gt: 1}}, same: properties.p}", person, 5)
    truth("trait: {p: {anniversary: true}}", person, 5)
    truth("trait: {p: {within_last: 3d}}", person, 5)
