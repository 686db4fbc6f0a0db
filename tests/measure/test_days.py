"""Local days are exact where clocks change, at any hour and by any step."""

from datetime import date

from trenza.measure import day_spans, local_days
from trenza.measure.days import day_at, day_of, day_start
from trenza.storage import DAY, HOUR, QUARTER

_ZONES = (
    ("Europe/Madrid", date(2026, 3, 29), 23),
    ("Europe/Madrid", date(2026, 10, 25), 25),
    ("America/Santiago", date(2026, 9, 6), 23),  # the gap is at midnight
    ("America/Havana", date(2026, 11, 1), 25),
    ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ("Asia/Kolkata", date(2026, 3, 2), 24),
    ("Asia/Kathmandu", date(2026, 3, 2), 24),
    ("UTC", date(1969, 12, 31), 24),
)


def test_every_quarter_of_an_hour_falls_on_its_local_day() -> None:
    for zone, day, hours in _ZONES:
        days = local_days(day.replace(day=1), day.replace(day=28))
        spans = day_spans(days[0], date.fromordinal(days[-1].toordinal() + 1), zone)
        for span in spans:
            for at in range(span.since, span.until, QUARTER):
                assert day_at(at, zone) == day_of((at + span.offset) // DAY * DAY), (zone, at)
        assert hours * HOUR == day_start(date.fromordinal(day.toordinal() + 1), zone) - day_start(day, zone), zone


def test_days_without_a_change_are_one_span_and_no_days_none() -> None:
    assert 1 == len(day_spans(date(2026, 1, 1), date(2026, 3, 1), "Europe/Madrid"))
    assert 3 == len(day_spans(date(2026, 1, 1), date(2027, 1, 1), "Europe/Madrid"))
    assert () == day_spans(date(2026, 1, 2), date(2026, 1, 2), "Europe/Madrid")
