from trenza.storage import DAY, HOUR, QUARTER, Database, Span, bulk_add, quarter_of, sum_tally

# any tally will do: this one is declared by its room
from trenza.journeys.store import _decision_tally  # isort: skip

_COLUMNS = ["quarter", "journey", "channel", "verdict", "reason", "decisions"]


def _row(quarter: int, count: int, journey: str = "j") -> tuple[int, str, str, str, str, int]:
    return quarter, journey, "email", "sent", "", count


def test_what_is_added_is_added(database: Database) -> None:
    with database.write() as tx:
        bulk_add(tx, _decision_tally, _COLUMNS, [_row(0, 2), _row(QUARTER, 3)])
        bulk_add(tx, _decision_tally, _COLUMNS, [_row(0, 5), _row(2 * QUARTER, -1)])

    with database.read() as tx:
        found = sum_tally(tx, _decision_tally, [Span(0, DAY, 0)], HOUR, ["journey"], ["decisions"])
    assert {(0, "j"): (9,)} == found


def test_spans_with_other_offsets_add_up_to_one_local_day(database: Database) -> None:
    with database.write() as tx:
        bulk_add(tx, _decision_tally, _COLUMNS, [_row(quarter * QUARTER, 1) for quarter in range(-8, 96)])
    spans = [Span(-2 * HOUR, 10 * HOUR, HOUR), Span(10 * HOUR, 23 * HOUR, 2 * HOUR)]

    with database.read() as tx:
        found = sum_tally(tx, _decision_tally, spans, DAY, [], ["decisions"])
    assert {(-DAY,): (4,), (0,): (92,), (DAY,): (4,)} == found


def test_a_quarter_begins_before_its_instants_before_1970_too() -> None:
    assert [-QUARTER, 0, 0, QUARTER] == [quarter_of(at) for at in (-1, 0, QUARTER - 1, QUARTER)]
