"""Stories on the virtual clock: what becomes of a person in a journey, message by message."""

import pytest

from tests.journeys.world import World
from trenza.kernel import format_instant

CART = """
kind: Cap
key: marketing
count: 2
within: 24h
---
kind: QuietHours
key: default
from: "21:00"
to: "09:00"
---
kind: Journey
key: cart_rescue
enter: {event: Cart Updated, instance: properties.cart_id, reenter: {after: 7d}}
goal: {event: Order Completed, same: properties.cart_id, within: 7d, value: properties.total}
exit:
  - {event: Order Completed, same: properties.cart_id}
  - {event: Cart Emptied, same: properties.cart_id}
holdout: {percent: 10}
policy: {purpose: marketing, priority: 60, value: 2.40, caps: [marketing], quiet_hours: default, expires: 24h}
steps:
  - wait: {until: {event: Application Opened}, timeout: 1h, name: came_back}
  - branch:
      name: returned
      when:
        - if: {step: {came_back: timeout}}
          then: [{send: {name: first, any_of: [push, whatsapp, email], template: cart_1, fallback_after: 30m}}]
  - wait: 20h
  - experiment: {name: offer, arms: {plain: 50, discount: 50}, metric: goal}
  - send: {name: second, any_of: [email], template: {plain: cart_2, discount: cart_2_discount}}
"""
PINS: dict[str, dict[str, object]] = {"cart_rescue": {"holdout": False, "offer": "plain"}}
MISSED = """
kind: Journey
key: missed_call
enter: {event: Call Missed, reenter: {after: 1d}}
exit: [{event: Call Answered}]
policy: {purpose: service}
steps:
  - wait: 2m
  - send: {name: sorry, any_of: [sms, email], template: missed, fallback_after: 2h, fallback_unless: clicked}
"""


def _cart(zone: str = "Europe/Madrid") -> World:
    world = World(CART, zone=zone, pins=PINS)
    world.person("u1", "push", "email", push_token="token-1", email="ana@example.com")
    world.track("2026-03-02T10:00:00+01:00", "u1", "Cart Updated", cart_id="7", total=60)
    return world


def test_a_cart_brings_a_push_after_an_hour_and_a_mail_after_the_night() -> None:
    world = _cart()
    world.until("2026-03-02T11:00:02+01:00")
    world.receipt("2026-03-02T11:00:05+01:00", "u1", "Message Delivered", "first")
    world.until("2026-03-04T00:00:00+01:00")

    assert [
        ("2026-03-02T10:00:00", "first", "sent", "push"),
        ("2026-03-03T06:00:00", "second", "deferred", ""),
        ("2026-03-03T08:00:00", "second", "sent", "email"),
    ] == world.told("step", "verdict", "channel")
    assert ["cart_1", "cart_2"] == [message.template for message in world.sent]


def test_not_delivered_by_its_time_a_message_goes_on_to_the_next_channel() -> None:
    world = _cart()
    world.until("2026-03-02T12:00:00+01:00")

    assert [
        ("2026-03-02T10:00:00", "sent", "push", False),
        ("2026-03-02T10:30:00", "sent", "email", True),
    ] == world.told("verdict", "channel", "fallback")


def test_a_receipt_at_the_very_instant_of_the_fallback_is_in_time() -> None:
    world = _cart()
    world.until("2026-03-02T11:00:02+01:00")
    world.receipt("2026-03-02T11:30:00+01:00", "u1", "Message Opened", "first")
    world.until("2026-03-02T12:00:00+01:00")

    assert [("2026-03-02T10:00:00", "sent", "push")] == world.told("verdict", "channel")


@pytest.mark.parametrize("at", ["2026-03-02T10:59:59+01:00", "2026-03-02T11:00:00+01:00"])
def test_an_order_of_the_same_cart_before_or_at_the_instant_stops_the_message_without_a_record(at: str) -> None:
    world = _cart()
    world.track(at, "u1", "Order Completed", cart_id="7", total=60)
    world.until("2026-03-05T00:00:00+01:00")

    assert ([], []) == (world.records, world.sent)
    assert [60.0] == [goal.value for goal in world.all.goals]


def test_an_exit_inside_the_arbitration_window_still_stops_the_message() -> None:
    world = _cart()
    world.track("2026-03-02T11:00:01+01:00", "u1", "Order Completed", cart_id="7", total=60)
    world.until("2026-03-05T00:00:00+01:00")

    assert [("2026-03-02T10:00:00", "skipped", "exited")] == world.told("verdict", "reason")
    assert [] == world.sent


def test_an_order_of_another_cart_changes_nothing() -> None:
    world = _cart()
    world.track("2026-03-02T10:30:00+01:00", "u1", "Order Completed", cart_id="8", total=60)
    world.track("2026-03-02T10:31:00+01:00", "u1", "Order Completed", total=60)
    world.until("2026-03-02T11:00:02+01:00")

    assert [("2026-03-02T10:00:00", "sent")] == world.told("verdict")


def test_a_late_order_leaves_the_first_message_and_stops_the_second() -> None:
    world = _cart()
    world.until("2026-03-02T11:00:02+01:00")
    world.track(
        "2026-03-02T11:05:00+01:00", "u1", "Order Completed", "2026-03-02T10:50:00+01:00", cart_id="7", total=60
    )
    world.until("2026-03-05T00:00:00+01:00")

    assert [("2026-03-02T10:00:00", "first", "sent")] == world.told("step", "verdict")


def test_an_order_in_the_night_skips_the_deferred_message() -> None:
    world = _cart()
    world.until("2026-03-02T11:00:02+01:00")
    world.receipt("2026-03-02T11:00:05+01:00", "u1", "Message Delivered", "first")
    world.track("2026-03-03T08:00:00+01:00", "u1", "Order Completed", cart_id="7", total=60)
    world.until("2026-03-05T00:00:00+01:00")

    assert [
        ("2026-03-02T10:00:00", "sent", ""),
        ("2026-03-03T06:00:00", "deferred", ""),
        ("2026-03-03T07:00:00", "skipped", "exited"),
    ] == world.told("verdict", "reason")


def test_who_came_back_gets_no_first_message() -> None:
    world = _cart()
    world.track("2026-03-02T11:00:00+01:00", "u1", "Application Opened")  # the very instant: the event wins
    world.until("2026-03-04T00:00:00+01:00")

    assert [
        ("2026-03-03T06:00:00", "second", "deferred"),
        ("2026-03-03T08:00:00", "second", "sent"),
    ] == world.told("step", "verdict")


def test_one_run_per_cart_and_again_after_seven_days_from_its_beginning() -> None:
    world = _cart()
    world.track("2026-03-02T10:10:00+01:00", "u1", "Cart Updated", cart_id="7", total=70)
    world.track("2026-03-02T10:10:00+01:00", "u1", "Cart Updated", cart_id="8", total=70)
    world.track("2026-03-09T09:59:59.999+01:00", "u1", "Cart Updated", cart_id="7", total=70)
    world.track("2026-03-09T10:00:00+01:00", "u1", "Cart Updated", cart_id="7", total=70)
    world.until("2026-03-09T11:00:02+01:00")

    firsts = [each for each in world.records if each.step == "first" and each.attempt == 1]
    assert ["2026-03-02", "2026-03-02", "2026-03-09"] == [_day(each.at) for each in firsts]


def _day(at: int) -> str:
    return format_instant(at)[:10]


def _missed(**known: str) -> World:
    world = World(MISSED)
    world.person("u1", **known)
    world.track("2026-03-02T12:00:00Z", "u1", "Call Missed")
    return world


BOTH = {"phone": "+34600000001", "email": "ana@example.com"}


def test_a_missed_call_brings_an_sms_and_when_it_fails_a_mail_at_once() -> None:
    world = _missed(**BOTH)
    world.until("2026-03-02T12:02:00Z")
    world.receipt("2026-03-02T12:02:30Z", "u1", "Message Failed", "sorry", permanent=True)
    world.until("2026-03-03T00:00:00Z")

    assert [("2026-03-02T12:02:00", "sms"), ("2026-03-02T12:02:30", "email")] == world.told("channel")


def test_delivered_is_not_enough_where_a_click_is_asked_for() -> None:
    world = _missed(**BOTH)
    world.until("2026-03-02T12:02:00Z")
    world.receipt("2026-03-02T12:02:30Z", "u1", "Message Delivered", "sorry")
    world.until("2026-03-03T00:00:00Z")

    assert [("2026-03-02T12:02:00", "sms"), ("2026-03-02T14:02:00", "email")] == world.told("channel")


def test_a_reply_satisfies_a_click() -> None:
    world = _missed(**BOTH)
    world.until("2026-03-02T12:02:00Z")
    world.receipt("2026-03-02T13:00:00Z", "u1", "Message Replied", "sorry")
    world.until("2026-03-03T00:00:00Z")

    assert [("2026-03-02T12:02:00", "sms")] == world.told("channel")


def test_without_a_phone_the_mail_goes_and_the_record_says_why() -> None:
    world = _missed(email="ana@example.com")
    world.until("2026-03-02T12:02:00Z")

    assert [("2026-03-02T12:02:00", "sent", "email")] == world.told("verdict", "channel")
    assert [("sms", "no_address")] == [(each.channel, each.reason) for each in world.records[0].refused]


def test_a_call_answered_before_the_message_stops_it() -> None:
    world = _missed(**BOTH)
    world.track("2026-03-02T12:01:00Z", "u1", "Call Answered")
    world.until("2026-03-03T00:00:00Z")

    assert [] == world.records


def test_a_lost_answer_is_unknown_and_service_is_sent_once_more() -> None:
    world = _missed(**BOTH)
    world.until("2026-03-02T12:02:00Z")
    world.receipt("2026-03-02T12:02:00Z", "u1", "Message Unknown", "sorry")

    assert [("2026-03-02T12:02:00", "sent"), ("2026-03-02T12:02:00", "sent")] == world.told("verdict")
    assert [(world.records[0].id, "unknown")] == [(each.decision, each.verdict) for each in world.all.amendments]


def test_an_unsubscribe_between_wish_and_dispatch_stops_the_message() -> None:
    world = _cart()
    world.say_consent("2026-03-02T11:00:01+01:00", "u1", "*", "denied")
    world.until("2026-03-02T12:00:00+01:00")

    assert [("2026-03-02T10:00:00", "skipped", "no_consent")] == world.told("verdict", "reason")


def test_the_held_out_get_nothing_and_their_goals_count() -> None:
    world = World(CART, zone="Europe/Madrid", pins={"cart_rescue": {"holdout": True, "offer": "plain"}})
    world.person("u1", "push", "email", push_token="token-1", email="ana@example.com")
    world.track("2026-03-02T10:00:00+01:00", "u1", "Cart Updated", cart_id="7", total=60)
    world.until("2026-03-04T00:00:00+01:00")
    world.track("2026-03-04T00:00:01+01:00", "u1", "Order Completed", cart_id="7", total=61.5)

    assert [
        ("2026-03-02T10:00:00", "first", "held_out"),
        ("2026-03-03T06:00:00", "second", "deferred"),
        ("2026-03-03T08:00:00", "second", "held_out"),
    ] == world.told("step", "verdict")
    assert [(61.5, True)] == [(goal.value, goal.held_out) for goal in world.all.goals]


VERSION = """
kind: Journey
key: j
enter: {event: Go}
policy: {purpose: service, on_update: UPDATE}
steps:
"""
OLD = """  - wait: {for: 3d, name: pause}
  - wait: {for: 1d, name: gone}
  - send: {name: hello, channel: email, template: hello}
"""
NEW = """  - send: {name: hello, channel: email, template: hello}
  - wait: {for: 3d, name: pause}
  - send: {name: again, channel: email, template: hello}
"""


@pytest.mark.parametrize(
    ("update", "until", "steps"),
    [("pin", "2026-03-03T00:00:00Z", ["hello"]), ("move", "2026-03-03T00:00:00Z", ["again"])],
)
def test_a_run_ends_in_its_version_or_moves_where_it_stands(update: str, until: str, steps: list[str]) -> None:
    old = World(VERSION.replace("UPDATE", update) + OLD)
    old.person("u1", email="ana@example.com")
    old.track("2026-03-02T12:00:00Z", "u1", "Go")
    old.until(until)
    new = World(VERSION.replace("UPDATE", update) + NEW)
    new.facts = old.facts
    new.runs = old.runs.with_journeys(new.journeys, lambda _, __: old.journeys["j"])
    new.until("2026-03-20T00:00:00Z")

    assert steps == [message.step for message in new.sent]


def test_a_run_whose_step_was_removed_ends_in_its_own_version() -> None:
    old = World(VERSION.replace("UPDATE", "move") + OLD)
    old.person("u1", email="ana@example.com")
    old.track("2026-03-02T12:00:00Z", "u1", "Go")
    old.until("2026-03-05T13:00:00Z")  # it stands in `gone`
    new = World(VERSION.replace("UPDATE", "move") + NEW)
    new.facts = old.facts
    new.runs = old.runs.with_journeys(new.journeys, lambda _, __: old.journeys["j"])
    new.until("2026-03-20T00:00:00Z")

    assert [("2026-03-06T12:00:00", "hello")] == new.told("step")


def test_a_removed_journey_ends_its_runs_without_a_message() -> None:
    old = World(VERSION.replace("UPDATE", "pin") + OLD)
    old.person("u1", email="ana@example.com")
    old.track("2026-03-02T12:00:00Z", "u1", "Go")
    old.runs = old.runs.with_journeys({}, None)
    old.until("2026-03-20T00:00:00Z")

    assert [] == old.records
