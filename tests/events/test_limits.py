"""A source's limit, against sums over every span of time."""

from itertools import accumulate

from hypothesis import example, given
from hypothesis import strategies as st

from trenza.events.limits import Bucket, Limit, full, take, wait_for

Arrival = tuple[int, int]
LIMITS = st.builds(Limit, rate=st.integers(1, 50), burst=st.integers(1, 40))
ARRIVALS = st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 100)), max_size=40)


def _let_in(limit: Limit, pauses: list[Arrival]) -> list[Arrival]:
    """The arrivals (instant, events) that were let in."""
    bucket = full(limit, 0)
    found: list[Arrival] = []
    for now, events in zip(accumulate(pause for pause, _ in pauses), (events for _, events in pauses), strict=True):
        if not wait_for(bucket, limit, events, now):
            bucket = take(bucket, limit, events, now)
            found.append((now, events))
    return found


@given(LIMITS, ARRIVALS)
@example(Limit(rate=1, burst=1), [(0, 100), (99_000, 1), (1_000, 1)])
def test_no_span_of_time_has_more_than_the_burst_and_the_rate_allow(limit: Limit, pauses: list[Arrival]) -> None:
    found = _let_in(limit, pauses)
    for first in range(len(found)):
        came = 0
        for last in range(first, len(found)):
            came += found[last][1]
            span = found[last][0] - found[first][0]
            beyond = max(found[last][1] - limit.burst, 0)
            assert 1000 * (came - limit.burst - beyond) <= limit.rate * span


@given(LIMITS, ARRIVALS, st.integers(1, 100))
def test_who_waits_as_long_as_was_said_is_let_in_and_not_a_millisecond_earlier(
    limit: Limit, pauses: list[Arrival], events: int
) -> None:
    bucket, now = full(limit, 0), 0
    for pause, came in pauses:
        now += pause
        bucket = take(bucket, limit, came, now) if not wait_for(bucket, limit, came, now) else bucket
    wait = wait_for(bucket, limit, events, now)

    assert 0 == wait_for(bucket, limit, events, now + wait)
    assert not wait or 1 == wait_for(bucket, limit, events, now + wait - 1)


@given(LIMITS, st.integers(-(10**6), 0), st.integers(0, 10**6))
def test_a_clock_that_goes_back_neither_fills_nor_blocks(limit: Limit, back: int, level: int) -> None:
    bucket = Bucket(min(level, limit.burst * 1000), 0)
    after = take(bucket, limit, 0, back)

    assert bucket.level == after.level
    assert back == after.at


def test_a_source_that_rested_may_send_its_burst_and_then_its_rate() -> None:
    limit = Limit(rate=10, burst=20)
    assert [(0, 20), (100, 1), (1_100, 10)] == _let_in(limit, [(0, 20), (50, 1), (50, 1), (500, 10), (500, 10)])


def test_a_batch_beyond_the_burst_goes_in_after_a_rest_and_is_paid_for() -> None:
    limit = Limit(rate=10, burst=20)
    assert [(0, 100), (10_000, 20)] == _let_in(limit, [(0, 100), (8_000, 1), (2_000, 20)])
