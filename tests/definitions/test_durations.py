from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trenza.definitions import (
    Duration,
    add_duration,
    is_zone,
    local_instant,
    local_time,
    parse_duration,
    subtract_duration,
    zone_of,
)
from trenza.kernel import format_instant, parse_instant

MADRID = "Europe/Madrid"
ZONES = [MADRID, "UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe", "America/Havana"]
HOUR = 3_600_000


def at(text: str) -> int:
    instant = parse_instant(text)
    assert instant is not None
    return instant


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("500ms", Duration(500)),
        ("90s", Duration(90_000)),
        ("30m", Duration(1_800_000)),
        ("24h", Duration(24 * HOUR)),
        ("3d", Duration(72 * HOUR)),
        ("0s", Duration(0)),
        ("-3d", Duration(-72 * HOUR)),
        ("1 calendar_day", Duration(0, 1)),
        ("7 calendar_day", Duration(0, 7)),
        ("-2 calendar_day", Duration(0, -2)),
        ("7 calendar_days", None),
        ("7calendar_day", None),
        ("1w", None),
        ("1.5h", None),
        ("h", None),
        ("", None),
        ("1 h", None),
        ("١h", None),
        ("99999999999999d", None),
        (10, None),
        (None, None),
        (["3d"], None),
    ],
)
def test_a_duration_is_read_exactly(text: object, duration: Duration | None) -> None:
    assert duration == parse_duration(text)


@given(st.builds(Duration, st.integers(0, 10**12)) | st.builds(Duration, st.just(0), st.integers(0, 70_000)))
def test_a_duration_is_written_as_it_is_read(duration: Duration) -> None:
    assert duration == parse_duration(str(duration))


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ((2026, 3, 28, 2, 30), "2026-03-28T02:30:00+01:00"),
        ((2026, 3, 29, 2, 0), "2026-03-29T03:00:00+02:00"),
        ((2026, 3, 29, 2, 30), "2026-03-29T03:00:00+02:00"),
        ((2026, 3, 29, 2, 59), "2026-03-29T03:00:00+02:00"),
        ((2026, 3, 29, 3, 0), "2026-03-29T03:00:00+02:00"),
        ((2026, 10, 25, 2, 30), "2026-10-25T02:30:00+02:00"),
        ((2026, 10, 25, 3, 0), "2026-10-25T03:00:00+01:00"),
    ],
)
def test_a_local_time_is_the_first_after_a_gap_and_the_first_of_two(
    local: tuple[int, int, int, int, int], instant: str
) -> None:
    assert at(instant) == local_instant(*local, MADRID)


def test_a_day_that_a_zone_left_out_is_a_gap() -> None:
    assert at("2011-12-31T00:00:00+14:00") == local_instant(2011, 12, 30, 12, 0, "Pacific/Apia")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-28T10:00:00+01:00", 1, "2026-03-29T10:00:00+02:00"),
        ("2026-03-28T02:30:00.250+01:00", 1, "2026-03-29T03:00:00+02:00"),
        ("2026-10-24T10:00:00+02:00", 1, "2026-10-25T10:00:00+01:00"),
        ("2026-10-24T02:30:00+02:00", 1, "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:30:00+01:00", 1, "2026-10-26T02:30:00+01:00"),
        ("2026-03-02T23:59:59.999+01:00", 7, "2026-03-09T23:59:59.999+01:00"),
        ("2024-02-29T12:00:00+01:00", 365, "2025-02-28T12:00:00+01:00"),
    ],
)
def test_a_calendar_day_is_the_same_local_time(start: str, days: int, end: str) -> None:
    assert at(end) == add_duration(at(start), Duration(0, days), MADRID)


def test_calendar_days_go_back_too() -> None:
    assert at("2026-03-28T10:00:00+01:00") == subtract_duration(at("2026-03-29T10:00:00+02:00"), Duration(0, 1), MADRID)


@given(st.integers(0, 4_000_000_000_000), st.integers(1, 400), st.sampled_from(ZONES))
@settings(max_examples=300)
def test_calendar_days_agree_with_the_calendar_where_clocks_stand(instant: int, days: int, zone: str) -> None:
    there = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=instant)).astimezone(ZoneInfo(zone))
    wanted = there.replace(tzinfo=None) + timedelta(days=days)

    moved = add_duration(instant, Duration(0, days), zone)

    shown = local_time(moved, zone)
    assert shown == wanted or wanted < shown <= wanted + timedelta(days=1)
    earlier = local_time(moved - 1, zone)
    assert earlier < wanted or local_time(moved - HOUR, zone) < wanted  # nothing before it will do


def test_exact_spans_do_not_care_for_clocks() -> None:
    start = at("2026-03-28T10:00:00+01:00")

    assert "2026-03-29T09:00:00.000Z" == format_instant(add_duration(start, Duration(24 * HOUR), MADRID))


@pytest.mark.parametrize("name", ["", "Mars/Base", "../etc/passwd", "Europe/Madrid\0", "a" * 5000, None, 7, ["UTC"]])
def test_an_unknown_zone_is_the_instances(name: object) -> None:
    assert MADRID == zone_of(name, MADRID)


def test_a_known_zone_is_the_persons() -> None:
    assert "America/New_York" == zone_of("America/New_York", MADRID)
    assert is_zone("Asia/Kolkata")
    assert not is_zone("Asia")


@given(st.integers(-(10**15), 10**16), st.integers(0, 70_000), st.sampled_from(ZONES))
@settings(max_examples=100)
def test_no_instant_brings_the_calendar_down(instant: int, days: int, zone: str) -> None:
    add_duration(instant, Duration(0, days), zone)
    subtract_duration(instant, Duration(0, days), zone)
