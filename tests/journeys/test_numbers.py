"""Numbers per step: what the rows say is what counting run by run says."""

from collections import Counter

import msgspec

from tests.journeys.world import World, instant
from trenza.journeys import Journey, count_at_steps, list_decisions, runs_page
from trenza.journeys.model import Jump
from trenza.storage import Database

TEXT = """\
kind: Journey
key: j
enter: {event: Begun, if: {all: []}}
exit: [{event: Left}]
holdout: {percent: 0}
policy: {purpose: service}
steps:
  - wait: {for: 1h, name: patience}
  - branch:
      name: which
      when:
        - if: {event: {name: Liked}}
          then:
            - send: {name: thanks, channel: email, template: hello}
            - wait: {for: 10h, name: long}
  - wait: {for: 1h, name: more}
  - send: {name: last, channel: email, template: hello}
"""
START = instant("2026-03-02T10:00:00Z")
MINUTE = 60_000
STORY = {
    "waits": [(30, "Begun")],
    "likes": [(0, "Liked"), (0, "Begun")],
    "leaves": [(0, "Begun"), (20, "Left")],
    "went on": [(0, "Begun")],
    "came early": [(-300, "Begun")],
    "liked early": [(-2_000, "Liked"), (-2_000, "Begun")],
}
NOW = START + 80 * MINUTE


def play(database: Database, text: str = TEXT) -> Journey:
    world = World(text)
    for name in STORY:
        slug = name.replace(" ", "_")
        world.person(name, **({} if name == "came early" else {"email": f"{slug}@example.com"}))
    told = sorted(
        (START + minute * MINUTE, place, name, event)
        for name, happened in STORY.items()
        for place, (minute, event) in enumerate(happened)
    )
    for now, _, name, event in told:
        world.tell(now, name, event, {}, now)
    world.advance(NOW)
    with database.write() as tx:
        world.runs.store(tx)
    return world.journeys["j"]


def test_every_run_is_counted_where_it_stands_and_where_it_ended(database: Database) -> None:
    journey = play(database)
    with database.read() as tx:
        found = count_at_steps(tx, journey)
        runs, decisions = runs_page(tx, "j"), list_decisions(tx, journey="j")
    standing = Counter(run.state.position for run in runs if run.is_open)
    steps = {each.step: each for each in found.steps}
    assert (6, sum(standing.values())) == (found.entered, found.open)
    assert {"patience": 1, "long": 1, "more": 1} == {
        name: each.standing for name, each in steps.items() if each.standing
    }
    assert standing == Counter({name: each.standing for name, each in steps.items() if each.standing})
    assert Counter(run.ending for run in runs if not run.is_open) == Counter(found.endings)
    assert {"patience": {"exit": 1}} == {name: each.ended for name, each in steps.items() if each.ended}
    said = Counter((each.step, each.verdict) for each in decisions)
    assert said == Counter({(name, verdict): n for name, each in steps.items() for verdict, n in each.verdicts.items()})
    assert {"sent": 1, "skipped": 1} == steps["last"].verdicts
    assert list(journey.steps) == [each.step for each in found.steps]


def test_how_many_passed_is_told_for_the_steps_that_every_run_comes_by(database: Database) -> None:
    journey = play(database)
    with database.read() as tx:
        passed = {each.step: each.passed for each in count_at_steps(tx, journey).steps}
    assert {"patience": 4, "which": 3, "thanks": None, "long": None, "more": 2, "last": 2} == passed


def test_what_the_rows_do_not_tell_is_not_told(database: Database) -> None:
    journey = play(database, TEXT.replace("- wait: {for: 10h, name: long}", "- end"))
    with database.read() as tx:
        steps = count_at_steps(tx, journey).steps
    assert {"patience": 4} == {each.step: each.passed for each in steps if each.passed is not None}
    around = journey.steps["more"]
    back = msgspec.structs.replace(journey, steps={**journey.steps, "more": Jump(name="more", next="patience")})
    with database.read() as tx:
        assert {None} == {each.passed for each in count_at_steps(tx, back).steps}
    assert "more" == around.name


def test_runs_at_steps_that_are_no_more_are_told_apart(database: Database) -> None:
    journey = play(database)
    kept = {name: step for name, step in journey.steps.items() if name != "patience"}
    later = msgspec.structs.replace(journey, first="which", steps=kept)
    with database.read() as tx:
        assert {"patience": 1} == count_at_steps(tx, later).elsewhere


def test_a_list_of_runs_can_be_of_those_at_a_step(database: Database) -> None:
    play(database)
    with database.read() as tx:
        assert ["patience"] == [run.state.position for run in runs_page(tx, "j", step="patience")]
        assert [] == runs_page(tx, "j", step="last")
