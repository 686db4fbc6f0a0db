"""`trenza journey`: which journeys there are, and who is on the way in them."""

from typing import Annotated

import typer

from trenza.cli.common import (
    Data,
    DatabaseUrl,
    Json,
    LakePath,
    LogUrl,
    opened,
    person_named,
    print_json,
    print_text,
)
from trenza.journeys import count_runs, find_run, list_decisions, printed, printed_run, runs_page
from trenza.kernel import NotFound

app = typer.Typer(name="journey", help="Journeys and the runs in them.", no_args_is_help=True)


@app.command("list")
def list_(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print the journeys in force, with how many runs are open and how many there were.

    Example: trenza journey list
    """
    with opened(data, database, log, lake) as instance:
        journeys = instance.definitions().of("Journey")
        with instance.database.read() as tx:
            runs = count_runs(tx)
    for key, journey in sorted(journeys.items()):
        still, every = runs.get(key, (0, 0))
        if as_json:
            print_json({"key": key, "version": journey.version, "title": journey.title, "open": still, "runs": every})
        else:
            print_text(f"{key}  {journey.version}  {still} open, {every} in all")


@app.command("runs")
def runs(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The journey.", show_default=False)],
    person: Annotated[str, typer.Option("--person", metavar="TYPE:VALUE", help="Only of this person.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")] = 100,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print the runs of a journey, the last entered first.

    Example: trenza journey runs cart_rescue --limit 20
    """
    with opened(data, database, log, lake) as instance:
        people = [person_named(instance, person)] if person else None
        with instance.database.read() as tx:
            found = runs_page(tx, key, people, limit=limit)
    for run in found:
        shown = printed_run(run)
        if as_json:
            print_json(shown)
        else:
            state = f"at {shown['position']}" if run.is_open and shown["position"] else run.ending or "settling"
            print_text(f"{shown['entered_at']}  {run.id}  {shown['person']}  {state}")


@app.command("show")
def show(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Id of the run.", show_default=False)],
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print one run: where it stands, what it waits for, what was decided in it.

    Example: trenza journey show 0c3kz1v8m2q4r6t8w0y2a4c6e8
    """
    with opened(data, database, log, lake) as instance, instance.database.read() as tx:
        found = find_run(tx, run)
        if found is None:
            raise NotFound("no run has this id", "see `trenza journey runs KEY`")
        decisions = [printed(each) for each in reversed(list_decisions(tx, run=run))]
    shown = {**printed_run(found), "decisions": decisions}
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        if name != "decisions":
            print_text(f"{name}: {value}")
    for each in decisions:
        print_text(f"  {each['at']}  {each['step']}  {each['verdict']}  {each['id']}")
