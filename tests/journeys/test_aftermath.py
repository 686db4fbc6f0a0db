"""What an event set off, on both databases; and lists of runs and tasks paged through equal instants."""

import msgspec

from tests.journeys.test_numbers import NOW, START, play
from trenza.identity import identifier_number
from trenza.journeys import (
    Run,
    Task,
    aftermath,
    done_tasks,
    finish_task,
    list_decisions,
    place_of_task,
    runs_page,
    tasks_of,
    tasks_page,
)
from trenza.journeys.store import save_decisions, save_runs, save_tasks
from trenza.storage import Database


def task(id_: str, due: int | None, leaf: int = 1) -> Task:
    return Task(
        id=id_, queue="q", title={"es": id_}, due=due, person=1, leaf=leaf, journey="j", run="r", step="s", created_at=0
    )


def test_an_event_that_set_off_nothing_has_no_aftermath(database: Database) -> None:
    with database.read() as tx:
        found = aftermath(tx, [1], [1], "m1", START)

    assert ([], [], [], []) == (found.entered, found.closed, found.decisions, found.goals)


def test_the_aftermath_of_an_event_is_the_runs_it_began_or_ended_and_the_records_that_rest_on_it(
    database: Database,
) -> None:
    play(database)
    with database.read() as tx:
        runs = runs_page(tx)
        gone = next(run for run in runs if run.ending == "exit")
        sent = next(each for each in list_decisions(tx) if each.verdict == "sent")
        began = next(run for run in runs if run.id == sent.run)
        entry = str(began.state.entry["messageId"])
        of_entry = aftermath(tx, [began.person], [sent.leaf], entry, began.entered_at)
        assert gone.closed_at is not None
        of_exit = aftermath(tx, [gone.person], [gone.leaf], "no such message", gone.closed_at)
        of_other = aftermath(tx, [gone.person], [gone.leaf], entry, began.entered_at)
        of_nobody = aftermath(tx, [], [], entry, 0)

    assert ([began.id], True) == ([run.id for run in of_entry.entered], sent in of_entry.decisions)
    assert ([], [gone.id], []) == (of_exit.entered, [run.id for run in of_exit.closed], of_exit.decisions)
    assert [] == of_other.entered
    assert ([], [], [], []) == (of_nobody.entered, of_nobody.closed, of_nobody.decisions, of_nobody.goals)


def test_runs_entered_in_one_instant_are_paged_to_the_end_at_a_step_too(database: Database) -> None:
    play(database)
    with database.write() as tx:
        run = runs_page(tx, step="patience")[0]
        copies = [msgspec.structs.replace(run, id=id_) for id_ in "bAcZ1"]
        save_runs(tx, copies)

    def paged(limit: int) -> list[str]:
        seen: list[Run] = []
        before = None
        with database.read() as tx:
            while page := runs_page(tx, "j", step="patience", before=before, limit=limit):
                seen += page
                before = page[-1].entered_at, page[-1].id
        return [each.id for each in seen]

    whole = paged(50)
    assert 6 == len(whole) == len(set(whole))
    assert {run.id, *"bAcZ1"} == set(whole)
    assert [whole, whole] == [paged(1), paged(4)]
    with database.read() as tx:
        assert [] == runs_page(tx, "j", step="last")
        assert [] == runs_page(tx, "j", persons=[])


def test_records_of_one_instant_are_paged_to_the_end_withheld_ones_too(database: Database) -> None:
    play(database)
    with database.write() as tx:
        held = next(each for each in list_decisions(tx) if each.verdict == "skipped")
        save_decisions(tx, [msgspec.structs.replace(held, id=id_) for id_ in "bAcZ1"])

    def paged(limit: int, *, withheld: bool) -> list[str]:
        seen: list[str] = []
        before = None
        with database.read() as tx:
            while page := list_decisions(tx, journey="j", before=before, limit=limit, withheld=withheld):
                seen += [each.id for each in page]
                before = page[-1].at, page[-1].id
        return seen

    for withheld in (True, False):
        whole = paged(50, withheld=withheld)
        assert len(whole) == len(set(whole))
        assert {*"bAcZ1", held.id} <= set(whole)
        assert [whole, whole] == [paged(1, withheld=withheld), paged(4, withheld=withheld)]
    with database.read() as tx:
        assert [] == list_decisions(tx, leaves=[], withheld=True)
        assert [] == list_decisions(tx, journey="other", withheld=True)


def test_tasks_of_one_due_instant_are_paged_to_the_end_and_those_without_come_last(database: Database) -> None:
    with database.read() as tx:
        assert ([], [], []) == (tasks_page(tx), done_tasks(tx), tasks_of(tx, [1]))
    with database.write() as tx:
        save_tasks(tx, [*(task(id_, 9) for id_ in "dbeac"), task("g", None), task("f", None)])

    for limit in (1, 2, 5, 50):
        seen: list[str] = []
        after = None
        with database.read() as tx:
            while page := tasks_page(tx, after=after, limit=limit):
                seen += [each.id for each in page]
                after = place_of_task(page[-1])
        assert list("abcdefg") == seen


def test_the_tasks_of_a_person_are_told_open_or_done(database: Database) -> None:
    with database.write() as tx:
        save_tasks(tx, [task("b", 9), task("a", None), task("c", 9, leaf=2), task("d", 1, leaf=3)])
        finish_task(tx, "a", NOW)
    with database.read() as tx:
        assert [("a", NOW), ("b", None), ("c", None)] == [(each.id, at) for each, at in tasks_of(tx, [1, 2])]
        assert [] == tasks_of(tx, [])
        assert [] == tasks_of(tx, [identifier_number("user_id", "nobody")])
