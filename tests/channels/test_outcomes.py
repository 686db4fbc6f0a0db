import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.support import NOW, message

from trenza.channels.breaker import Breaker
from trenza.channels.model import Outcome, Report
from trenza.channels.outcomes import MOST_ATTEMPTS, PROGRESS, after_answer, after_loss, after_report, wait_after
from trenza.channels.port import Accepted, Answer, Progress, Refused, Unknown

_ANSWERS = st.one_of(
    st.builds(Accepted, st.text(max_size=5), st.booleans()),
    st.builds(Unknown, st.text(max_size=5)),
    st.builds(
        Refused,
        reason=st.text(max_size=5),
        permanent=st.booleans(),
        address_dead=st.booleans(),
        whole_lane=st.booleans(),
        retry_after=st.none() | st.integers(0, 10**8),
    ),
)


@given(st.lists(_ANSWERS, max_size=30), st.sampled_from(["marketing", "service"]), st.booleans())
def test_however_a_provider_answers_nothing_is_sent_too_often(
    answers: list[Answer], purpose: str, idempotent: bool
) -> None:
    found, perhaps_sent = message(purpose=purpose, expires_at=None, attempts=1), 0
    for answer in answers:
        perhaps_sent += not isinstance(answer, Refused)
        outcome = after_answer(found, answer, idempotent=idempotent, now=NOW)
        if outcome.state != "pending":
            break
        assert outcome.due_at is not None
        found = message(
            purpose=purpose, expires_at=None, attempts=found.attempts + outcome.counted, losses=outcome.losses
        )

    if not idempotent:
        assert perhaps_sent <= (1 if purpose == "marketing" else 2)
    assert found.attempts <= MOST_ATTEMPTS


@given(st.lists(st.sampled_from(["sent", "failed", "delivered", "opened"])))
def test_reports_in_any_order_never_step_back_and_end_at_the_furthest(reports: list[Progress]) -> None:
    progress, told = 0, []
    for report in reports:
        outcome = after_report(message(progress=progress), Report(message="m1", progress=report))
        if outcome is not None:
            assert outcome.progress > progress
            progress = outcome.progress
            told += [receipt.name for receipt in outcome.receipts]

    assert max((PROGRESS[report] for report in reports), default=0) == progress
    assert len(told) == len(set(told))
    assert ("Message Sent" in told) == bool(reports)


def test_waits_double_up_to_a_quarter_of_an_hour_and_differ_by_message() -> None:
    waits = [wait_after(message(attempts=number)) for number in range(1, 12)]

    assert all(5_000 * 2**n <= wait <= 6_000 * 2**n for n, wait in enumerate(waits[:7]))
    assert 900_000 <= waits[-1] <= 1_080_000
    assert wait_after(message("m1", attempts=3)) != wait_after(message("m2", attempts=3))
    assert 3_600_000 == wait_after(message(attempts=1), asked=3_600_000)


def test_a_settled_message_is_never_looked_at_again() -> None:
    outcomes: list[Outcome] = [
        after_answer(message(attempts=1), Accepted(), idempotent=False, now=NOW),
        after_answer(message(attempts=1), Refused(reason="x", permanent=True), idempotent=False, now=NOW),
        after_loss(message(attempts=1), "x", idempotent=False, now=NOW),
    ]
    assert [("sent", None), ("refused", None), ("unknown", None)] == [(each.state, each.due_at) for each in outcomes]


def test_a_breaker_opens_after_three_troubles_rests_twice_as_long_each_time_and_closes_by_itself() -> None:
    breaker = Breaker()
    for _ in range(2):
        breaker.trouble(NOW)
    assert 32 == breaker.room(NOW, 32)
    breaker.trouble(NOW)

    assert (0, 1) == (breaker.room(NOW + 9_999, 32), breaker.room(NOW + 10_000, 32))
    breaker.trouble(NOW + 10_000)
    assert (0, 1) == (breaker.room(NOW + 29_999, 32), breaker.room(NOW + 30_000, 32))
    breaker.well()
    assert 32 == breaker.room(NOW + 30_000, 32)


@pytest.mark.parametrize("troubles", [1, 5])
def test_a_provider_that_names_a_time_is_obeyed_at_once(troubles: int) -> None:
    breaker = Breaker()
    for _ in range(troubles):
        breaker.trouble(NOW, 600_000)

    assert breaker.is_open(NOW + 599_999)
    assert not breaker.is_open(NOW + 600_000)
