"""Home's figures are those of the instance's days, from real events through the real hallway, on both databases."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from trenza.app import Instance
from trenza.definitions import apply
from trenza.equipment import KINDS
from trenza.events import ensure_source
from trenza.kernel import ManualClock, encode_json, format_instant, parse_instant
from trenza.measure import (
    DayFigures,
    HourFigures,
    MessageFigures,
    Stopped,
    checklist,
    count_people,
    daily,
    load_first_facts,
    load_stage_facts,
    messages,
    stages,
    today,
)
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import Entry, MemoryLog
from trenza.worker import process_until_idle

_ZONE = "Europe/Madrid"
_JOURNEY = """
kind: Template
key: thanks
title: Thanks
channels: {sms: {text: {es: Gracias, en: Thanks}}}
---
kind: Segment
key: seen
title: Seen
where: {event: {name: Product Viewed}}
---
kind: Journey
key: rescue
title: Rescue
enter: {event: Cart Updated}
goal: {event: Order Completed, within: 7d}
exit: [{event: Order Completed}]
holdout: {percent: 0}
policy: {purpose: marketing}
steps:
  - send: {name: first, any_of: [sms], template: thanks}
"""


def _at(text: str) -> int:
    found = parse_instant(text)
    assert found is not None
    return found


_NOW = _at("2026-03-29T12:00:00Z")


@pytest.fixture
def instance(database: Database, tmp_path: Path) -> Instance:
    for name in ("web", "app", "till"):
        ensure_source(database, name, name)
    return Instance(Settings(data=tmp_path, timezone=_ZONE), ManualClock(_NOW), database, MemoryLog(), b"secret")


def _say(instance: Instance, at: str, event: str, person: str = "a1", source: str = "web", **properties: Any) -> None:
    message = {
        "type": "track",
        "event": event,
        "anonymousId": person,
        "timestamp": format_instant(_at(at)),
        "properties": properties,
    }
    now = instance.clock.now()
    instance.log.append([Entry(source, "track", encode_json(message))], now)


def test_conversions_fall_on_local_days_over_a_change_of_the_clock(instance: Instance) -> None:
    _say(instance, "2026-03-28T22:59:59Z", "Order Completed", revenue=10, currency="EUR")
    _say(instance, "2026-03-28T23:00:00Z", "Order Completed", "a2", "till", revenue=0.1, currency="EUR")
    _say(instance, "2026-03-29T01:30:00Z", "Order Completed", revenue=0.2, currency="EUR")
    _say(instance, "2026-03-29T02:30:00Z", "Order Refunded", total=1, currency="EUR")
    process_until_idle(instance)

    with instance.database.read() as tx:
        found = daily(tx, date(2026, 3, 1), date(2026, 3, 30), _ZONE)
        assert found[:1] == daily(tx, date(2026, 3, 1), date(2026, 3, 29), _ZONE)
        assert [] == daily(tx, date(2026, 3, 30), date(2026, 3, 30), _ZONE)
    sunday = date(2026, 3, 29)
    assert [
        _day(date(2026, 3, 28), "web", 1, 0, "10"),
        _day(sunday, "till", 1, 0, "0.1"),
        _day(sunday, "web", 1, 1, "-0.8"),
    ] == found
    instance.close()


def _day(day: date, channel: str, conversions: int, refunds: int, revenue: str) -> DayFigures:
    return DayFigures(
        day=day,
        channel=channel,
        currency="EUR",
        conversions=conversions,
        refunds=refunds,
        revenue=Decimal(revenue),
    )


def test_today_begins_at_local_midnight(instance: Instance) -> None:
    _say(instance, "2026-03-28T22:59:00Z", "Product Viewed", "a1")
    _say(instance, "2026-03-28T23:00:00Z", "Product Viewed", "a2")
    _say(instance, "2026-03-29T01:00:00Z", "Product Viewed", "a1", "app")
    _say(instance, "2026-03-29T01:10:00Z", "Order Completed", "a1", "app")
    process_until_idle(instance)

    with instance.database.read() as tx:
        found = today(tx, _NOW, _ZONE)
        assert 2 == count_people(tx)
    assert (date(2026, 3, 29), _at("2026-03-28T23:00:00Z")) == (found.day, found.since)
    assert (
        HourFigures(hour=0, channel="web", events=1),
        HourFigures(hour=3, channel="app", events=2),  # there is no two o'clock on this day
    ) == found.hours
    assert (3, 0, 1, 1) == (found.events, found.robots, found.new_people, found.conversions)
    assert {"app", "web"} == set(found.last_heard)
    instance.close()


def test_the_first_run_and_the_stages_follow_what_is_done(instance: Instance, tmp_path: Path) -> None:
    assert ["source"] == _done(instance)
    folder = tmp_path / "definitions"
    folder.mkdir()
    (folder / "all.yaml").write_text(_JOURNEY, encoding="utf-8")
    apply(instance.database, folder, KINDS, _NOW)
    assert ["source", "segment", "journey", "channel"] == _done(instance)

    _say(instance, "2026-03-29T08:00:00Z", "Cart Updated", "b")
    identify = {
        "type": "identify",
        "userId": "ana",
        "anonymousId": "a",
        "traits": {"phone": "+34600123456"},
        "timestamp": format_instant(_at("2026-03-29T09:00:00Z")),
    }
    consent = {
        "type": "track",
        "event": "Consent Changed",
        "userId": "ana",
        "timestamp": format_instant(_at("2026-03-29T09:01:00Z")),
        "properties": {"purpose": "marketing", "channel": "sms", "status": "granted"},
    }
    instance.log.append([Entry("app", "batch", encode_json({"batch": [identify, consent]}))], _NOW)
    _say(instance, "2026-03-29T09:10:00Z", "Cart Updated", "a", "app")
    process_until_idle(instance)

    assert ["source", "event", "address", "permission", "segment", "journey", "channel", "message"] == _done(instance)
    with instance.database.read() as tx:
        found = messages(tx, date(2026, 3, 29), date(2026, 3, 30), _ZONE)
        assert 0 == messages(tx, date(2026, 3, 1), date(2026, 3, 29), _ZONE).sent
    assert (MessageFigures(day=date(2026, 3, 29), channel="sms", sent=1),) == found.days
    assert (Stopped(verdict="skipped", reason="no_address", count=1),) == found.stopped

    assert 0 == _stage(instance)
    _say(instance, "2026-03-29T11:00:00Z", "Order Completed", "a", "app", revenue=5)
    _say(instance, "2026-03-29T11:01:00Z", "Seen", "c", "web")
    instance.log.append(
        [Entry("web", "track", encode_json({"type": "track", "event": "In", "userId": "ana", "anonymousId": "c"}))],
        _NOW,
    )
    process_until_idle(instance)
    assert 2 == _stage(instance)
    instance.close()


def _done(instance: Instance) -> list[str]:
    with instance.database.read() as tx:
        facts = load_first_facts(tx, instance.in_force(tx), instance.settings)
    return [each.key for each in checklist(facts) if each.done]


def _stage(instance: Instance) -> int:
    with instance.database.read() as tx:
        return stages(load_stage_facts(tx, instance.in_force(tx), _NOW, _ZONE)).stage
