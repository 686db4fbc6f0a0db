from pathlib import Path

import pytest

from trenza.kernel import ManualClock, ShiftedClock

HOUR = 3_600_000


@pytest.fixture
def below() -> ManualClock:
    return ManualClock(1000)


def test_a_new_clock_is_at_the_time_of_the_one_below(below: ManualClock, tmp_path: Path) -> None:
    clock = ShiftedClock(below, tmp_path / "clock")

    assert (1000, 0) == (clock.now(), clock.ahead)


def test_it_goes_on_at_the_pace_of_the_one_below(below: ManualClock, tmp_path: Path) -> None:
    clock = ShiftedClock(below, tmp_path / "clock")
    clock.advance(HOUR)
    below.advance(5)

    assert HOUR + 1005 == clock.now()


def test_another_clock_over_the_same_file_moves_with_it(
    below: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trenza.kernel.shifted._FRESH", -1)
    mine, other = (ShiftedClock(below, tmp_path / "clock") for _ in range(2))
    mine.advance(HOUR)
    assert HOUR + 1000 == other.now()

    other.advance(HOUR)
    assert 2 * HOUR + 1000 == mine.now()
    assert 2 * HOUR == ShiftedClock(below, tmp_path / "clock").ahead


@pytest.mark.parametrize("lost", ["", "nonsense", "-5", "0"])
def test_it_never_goes_back_whatever_becomes_of_the_file(
    below: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    monkeypatch.setattr("trenza.kernel.shifted._FRESH", -1)
    clock = ShiftedClock(below, tmp_path / "clock")
    clock.advance(HOUR)
    clock.advance(-HOUR)
    (tmp_path / "clock").write_text(lost)
    assert HOUR == clock.ahead

    (tmp_path / "clock").unlink()
    assert HOUR == clock.ahead
