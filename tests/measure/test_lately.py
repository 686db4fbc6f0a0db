"""The last days are held against as many before, to the same hour, on both databases."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from trenza.app import Instance
from trenza.events import ensure_source
from trenza.kernel import ManualClock, encode_json, format_instant, parse_instant
from trenza.measure import SILENT_AFTER, Totals, compare, is_silent
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import Entry, MemoryLog
from trenza.worker import process_until_idle

_ZONE = "Europe/Madrid"


def _at(text: str) -> int:
    found = parse_instant(text)
    assert found is not None
    return found


_NOW = _at("2026-04-02T10:00:00Z")  # noon in Madrid; clocks went forward on 29 March


@pytest.fixture
def instance(database: Database, tmp_path: Path) -> Instance:
    ensure_source(database, "web", "web")
    return Instance(Settings(data=tmp_path, timezone=_ZONE), ManualClock(_NOW), database, MemoryLog(), b"secret")


def _buy(instance: Instance, at: str, person: str, revenue: float, currency: str = "EUR") -> None:
    message = {
        "type": "track",
        "event": "Order Completed",
        "anonymousId": person,
        "timestamp": format_instant(_at(at)),
        "properties": {"revenue": revenue, "currency": currency},
    }
    instance.log.append([Entry("web", "track", encode_json(message))], _NOW)


def test_the_days_before_end_at_the_same_time_of_day(instance: Instance) -> None:
    _buy(instance, "2026-03-26T22:59:00Z", "a", 1)  # 23:59 a week ago: later than noon
    _buy(instance, "2026-03-26T10:59:00Z", "a", 2)  # 11:59 of winter time
    _buy(instance, "2026-03-19T22:59:00Z", "b", 4)  # before both
    _buy(instance, "2026-03-19T23:00:00Z", "b", 8)
    _buy(instance, "2026-03-26T23:00:00Z", "c", 16)
    _buy(instance, "2026-04-02T09:59:00Z", "c", 32, "USD")
    process_until_idle(instance)

    with instance.database.read() as tx:
        found = compare(tx, _NOW, _ZONE)

    assert date(2026, 3, 27) == found.since
    revenue = {"EUR": Decimal(16), "USD": Decimal(32)}
    assert Totals(conversions=2, revenue=revenue, sent=0, new_people=1) == found.lately
    assert (2, {"EUR": Decimal(10)}, 0) == (found.before.conversions, found.before.revenue, found.before.sent)
    instance.close()


def test_nothing_is_held_against_nothing(instance: Instance) -> None:
    with instance.database.read() as tx:
        found = compare(tx, _NOW, _ZONE, days=28)

    assert Totals(conversions=0, revenue={}, sent=0, new_people=0) == found.lately == found.before
    instance.close()


def test_a_channel_falls_silent_after_a_day() -> None:
    assert [False, True] == [is_silent(_NOW - ago, _NOW) for ago in (SILENT_AFTER - 1, SILENT_AFTER)]
