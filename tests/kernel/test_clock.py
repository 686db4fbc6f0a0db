from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trenza.kernel import ManualClock, format_instant, parse_instant

_NINE = 1_772_442_000_000  # 2026-03-02T09:00:00Z


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02T09:00:00Z", _NINE),
        ("2026-03-02T10:00:00+01:00", _NINE),
        ("2026-03-02T10:00:00.000+0100", _NINE),
        ("2026-03-02 09:00:00", _NINE),
        ("2026-03-02T09:00Z", _NINE),
        ("20260302T090000Z", _NINE),
        ("2026-03-02T09:00:00.001Z", _NINE + 1),
        ("2026-03-02T09:00:00.0019999Z", _NINE + 1),
        ("2026-03-02", _NINE - 9 * 3_600_000),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_iso_instants_are_read(text: str, instant: int) -> None:
    assert instant == parse_instant(text)


@pytest.mark.parametrize(
    "text", ["", "now", "2026-13-01", "2026-02-30T00:00:00Z", "2026-03-02T25:00Z", 5, None, "12:30"]
)
def test_what_is_no_instant_is_none(text: object) -> None:
    assert parse_instant(text) is None


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001 — made aware below
def test_a_written_instant_reads_back(moment: datetime) -> None:
    instant = round(moment.replace(tzinfo=UTC).timestamp() * 1000)

    assert instant == parse_instant(format_instant(instant))


def test_a_manual_clock_stands_until_it_is_moved() -> None:
    clock = ManualClock(5)
    clock.advance(10)

    assert 15 == clock.now()
