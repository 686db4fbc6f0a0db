"""When two people turn out to be one, and when they part again."""

from tests.journeys.test_runs import CART, PINS
from tests.journeys.world import World, instant
from trenza.kernel import Instant
from trenza.profiles import Facts


def _two() -> World:
    world = World(CART, zone="Europe/Madrid", pins=PINS)
    world.person("u1", "push", "email", push_token="token-1", email="ana@example.com")
    world.person("u2", "push", "email", push_token="token-2", email="luz@example.com")
    return world


def _merge(world: World, at: str, gone: str, into: str) -> Facts:
    """All of one person becomes another's."""
    now: Instant = instant(at)
    world.advance(now)
    before, after = world.facts.pop(gone), world.facts[into]
    after.leaves |= before.leaves
    after.identifiers += before.identifiers
    for occurrences in before.events.values():
        for each in occurrences:
            after.add_event(each)
    before.leaves, before.identifiers = set(), []
    world.runs.on_move(before, after, now)
    world.drain()
    return after


def test_of_two_runs_of_one_cart_the_older_is_left() -> None:
    world = _two()
    world.track("2026-03-02T10:00:00+01:00", "u1", "Cart Updated", cart_id="7")
    world.track("2026-03-02T10:10:00+01:00", "u2", "Cart Updated", cart_id="7")
    world.track("2026-03-02T10:10:00+01:00", "u2", "Cart Updated", cart_id="8")
    _merge(world, "2026-03-02T10:20:00+01:00", "u2", "u1")
    world.until("2026-03-02T11:20:00+01:00")

    assert [("2026-03-02T10:00:00", '"7"', "sent"), ("2026-03-02T10:10:00", '"8"', "sent")] == world.told(
        "instance", "verdict"
    )


def test_a_step_that_either_has_sent_is_not_sent_again_and_the_run_goes_on() -> None:
    world = _two()
    world.track("2026-03-02T10:00:00+01:00", "u1", "Cart Updated", cart_id="7")
    world.track("2026-03-02T10:10:00+01:00", "u2", "Cart Updated", "2026-03-02T09:30:00+01:00", cart_id="7")
    world.until("2026-03-02T11:01:00+01:00")  # u1 has the first message, u2's run is older and still waits
    _merge(world, "2026-03-02T11:05:00+01:00", "u1", "u2")
    world.until("2026-03-03T12:00:00+01:00")

    assert [
        ("2026-03-02T10:00:00", "first", "sent", ""),
        ("2026-03-02T10:10:00", "first", "skipped", "already_sent"),
        ("2026-03-03T06:10:00", "second", "deferred", ""),
        ("2026-03-03T08:00:00", "second", "sent", ""),
    ] == world.told("step", "verdict", "reason")


def test_caps_add_up() -> None:
    world = _two()
    for name in ("u1", "u2"):
        world.track("2026-03-02T10:00:00+01:00", name, "Cart Updated", cart_id=name)
    world.until("2026-03-02T11:00:02+01:00")
    after = _merge(world, "2026-03-02T11:05:00+01:00", "u2", "u1")
    world.track("2026-03-02T12:00:00+01:00", "u1", "Cart Updated", cart_id="9")
    world.until("2026-03-02T13:00:02+01:00")

    assert "cap" == world.records[-1].reason
    assert after.person == world.records[-1].person


def test_a_merge_brings_the_exits_and_goals_of_the_other_half() -> None:
    world = _two()
    world.track("2026-03-02T10:00:00+01:00", "u1", "Cart Updated", cart_id="7")
    world.track("2026-03-02T10:30:00+01:00", "u2", "Order Completed", cart_id="7", total=60)
    _merge(world, "2026-03-02T10:40:00+01:00", "u2", "u1")
    world.until("2026-03-04T00:00:00+01:00")

    assert [] == world.records
    assert [60.0] == [goal.value for goal in world.all.goals]


def test_a_run_goes_with_the_leaf_it_hangs_on_when_people_part() -> None:
    world = _two()
    world.track("2026-03-02T10:00:00+01:00", "u1", "Cart Updated", cart_id="7")
    world.track("2026-03-02T10:10:00+01:00", "u2", "Cart Updated", cart_id="8")
    apart = {"identifiers": list(world.facts["u2"].identifiers), "leaves": set(world.facts["u2"].leaves)}
    gone = world.facts["u2"]
    joined = _merge(world, "2026-03-02T10:20:00+01:00", "u2", "u1")
    gone.identifiers, gone.leaves = apart["identifiers"], apart["leaves"]  # type: ignore[assignment]  # as it was
    joined.identifiers = [each for each in joined.identifiers if each.leaf not in gone.leaves]
    joined.leaves -= gone.leaves
    world.facts["u2"] = gone
    world.runs.on_move(joined, gone, instant("2026-03-02T10:30:00+01:00"))
    world.until("2026-03-02T11:10:02+01:00")

    assert [(joined.person, '"7"'), (gone.person, '"8"')] == [
        (each.person, each.instance) for each in world.records if not each.fallback
    ]
