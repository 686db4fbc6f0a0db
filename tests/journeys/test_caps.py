"""Who gets a slot: caps, the arbitration window, and what a failure gives back."""

from tests.journeys.world import World

JOURNEY = """
---
kind: Journey
key: {key}
enter: {{event: {event}, reenter: {{after: 0s}}}}
exit: [{{event: Stop}}]
holdout: {{percent: 0}}
policy: {{purpose: marketing, priority: {priority}, value: {value}, caps: [{caps}]}}
steps:
  - send: {{name: only, any_of: [{channels}], template: hello{more}}}
"""


def _cap(key: str = "marketing", count: int = 2, within: str = "24h", channels: str = "") -> str:
    return f"---\nkind: Cap\nkey: {key}\ncount: {count}\nwithin: {within}\n{channels}"


def _journey(key: str, value: float = 1, priority: int = 0, event: str = "Go", **more: str) -> str:
    given = {"caps": "marketing", "channels": "email", "more": "", **more}
    return JOURNEY.format(key=key, value=value, priority=priority, event=event, **given)


def _world(*texts: str) -> World:
    world = World("".join(texts))
    world.person("u1", "email", "push", email="ana@example.com", push_token="t1")
    return world


def test_five_journeys_want_a_message_and_the_two_of_greatest_value_win() -> None:
    world = _world(_cap(), *(_journey(f"j{number}", value=number) for number in (3, 1, 5, 2, 4)))
    world.track("2026-03-02T10:00:00Z", "u1", "Go")
    world.until("2026-03-02T10:00:01.999Z")
    assert [] == world.records
    world.until("2026-03-02T10:00:02Z")

    assert {"j5": "sent", "j4": "sent", "j3": "lost_to", "j2": "lost_to", "j1": "lost_to"} == {
        each.journey: each.verdict for each in world.records
    }
    assert {"2026-03-02T10:00:00"} == {at for (at,) in world.told()}
    assert ["j4"] * 3 == [each.lost_to for each in world.records if each.verdict == "lost_to"]


def test_ties_go_by_priority_then_by_key() -> None:
    world = _world(_cap(count=1), _journey("b", 1, 5), _journey("a", 1, 5), _journey("c", 1, 6))
    world.track("2026-03-02T10:00:00Z", "u1", "Go")
    world.until("2026-03-02T10:01:00Z")
    assert ["c"] == [message.journey for message in world.sent]

    world = _world(_cap(count=1), _journey("b", 1, 5), _journey("a", 1, 5))
    world.track("2026-03-02T10:00:00Z", "u1", "Go")
    world.until("2026-03-02T10:01:00Z")
    assert ["a"] == [message.journey for message in world.sent]


def test_whoever_comes_within_two_seconds_still_competes() -> None:
    world = _world(_cap(count=1), _journey("small", 1), _journey("great", 2, event="Later"))
    world.track("2026-03-02T10:00:00Z", "u1", "Go")
    world.track("2026-03-02T10:00:02Z", "u1", "Later")
    world.until("2026-03-02T10:01:00Z")

    assert [("2026-03-02T10:00:02", "great", "sent"), ("2026-03-02T10:00:00", "small", "lost_to")] == world.told(
        "journey", "verdict"
    )


def test_a_slot_gone_before_is_a_full_cap_and_the_window_is_closed_at_both_ends() -> None:
    world = _world(_cap(count=1), _journey("one"))
    for at in ("2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z", "2026-03-03T10:00:00.001Z"):
        world.track(at, "u1", "Go")
    world.until("2026-03-04T00:00:00Z")

    assert [
        ("2026-03-02T10:00:00", "sent", ""),
        ("2026-03-03T10:00:00", "skipped", "cap"),
        ("2026-03-03T10:00:00.001", "sent", ""),
    ] == world.told("verdict", "reason")
    assert [(0, 1)] == [(slot.before, slot.after) for slot in world.records[0].slots]


def test_a_full_cap_that_names_channels_leaves_the_others() -> None:
    cap = _cap("mails", 1, channels="channels: [email]\n")
    world = _world(cap, _journey("one", caps="mails", channels="email, push"))
    world.track("2026-03-02T10:00:00Z", "u1", "Go")
    world.track("2026-03-02T11:00:00Z", "u1", "Go")
    world.until("2026-03-02T12:00:00Z")

    assert [("2026-03-02T10:00:00", "email"), ("2026-03-02T11:00:00", "push")] == world.told("channel")
    assert [("email", "cap")] == [(each.channel, each.reason) for each in world.records[1].refused]


def test_a_definite_failure_gives_the_slot_back_and_a_lost_answer_keeps_it() -> None:
    for receipt, verdicts in (("Message Failed", ["sent", "sent"]), ("Message Unknown", ["sent", "skipped"])):
        world = _world(_cap(count=1), _journey("one"))
        world.track("2026-03-02T10:00:00Z", "u1", "Go")
        world.until("2026-03-02T10:00:02Z")
        world.receipt("2026-03-02T10:00:10Z", "u1", receipt, "only")
        world.track("2026-03-02T11:00:00Z", "u1", "Go")
        world.until("2026-03-02T12:00:00Z")

        assert verdicts == [each.verdict for each in world.records]


def test_a_fallback_takes_no_second_slot() -> None:
    more = ", fallback_after: 30m"
    world = _world(_cap(count=2), _journey("one", channels="push, email", more=more), _journey("two", event="Then"))
    world.track("2026-03-02T10:00:00Z", "u1", "Go")
    world.track("2026-03-02T11:00:00Z", "u1", "Then")
    world.until("2026-03-02T12:00:00Z")

    assert [("one", "push"), ("one", "email"), ("two", "email")] == [
        (message.journey, message.channel) for message in world.sent
    ]


def test_an_exit_or_a_withdrawal_inside_the_window_leaves_the_slot_to_the_other() -> None:
    world = _world(_cap(count=1), _journey("small", 1), _journey("great", 2, channels="push"))
    world.track("2026-03-02T10:00:00Z", "u1", "Go")
    world.say_consent("2026-03-02T10:00:01Z", "u1", "push", "denied")
    world.until("2026-03-02T10:01:00Z")

    assert [("great", "skipped", "no_consent"), ("small", "sent", "")] == [
        (each.journey, each.verdict, each.reason) for each in world.records
    ]


def test_the_smallest_change_of_a_loser_is_a_greater_value_and_of_a_winner_no_consent() -> None:
    world = _world(_cap(count=1), _journey("small", 1), _journey("great", 2))
    world.track("2026-03-02T10:00:00Z", "u1", "Go")
    world.until("2026-03-02T10:01:00Z")

    changes = {each.journey: [change.what for change in each.change] for each in world.records}
    assert {"great": ["consent_denied"], "small": ["greater_value"]} == changes
