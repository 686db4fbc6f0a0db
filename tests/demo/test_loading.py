from datetime import UTC, datetime
from pathlib import Path

import pytest

from trenza.demo import DemoData, Part, Progress, remaining
from trenza.kernel import decode_json, parse_instant

NOW = int(datetime(2026, 11, 22, 15, 30, tzinfo=UTC).timestamp()) * 1000


@pytest.fixture(scope="module")
def data() -> DemoData:
    return DemoData(NOW)


def test_history_and_the_last_week_are_everything_once(data: DemoData) -> None:
    history = [message for part in data.history() for message in part.messages()]
    week = [message for tick in data.week(0) for _, _, messages in tick.messages for message in messages]

    assert sum(part.count for part in data.history()) == len(history)
    assert 801 + 6_589 + 2_102 + 155_848 < len(history) + len(week)
    assert len(history) + len(week) == len({decode_json(message)["messageId"] for message in [*history, *week]})


def test_the_last_week_comes_in_thirds_of_an_hour_each_no_later_than_it_was(data: DemoData) -> None:
    before = data.begin
    for tick in data.week(0):
        for _, _, messages in tick.messages:
            for message in messages:
                at = parse_instant(decode_json(message)["timestamp"])
                assert at is not None
                assert before <= at < tick.now
        assert before < tick.now <= before + 20 * 60_000
        before = tick.now

    assert NOW == before


def test_a_week_that_was_broken_off_goes_on_where_it_was(data: DemoData) -> None:
    whole = list(data.week(0))

    assert whole[100:] == list(data.week(whole[99].now))


def test_a_load_that_was_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    part = Part(name="some", source="web", channel="web", count=3, messages=lambda: iter([b"1", b"2", b"3"]))
    begun = Progress.read(tmp_path / "demo.json", NOW)
    begun.done["some"] = 2
    begun.write(tmp_path / "demo.json")

    again = Progress.read(tmp_path / "demo.json", NOW + 999_999)

    assert NOW == again.now
    assert [b"3"] == list(remaining(part, again))
