"""The way that a run took is told from what it remembers."""

from tests.journeys.test_numbers import NOW, play
from trenza.journeys import Journey, Passage, passages, runs_page
from trenza.journeys.tracing import WHOLE
from trenza.storage import Database


def ways(database: Database, journey: Journey) -> dict[str, list[Passage]]:
    with database.read() as tx:
        return {f"{run.ending}@{run.state.position}": passages(journey, run) for run in runs_page(tx, "j")}


def test_a_run_tells_the_steps_it_came_by_where_it_parted_and_where_it_stands(database: Database) -> None:
    found = ways(database, play(database))

    waiting = found["@patience"]
    assert [("patience", True, "")] == [(each.step, each.here, each.way) for each in waiting]
    liking = found["@long"]
    assert [("patience", ""), ("which", "when.1"), ("thanks", ""), ("long", "")] == [(e.step, e.way) for e in liking]
    assert "timeout" == liking[0].outcome
    assert liking[0].left_at is not None
    assert liking[0].left_at <= NOW
    assert [("which", "else"), ("more", "")] == [(each.step, each.way) for each in found["@more"][1:]]


def test_a_run_that_is_over_tells_where_it_was_over_or_goes_the_whole_way(database: Database) -> None:
    found = ways(database, play(database))

    assert [True] == [each.here for each in found["exit@patience"]]
    for name, passed in found.items():
        if name.split("@")[0] in WHOLE:
            assert not any(each.here for each in passed)
            assert "last" == passed[-1].step
