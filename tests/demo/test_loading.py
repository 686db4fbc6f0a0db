from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from trenza.demo import DemoData, Part, Progress, remaining
from trenza.kernel import decode_json

NOW = int(datetime(2026, 11, 22, 15, 30, tzinfo=UTC).timestamp()) * 1000


@pytest.fixture(scope="module")
def data() -> DemoData:
    return DemoData(NOW)


def test_history_and_fresh_are_everything_once(data: DemoData) -> None:
    history, fresh = list(data.history()), list(data.fresh())
    simulated = [message for part in [*history[4:], *fresh] for message in part.messages()]

    assert {"households", "mailings", "redemptions", "baskets"} == {part.name for part in history[:4]}
    assert len(simulated) == sum(part.count for part in [*history[4:], *fresh])
    assert len(simulated) == len({decode_json(message)["messageId"] for message in simulated})


def test_what_is_fresh_is_of_the_last_day_and_a_half(data: DemoData) -> None:
    instants = [decode_json(message)["timestamp"] for part in data.fresh() for message in part.messages()]

    assert instants
    assert "2026-11-21T03:30:00.000Z" <= min(instants)
    assert max(instants) < "2026-11-22T15:30:00.000Z"


def test_a_load_that_was_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    part = Part(name="some", source="web", channel="web", count=3, messages=lambda: iter([b"1", b"2", b"3"]))
    begun = Progress.read(tmp_path / "demo.json", NOW)
    begun.done["some"] = 2
    begun.write(tmp_path / "demo.json")

    again = Progress.read(tmp_path / "demo.json", NOW + 999_999)

    assert NOW == again.now
    assert [b"3"] == list(remaining(part, again))


def test_the_real_data_ends_the_day_before(data: DemoData) -> None:
    mailings = next(part for part in data.history() if part.name == "redemptions")
    days = [decode_json(message)["timestamp"][:10] for message in mailings.messages()]

    assert max(days) <= date(2026, 11, 21).isoformat()
