"""Each kind of step, each form of a wait."""

import pytest

from tests.journeys.world import World
from trenza.journeys.machine import drawn_arm
from trenza.journeys.model import Draw
from trenza.kernel import draw

HEAD = """
kind: Journey
key: j
enter: {event: Go, reenter: {after: 0s}}
exit: [{event: Stop}]
holdout: {percent: 0}
policy: {purpose: service}
steps:
"""
HELLO = "  - send: {name: hello, channel: email, template: hello}\n"


def _world(steps: str, zone: str = "UTC", **traits: object) -> World:
    world = World(HEAD + steps + HELLO, zone=zone)
    world.person("u1", email="ana@example.com")
    if traits:
        world.give_trait("2026-03-01T00:00:00Z", "u1", **traits)
    return world


def _sent_at(world: World, until: str = "2026-04-30T00:00:00Z") -> list[str]:
    world.until(until)
    return [str(at) for at, verdict in world.told("verdict") if verdict == "sent"]


@pytest.mark.parametrize(
    ("wait", "at", "zone"),
    [
        ("20h", "2026-03-29T08:00:00", "Europe/Madrid"),
        ("1 calendar_day", "2026-03-29T11:00:00", "Europe/Madrid"),
        ('{until: "2026-03-30T00:00:00Z"}', "2026-03-30T00:00:00", "UTC"),
        ('{until: "2026-03-20T00:00:00Z"}', "2026-03-28T12:00:00", "UTC"),
        ('{until: "2026-03-30T00:00:00Z", timeout: 1h}', "2026-03-28T13:00:00", "UTC"),
        ("{until: {trait: appointment.at, offset: -1d}}", "2026-03-30T09:00:00", "UTC"),
        ("{until: {trait: birthday}}", "2026-03-30T22:00:00", "Europe/Madrid"),
        ("{until: {trait: nothing}}", "2026-03-28T12:00:00", "UTC"),
        ("{until: {trait: nothing}, timeout: 2h}", "2026-03-28T14:00:00", "UTC"),
        ('{until: {local: "05:00", days: [thu]}}', "2026-04-02T03:00:00", "Europe/Madrid"),
        ('{until: {local: "13:00"}}', "2026-03-28T12:00:00", "Europe/Madrid"),
        ('{until: {local: {from: "09:00", to: "14:00"}}}', "2026-03-28T12:00:00", "Europe/Madrid"),
        ('{until: {local: {from: "18:00", to: "20:00"}}}', "2026-03-28T17:00:00", "Europe/Madrid"),
        ('{until: {local: {from: "18:00", to: "20:00"}, days: [sun]}}', "2026-03-29T16:00:00", "Europe/Madrid"),
    ],
)
def test_a_wait_ends_at_its_instant(wait: str, at: str, zone: str) -> None:
    world = _world(f"  - wait: {wait}\n", zone, appointment={"at": "2026-03-31T09:00:00Z"}, birthday="2026-03-31")
    world.track("2026-03-28T12:00:00Z", "u1", "Go")

    assert [at] == _sent_at(world)


def test_a_trait_that_comes_later_or_changes_moves_the_wait() -> None:
    world = _world("  - wait: {until: {trait: appointment}, timeout: 20d}\n")
    world.track("2026-03-28T12:00:00Z", "u1", "Go")
    world.give_trait("2026-03-28T13:00:00Z", "u1", appointment="2026-03-30T09:00:00Z")
    world.give_trait("2026-03-28T14:00:00Z", "u1", appointment="2026-03-31T09:00:00Z")

    assert ["2026-03-31T09:00:00"] == _sent_at(world)


def test_a_new_zone_moves_a_wait_for_a_local_time() -> None:
    world = _world('  - wait: {until: {local: "18:00"}}\n', "Europe/Madrid")
    world.track("2026-03-20T12:00:00Z", "u1", "Go")
    world.give_trait("2026-03-20T13:00:00Z", "u1", timezone="America/New_York")

    assert ["2026-03-20T22:00:00"] == _sent_at(world)


def test_a_wait_for_an_event_with_same_takes_only_its_own_entity() -> None:
    world = _world("  - wait: {until: {event: Paid, same: properties.id}, timeout: 1d, name: paid}\n")
    world.track("2026-03-20T12:00:00Z", "u1", "Go", id="7")
    world.track("2026-03-20T13:00:00Z", "u1", "Paid", id=7)
    world.track("2026-03-20T14:00:00Z", "u1", "Paid")
    world.track("2026-03-20T15:00:00Z", "u1", "Paid", id="7")

    assert ["2026-03-20T15:00:00"] == _sent_at(world)


def test_a_wait_for_a_segment_ends_on_entering_and_inside_it_does_not_wait() -> None:
    steps = "  - wait: {until: {segment: vip}, timeout: 1d}\n"
    world = _world(steps)
    world.track("2026-03-20T12:00:00Z", "u1", "Go")
    world.change_segment("2026-03-20T15:00:00Z", "u1", "vip", entered=True)
    assert ["2026-03-20T15:00:00"] == _sent_at(world)

    world = _world(steps)
    world.change_segment("2026-03-20T11:00:00Z", "u1", "vip", entered=True)
    world.track("2026-03-20T12:00:00Z", "u1", "Go")
    assert ["2026-03-20T12:00:00"] == _sent_at(world)


def test_entry_by_segment_once_per_person_and_leaving_ends_nothing() -> None:
    text = HEAD.replace("{event: Go, reenter: {after: 0s}}", "{segment: vip}") + "  - wait: 1h\n" + HELLO
    world = World(text)
    world.person("u1", email="ana@example.com")
    world.change_segment("2026-03-20T12:00:00Z", "u1", "vip", entered=True)
    world.change_segment("2026-03-20T12:30:00Z", "u1", "vip", entered=False)
    world.change_segment("2026-03-20T14:00:00Z", "u1", "vip", entered=True)

    assert ["2026-03-20T13:00:00"] == _sent_at(world)


def test_entry_by_the_api_is_an_event_that_names_the_journey() -> None:
    world = World(HEAD.replace("{event: Go, reenter: {after: 0s}}", "{api: true, instance: properties.id}") + HELLO)
    world.person("u1", email="ana@example.com")
    world.say("2026-03-20T12:00:00Z", "u1", "Journey Entry Requested", journey="other", id="1")
    world.say("2026-03-20T12:00:01Z", "u1", "Journey Entry Requested", journey="j", id="1")
    world.say("2026-03-20T12:00:02Z", "u1", "Journey Entry Requested", journey="j", id="1")
    world.say("2026-03-20T12:00:03Z", "u1", "Journey Entry Requested", journey="j")

    assert ["2026-03-20T12:00:01"] == _sent_at(world)


def test_a_trait_that_a_step_sets_is_known_to_the_next_and_said_as_an_event() -> None:
    steps = """  - set: {trait: {level: gold}}
  - branch:
      when: [{if: {trait: {level: {is: gold}}}, then: [{task: {queue: desk, title: {es: Llamar, en: Call}, due: 2h}}]}]
      else: [end]
"""
    world = _world(steps)
    world.track("2026-03-20T12:00:00Z", "u1", "Go")

    assert [{"level": "gold"}] == [each.message["traits"] for each in world.all.emissions]
    assert [("desk", 2 * 3_600_000)] == [(task.queue, (task.due or 0) - task.created_at) for task in world.all.tasks]
    assert ["2026-03-20T12:00:00"] == _sent_at(world)


def test_a_word_on_consent_is_said_as_an_event() -> None:
    world = _world("  - set: {consent: {purpose: marketing, channel: '*', is: denied}}\n")
    world.track("2026-03-20T12:00:00Z", "u1", "Go")

    assert ["Consent Changed"] == [each.message["event"] for each in world.all.emissions]
    assert "denied" == world.facts["u1"].consent("marketing", "email")


def test_a_split_goes_the_way_of_the_arm_that_was_drawn() -> None:
    steps = """  - split:
      name: way
      arms:
        short: {weight: 1, then: [{wait: 1h}]}
        long: {weight: 1, then: [{wait: 2h}]}
"""
    for arm, at in (("short", "2026-03-20T13:00:00"), ("long", "2026-03-20T14:00:00")):
        world = World(HEAD + steps + HELLO, pins={"j": {"way": arm}})
        world.person("u1", email="ana@example.com")
        world.track("2026-03-20T12:00:00Z", "u1", "Go")
        assert [at] == _sent_at(world)
        assert {"way": arm} == world.records[0].arms


def test_arms_are_drawn_in_written_order_by_weight() -> None:
    step = Draw(name="offer", arms=(("a", 1), ("none", 0), ("b", 3)))
    for number in range(200):
        bucket = draw("j/offer", f"user_id:u{number}")
        assert ("a" if bucket < 2_500 else "b") == drawn_arm("j", step, f"user_id:u{number}")


def test_a_circle_comes_by_again_and_an_exit_ends_it() -> None:
    world = World(HEAD + HELLO + "  - wait: 1d\n  - goto: hello\n")
    world.person("u1", email="ana@example.com")
    world.track("2026-03-20T12:00:00Z", "u1", "Go")
    world.track("2026-03-22T13:00:00Z", "u1", "Stop")

    assert ["2026-03-20T12:00:00", "2026-03-21T12:00:00", "2026-03-22T12:00:00"] == _sent_at(world)


def test_a_circle_around_a_local_time_comes_by_once_a_day() -> None:
    world = World(HEAD + '  - wait: {until: {local: "12:00"}, name: noon}\n' + HELLO + "  - goto: noon\n")
    world.person("u1", email="ana@example.com")
    world.track("2026-03-20T12:00:00Z", "u1", "Go")

    assert ["2026-03-20T12:00:00", "2026-03-21T12:00:00"] == _sent_at(world, "2026-03-21T13:00:00Z")


def test_a_circle_that_cannot_wait_ends_the_run() -> None:
    world = World(HEAD + "  - wait: {until: {segment: vip}, name: again}\n" + HELLO + "  - goto: again\n")
    world.person("u1", email="ana@example.com")
    world.change_segment("2026-03-20T11:00:00Z", "u1", "vip", entered=True)
    world.track("2026-03-20T12:00:00Z", "u1", "Go")

    assert ["2026-03-20T12:00:00"] == _sent_at(world)


def test_the_channel_that_the_person_prefers_comes_first() -> None:
    steps = "  - send: {name: one, any_of: [push, email], prefer: person, template: hello}\n"
    world = World(HEAD + steps)
    world.person("u1", email="ana@example.com", push_token="t1")
    world.give_trait("2026-03-01T00:00:00Z", "u1", preferred_channel="email")
    world.track("2026-03-20T12:00:00Z", "u1", "Go")

    assert [("2026-03-20T12:00:00", "email")] == world.told("channel")
