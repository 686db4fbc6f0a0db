"""`trenza events`: what was stored, and what failed."""

from collections.abc import Collection
from typing import Annotated

import typer

from trenza.app import Instance
from trenza.cli.common import (
    Data,
    DatabaseUrl,
    Json,
    LakePath,
    LogUrl,
    console,
    opened,
    person_named,
    print_json,
    print_text,
)
from trenza.events import FailedEvent, export_events, list_failed, replay_failed
from trenza.identity import leaves_of, person_text, persons_of
from trenza.kernel import Instant, Invalid, JsonObject, format_instant, parse_instant
from trenza.storage import Transaction

app = typer.Typer(name="events", help="What was stored, and what failed.", no_args_is_help=True)


@app.command("export")
def export(
    since: Annotated[str | None, typer.Option(help="Least event time, ISO 8601.")] = None,
    until: Annotated[str | None, typer.Option(help="Event time before which they are, ISO 8601.")] = None,
    person: Annotated[str | None, typer.Option(metavar="ID", help="Only of a person: its id, or TYPE:VALUE.")] = None,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,  # noqa: ARG001 — it is JSON Lines either way; asking for it is no mistake
) -> None:
    """Print stored events as JSON Lines, in order of arrival, with all four instants and whose they are now.

    Example: trenza events export --since 2026-03-01 --person email:ana@example.com
    """
    with opened(data, database, log, lake) as instance:
        bounds = _instant("--since", since), _instant("--until", until)
        leaves = None if person is None else _leaves(instance, person)
        with instance.database.read() as tx:
            for line in export_events(tx, lambda found: _people(tx, found), *bounds, leaves):
                print_json(line)


@app.command("failed")
def failed(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    replay: Annotated[bool, typer.Option("--replay", help="Try all again; exit 1 if any remain.")] = False,
    as_json: Json = False,
) -> None:
    """Print what did not pass a check, with the reason; or try it again once the reason is mended.

    Example: trenza events failed --replay
    """
    with opened(data, database, log, lake) as instance:
        remaining = _replay(instance) if replay else 0
        with instance.database.read() as tx:
            for each in list_failed(tx):
                if as_json:
                    print_json(_shown(each))
                else:
                    print_text(f"{format_instant(each.received_at)}  {each.source or '?'}  {each.reason}  {each.id}")
    if remaining:
        raise typer.Exit(1)


def _replay(instance: Instance) -> int:
    """Try all again; returns how many remain."""
    result = replay_failed(instance.database, instance.log, instance.clock, instance.plans)
    console.print(f"{result.accepted} stored, {result.remaining} failed again", highlight=False)
    return result.remaining


def _shown(failed: FailedEvent) -> JsonObject:
    return {
        "id": failed.id,
        "messageId": failed.message_id,
        "source": failed.source,
        "reason": failed.reason,
        "receivedAt": format_instant(failed.received_at),
        "message": failed.message,
    }


def _people(tx: Transaction, leaves: Collection[int]) -> dict[int, str]:
    return {leaf: person_text(person) for leaf, person in persons_of(tx, leaves).items()}


def _leaves(instance: Instance, name: str) -> list[int]:
    person = person_named(instance, name)
    with instance.database.read() as tx:
        return sorted(leaves_of(tx, person))


def _instant(option: str, text: str | None) -> Instant | None:
    if text is None:
        return None
    if (instant := parse_instant(text)) is None:
        raise Invalid(f"{option} {text!r} is no instant", "write ISO 8601: 2026-03-02 or 2026-03-02T10:00:00+01:00")
    return instant
