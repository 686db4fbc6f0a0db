"""`trenza decisions`, `trenza explain`: why was this message sent, or not?"""

from typing import Annotated

import typer

from trenza.app import Instance
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
from trenza.identity import leaves_of
from trenza.journeys import Decision, list_decisions, printed
from trenza.kernel import format_instant

_PAGE = 500


def decisions(
    person: Annotated[str, typer.Option("--person", metavar="TYPE:VALUE", help="Only of this person.")] = "",
    journey: Annotated[str, typer.Option("--journey", metavar="KEY", help="Only of this journey.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 1_000,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print decision records, the latest first: one line each (JSON Lines with --json).

    Example: trenza decisions --person email:ana@example.com
    """
    with opened(data, database, log, lake) as instance:
        for each in _found(instance, person, journey, limit):
            if as_json:
                print_json(printed(each))
            else:
                print_text(_line(each))


def explain_decision(
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="Id of the record.", show_default=False)],
    language: Annotated[str, typer.Option("--language", help="es or en; the instance's without it.")] = "",
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Say in plain words why a message was sent, or was not.

    Example: trenza explain 0c3kz1v8m2q4r6t8w0y2a4c6e8 --language en
    """
    with opened(data, database, log, lake) as instance:
        found, words = instance.explain(decision, language)
    if as_json:
        print_json({**printed(found), "explanation": words})
    else:
        print_text(words)


def _found(instance: Instance, person: str, journey: str, limit: int) -> list[Decision]:
    found: list[Decision] = []
    before = None
    who = person_named(instance, person) if person else None
    while len(found) < limit:
        with instance.database.read() as tx:
            leaves = None if who is None else leaves_of(tx, who)
            page = list_decisions(tx, leaves, journey or None, before=before, limit=min(_PAGE, limit - len(found)))
        if not page:
            break
        found += page
        before = page[-1].at, page[-1].id
    return found


def _line(decision: Decision) -> str:
    said = decision.reason or decision.lost_to or (format_instant(decision.until) if decision.until else "")
    verdict = f"{decision.verdict}({said})" if said else decision.verdict
    place = f"{decision.journey}/{decision.step}"
    return f"{format_instant(decision.at)}  {decision.id}  {place}  {verdict}  {decision.channel}".rstrip()
