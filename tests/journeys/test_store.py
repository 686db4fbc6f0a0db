"""What runs leave behind, on both databases; a batch cut into pieces leaves the same."""

import msgspec

from tests.journeys.test_runs import CART, PINS
from tests.journeys.world import World, event_of, instant, read_all
from trenza.events import Occurrence
from trenza.journeys import (
    Decision,
    Plain,
    Policies,
    Runs,
    Task,
    count_entered,
    count_open,
    count_runs,
    count_tasks,
    done_tasks,
    due_runs,
    ended_runs,
    erase_person,
    explain,
    find_decisions,
    finish_task,
    first_due,
    list_decisions,
    list_goals,
    open_tasks,
    place_of_task,
    printed,
    printed_run,
    runs_page,
    sum_goals,
    tasks_page,
    versions_in_use,
)
from trenza.journeys.store import save_tasks
from trenza.kernel import encode_json
from trenza.storage import Database

SCRIPT = (
    ("2026-03-02T10:00:00+01:00", "Cart Updated", {"cart_id": "7", "total": 60}),
    ("2026-03-02T10:10:00+01:00", "Cart Updated", {"cart_id": "8", "total": 70}),
    ("2026-03-02T11:20:00+01:00", "Cart Emptied", {"cart_id": "8"}),
    ("2026-03-03T08:00:00+01:00", "Order Completed", {"cart_id": "7", "total": 61}),
    ("2026-03-10T08:00:00+01:00", "Cart Updated", {"cart_id": "7", "total": 61}),
)


def play(database: Database, every: int) -> list[Decision]:
    """Play the script with a store and a fresh working set after each so many events."""
    found = read_all(CART)
    policies = Policies(
        caps=found["Cap"],  # type: ignore[arg-type]  # read by their kind
        quiet_hours=found["QuietHours"],  # type: ignore[arg-type]  # the same
        zone="Europe/Madrid",
        pins=PINS,
    )
    person = World("kind: Cap\nkey: x\ncount: 1\nwithin: 1d\n").person(
        "u1", "push", "email", push_token="t1", email="ana@example.com"
    )
    for start in range(0, len(SCRIPT), every):
        runs = Runs(found["Journey"], policies)  # type: ignore[arg-type]  # the same
        with database.write() as tx:
            runs.load(tx, [person.person])
            for number, (at, name, properties) in enumerate(SCRIPT[start : start + every], start):
                now = instant(at)
                while (due := runs.next_due(person.person)) is not None and due < now:
                    runs.on_due(person, due)
                message = {"type": "track", "event": name, "messageId": f"m{number}", "properties": properties}
                person.add_event(Occurrence(now, f"m{number}", name, now, encode_json(message)))
                runs.on_event(person, event_of(message, f"m{number}", name, now, now), now)
            runs.store(tx)
    with database.read() as tx:
        return list_decisions(tx)


def test_pieces_of_a_batch_leave_what_the_whole_leaves(database: Database) -> None:
    whole = play(database, len(SCRIPT))
    with database.write() as tx:
        leaves = {each.leaf for each in whole}
        assert {"run": 3, "decision": len(whole), "goal": 1} == {
            name: count for name, count in erase_person(tx, leaves).items() if name in {"run", "decision", "goal"}
        }
    for every in (1, 2):
        assert whole == play(database, every)
        with database.write() as tx:
            erase_person(tx, leaves)
    assert [
        ("first", "sent"),  # cart 7
        ("first", "sent"),  # its fallback
        ("first", "sent"),  # cart 8, emptied before its fallback
        ("second", "deferred"),
        ("second", "skipped"),
    ] == sorted((each.step, each.verdict) for each in whole)


def test_what_was_left_can_be_asked_for(database: Database) -> None:
    decisions = play(database, 2)
    with database.read() as tx:
        runs = runs_page(tx, "cart_rescue")
        assert {"cart_rescue": (1, 3)} == count_runs(tx)
        assert [1] == list(count_open(tx, "cart_rescue").values())
        assert [(instant("2026-03-10T09:00:00+01:00"), runs[0].person)] == due_runs(tx, 1 << 60, 10)
        assert instant("2026-03-10T09:00:00+01:00") == first_due(tx)
        assert [] == due_runs(tx, instant("2026-03-10T09:00:00+01:00"), 10)
        assert {"exit"} == set(ended_runs(tx, [run.id for run in runs]).values())
        assert [61.0] == [goal.value for goal in list_goals(tx, "cart_rescue")]
        assert 1 == len(versions_in_use(tx))
        assert decisions[0] == find_decisions(tx, [decisions[0].id])[decisions[0].id]
        assert decisions[2:] == list_decisions(tx, before=(decisions[1].at, decisions[1].id))
        assert decisions == list_decisions(tx, {each.leaf for each in decisions}, "cart_rescue")
        assert [] == list_decisions(tx, [1])
        assert runs[1:] == runs_page(tx, before=(runs[0].entered_at, runs[0].id))
    assert "came_back" == printed_run(runs[0])["position"]


def test_entries_and_goals_are_counted_since_an_instant_and_runs_found_by_their_ending(database: Database) -> None:
    play(database, 1)
    began, later = instant("2026-03-02T10:00:00+01:00"), instant("2026-03-09T00:00:00+01:00")

    with database.read() as tx:
        runs = runs_page(tx)
        entered = [count_entered(tx, since, [runs[0].journey, "nobody_s"]) for since in (began, later)]
        goals = [sum_goals(tx, since) for since in (began, later)]
        by_ending = {ending: len(runs_page(tx, ending=ending)) for ending in {run.ending for run in runs}}

    key = runs[0].journey
    assert [{key: len(runs)}, {key: sum(run.entered_at >= later for run in runs)}] == entered
    assert [{key: (1, 61.0)}, {}] == goals
    assert {ending: sum(run.ending == ending for run in runs) for ending in by_ending} == by_ending


def test_a_record_is_printed_with_instants_and_said_in_both_languages(database: Database) -> None:
    decisions = play(database, 5)
    deferred = next(each for each in decisions if each.verdict == "deferred")

    shown = printed(deferred)
    assert ("2026-03-03T06:00:00.000Z", "2026-03-03T08:00:00.000Z") == (shown["at"], shown["until"])
    assert msgspec.json.encode(shown)
    assert "El mensaje espera hasta el 3 de marzo de 2026, 09:00 (hora de Madrid):" in explain(deferred, "es", {})
    assert "The message waits until 3 March 2026, 09:00 (Madrid time):" in explain(deferred, "en", {})
    assert "had it not been night for the person" in explain(deferred, "en", {})
    for each in decisions:
        for language in ("es", "en"):
            words = explain(each, language, {})
            assert words
            assert "{" not in words
            brief = explain(each, language, {}, plain=Plain())
            assert len(words.splitlines()) - bool(each.trigger) == len(brief.splitlines())
            assert "(mens" not in brief
            assert "(mess" not in brief
            assert "(vers" not in brief


def test_tasks_are_listed_until_they_are_done(database: Database) -> None:
    text = """
kind: Journey
key: j
enter: {event: Go}
policy: {purpose: service}
steps: [{task: {queue: desk, title: {es: Llamar, en: Call}, due: 2h}}]
"""
    found = read_all(text)
    world = World(text)
    person = world.person("u1", email="ana@example.com")
    runs = Runs(found["Journey"])  # type: ignore[arg-type]  # read by their kind
    message = {"type": "track", "event": "Go", "messageId": "m1", "properties": {}}
    with database.write() as tx:
        runs.load(tx, [person.person])
        runs.on_event(person, event_of(message, "m1", "Go", 1000, 1000), 1000)
        runs.store(tx)
    with database.write() as tx:
        (task,) = open_tasks(tx, queue="desk")
        assert ({"es": "Llamar", "en": "Call"}, 7_201_000) == (task.title, task.due)
        assert finish_task(tx, task.id, 5000)
        assert not finish_task(tx, task.id, 6000)
        assert [] == open_tasks(tx, leaves=person.leaves)


def task(id_: str, queue: str, due: int | None) -> Task:
    return Task(
        id=id_, queue=queue, title={"es": id_}, due=due, person=1, leaf=1, journey="j", run="r", step="s", created_at=0
    )


def test_tasks_are_paged_those_due_soonest_first(database: Database) -> None:
    with database.write() as tx:
        save_tasks(tx, [task("a", "desk", None), task("b", "calls", 9), task("c", "desk", 5), task("d", "desk", 9)])
    with database.read() as tx:
        assert {"calls": 1, "desk": 3} == count_tasks(tx)
        first = tasks_page(tx, limit=2)
        assert ["c", "b"] == [each.id for each in first]
        assert ["d", "a"] == [each.id for each in tasks_page(tx, after=place_of_task(first[-1]))]
        assert [] == tasks_page(tx, after=place_of_task(task("z", "desk", None)))
        assert ["c", "d", "a"] == [each.id for each in tasks_page(tx, "desk")]


def test_tasks_that_are_done_are_listed_the_last_done_first(database: Database) -> None:
    with database.write() as tx:
        save_tasks(tx, [task("a", "desk", 1), task("b", "calls", 1), task("c", "desk", 1)])
        finish_task(tx, "c", 10)
        finish_task(tx, "b", 20)
    with database.read() as tx:
        assert [("b", 20), ("c", 10)] == [(each.id, at) for each, at in done_tasks(tx)]
        assert [("c", 10)] == [(each.id, at) for each, at in done_tasks(tx, "desk")]
        assert {"desk": 1} == count_tasks(tx)


def test_what_did_not_go_out_is_listed_apart(database: Database) -> None:
    decisions = play(database, 5)
    withheld = [each for each in decisions if each.verdict not in {"sent", "unknown"}]

    with database.read() as tx:
        assert (2, withheld) == (len(withheld), list_decisions(tx, withheld=True))
        assert withheld[1:] == list_decisions(tx, withheld=True, before=(withheld[0].at, withheld[0].id))
