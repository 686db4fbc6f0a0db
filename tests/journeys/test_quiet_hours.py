"""Quiet hours and local times, exact over changes of the clock in every zone."""

from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journeys.world import World, instant
from trenza.definitions import local_time
from trenza.journeys import QuietHours, quiet_until
from trenza.journeys.quiet_hours import next_local, window_end

NIGHT = QuietHours(key="default", start=21 * 60, end=9 * 60)
EVERY = frozenset(range(7))
ZONES = sorted(available_timezones())


@pytest.mark.parametrize(
    ("zone", "at", "until"),
    [
        ("America/New_York", "2027-03-14T06:30:00Z", "2027-03-14T13:00:00Z"),
        ("America/New_York", "2027-11-07T05:30:00Z", "2027-11-07T14:00:00Z"),
        ("Europe/Madrid", "2027-03-27T23:30:00Z", "2027-03-28T07:00:00Z"),
        ("Europe/Madrid", "2027-10-30T23:30:00Z", "2027-10-31T08:00:00Z"),
        ("Asia/Kathmandu", "2027-01-09T20:00:00Z", "2027-01-10T03:15:00Z"),
        ("Australia/Lord_Howe", "2027-04-03T14:00:00Z", "2027-04-03T22:30:00Z"),
        ("Europe/Madrid", "2027-01-01T20:00:00Z", "2027-01-02T08:00:00Z"),
    ],
)
def test_the_night_ends_at_nine_local_time(zone: str, at: str, until: str) -> None:
    assert instant(until) == quiet_until(NIGHT, instant(at), zone)


@pytest.mark.parametrize("at", ["2027-01-01T19:59:59.999Z", "2027-01-02T08:00:00Z"])
def test_the_window_begins_at_its_first_instant_and_its_end_is_outside(at: str) -> None:
    assert quiet_until(NIGHT, instant(at), "Europe/Madrid") is None


def test_a_second_passing_of_the_clock_after_the_end_is_outside() -> None:
    early = QuietHours(key="early", start=30, end=90)  # 00:30 to 01:30, which comes twice in New York on that day

    assert instant("2027-11-07T05:30:00Z") == quiet_until(early, instant("2027-11-07T05:29:59Z"), "America/New_York")
    assert quiet_until(early, instant("2027-11-07T06:15:00Z"), "America/New_York") is None


def test_days_name_the_evening_on_which_the_window_begins() -> None:
    friday = QuietHours(key="friday", start=21 * 60, end=9 * 60, days=frozenset({4}))

    assert instant("2026-03-07T09:00:00Z") == quiet_until(friday, instant("2026-03-07T08:00:00Z"), "UTC")  # Saturday
    assert quiet_until(friday, instant("2026-03-06T08:00:00Z"), "UTC") is None  # Friday morning belongs to Thursday


def test_a_zone_of_its_own_is_the_same_for_everybody() -> None:
    office = QuietHours(key="office", start=21 * 60, end=9 * 60, zone="Europe/Madrid")

    assert instant("2027-01-02T08:00:00Z") == quiet_until(office, instant("2027-01-01T20:00:00Z"), "Asia/Tokyo")


def test_thursday_at_five_in_tokyo_is_thursday_there() -> None:
    found = next_local(5 * 60, frozenset({3}), instant("2023-12-19T23:00:12Z"), "Asia/Tokyo")

    assert instant("2023-12-20T20:00:00Z") == found


@pytest.mark.parametrize(
    ("minutes", "after", "found"),
    [(150, "2027-03-14T05:00:00Z", "2027-03-14T07:00:00Z"), (90, "2027-11-07T04:30:00Z", "2027-11-07T05:30:00Z")],
)
def test_a_time_in_a_gap_is_the_instant_after_it_and_of_two_the_first(minutes: int, after: str, found: str) -> None:
    assert instant(found) == next_local(minutes, EVERY, instant(after), "America/New_York")


@given(
    st.sampled_from(ZONES),
    st.integers(0, 4_000_000_000_000),
    st.integers(0, 1439),
    st.integers(0, 1439),
)
def test_the_next_local_time_is_never_past_and_within_two_days(zone: str, at: int, start: int, end: int) -> None:
    found = next_local(start, EVERY, at, zone)
    assert at <= found <= at + 2 * 86_400_000 + 7_200_000
    closes = window_end(start, end, EVERY, at, zone)
    assert closes is None or at < closes <= at + 2 * 86_400_000
    shown = local_time(found, zone)
    assert shown.hour * 60 + shown.minute >= start or found % 60_000 == 0


DEFERRED = """
kind: QuietHours
key: night
from: "21:00"
to: "09:00"
---
kind: Journey
key: greet
enter: {event: Signed Up}
holdout: {percent: 0}
policy: {purpose: marketing, quiet_hours: night, expires: EXPIRES}
steps: [{send: {name: hello, channel: email, template: hello}}]
"""


def _night(expires: str = "24h") -> World:
    world = World(DEFERRED.replace("EXPIRES", expires), zone="Europe/Madrid")
    world.person("u1", "email", email="ana@example.com")
    world.track("2026-03-02T21:30:00Z", "u1", "Signed Up")  # 22:30 in Madrid
    return world


def test_a_new_zone_of_the_person_recomputes_what_waits_at_once() -> None:
    world = _night()
    world.give_trait("2026-03-02T22:00:00Z", "u1", timezone="America/New_York")  # 17:00 there

    assert [("2026-03-02T21:30:00", "deferred"), ("2026-03-02T22:00:00", "sent")] == world.told("verdict")


def test_an_unknown_zone_is_that_of_the_instance() -> None:
    world = _night()
    world.give_trait("2026-03-02T22:00:00Z", "u1", timezone="Nowhere/Land")
    world.until("2026-03-03T12:00:00Z")

    assert [("2026-03-02T21:30:00", "deferred"), ("2026-03-03T08:00:00", "sent")] == world.told("verdict")


@pytest.mark.parametrize(
    ("expires", "at", "verdict"),
    [
        ("2h", "2026-03-02T23:30:00", "expired"),
        ("630m", "2026-03-03T08:00:00", "sent"),
        ("629m", "2026-03-03T07:59:00", "expired"),
    ],
)
def test_expired_is_recorded_at_its_instant_and_a_dispatch_at_that_instant_still_goes(
    expires: str, at: str, verdict: str
) -> None:
    world = _night(expires)
    world.until("2026-03-04T00:00:00Z")

    assert [("2026-03-02T21:30:00", "deferred"), (at, verdict)] == world.told("verdict")


def test_consent_withdrawn_in_the_night_is_asked_again_in_the_morning() -> None:
    world = _night()
    world.say_consent("2026-03-03T02:00:00Z", "u1", "email", "denied")
    world.until("2026-03-04T00:00:00Z")

    assert [("2026-03-02T21:30:00", "deferred", ""), ("2026-03-03T08:00:00", "skipped", "no_consent")] == world.told(
        "verdict", "reason"
    )
