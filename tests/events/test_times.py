import pytest
from hypothesis import given
from hypothesis import strategies as st

from trenza.events.times import EARLIEST, SANE_SPAN, correct_time
from trenza.events.validate import read_instant
from trenza.kernel import format_instant, parse_instant

NOW = 1_772_445_600_000
HOUR = 3_600_000
INSTANTS = st.integers(EARLIEST - 10**8, 253_402_300_799_000)


@pytest.mark.parametrize(
    ("original", "sent", "timestamp"),
    [
        (NOW - HOUR, NOW, NOW - HOUR),  # a good clock
        (NOW - 2 * HOUR, NOW - HOUR, NOW - HOUR),  # an hour slow
        (NOW + HOUR, NOW + 2 * HOUR, NOW - HOUR),  # two hours fast
        (NOW - HOUR, None, NOW - HOUR),  # no sentAt: as written
        (None, NOW, NOW),  # no timestamp: the arrival
        (None, None, NOW),
        (NOW + HOUR, None, NOW),  # the future is clamped
        (NOW, NOW - HOUR, NOW),  # said before it happened
        (
            NOW - HOUR,
            NOW - SANE_SPAN,
            NOW - HOUR + SANE_SPAN if SANE_SPAN < HOUR else NOW,
        ),  # the span's very end counts
        (NOW - HOUR, NOW - SANE_SPAN - 1, NOW - HOUR),  # past it, it does not
        (NOW - HOUR, NOW + SANE_SPAN, NOW - HOUR - SANE_SPAN),
        (NOW - HOUR, NOW + SANE_SPAN + 1, NOW - HOUR),
    ],
)
def test_the_clients_clock_is_corrected(original: int | None, sent: int | None, timestamp: int) -> None:
    assert timestamp == correct_time(original, sent, NOW)


@given(INSTANTS)
def test_the_usual_way_to_write_an_instant_is_read_like_every_other(at: int) -> None:
    text = format_instant(max(at, EARLIEST))

    assert parse_instant(text) == read_instant(text)


@pytest.mark.parametrize(
    "text",
    ["2026-W10-1T10:00:00.000Z", "2026-13-02T10:00:00.000Z", "2026-03-02T24:00:00.000Z", "2026-03-02T1٣:00:00.000Z"],
)
def test_what_looks_usual_and_is_not_is_read_as_slowly(text: str) -> None:
    assert parse_instant(text) == read_instant(text)


@given(st.none() | INSTANTS, st.none() | INSTANTS, INSTANTS.filter(lambda at: at > 0))
def test_an_event_time_can_be_written_and_is_never_in_the_future(
    original: int | None, sent: int | None, now: int
) -> None:
    at = correct_time(original, sent, now)

    assert at <= now
    assert format_instant(at)
