"""`trenza identity`: who is one person, why, and undoing it."""

from typing import Annotated

import typer

from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, opened, print_json, print_text
from trenza.cli.matches import add_commands
from trenza.cli.moving import tell_moves
from trenza.identity import (
    BlockedValues,
    Explanation,
    Recognition,
    as_json,
    clusters,
    explain,
    leaf_named,
    person_text,
    read_names,
    recognise,
    recognition_json,
)
from trenza.identity.quality import Quality, quality, quality_as_json
from trenza.kernel import format_instant

app = typer.Typer(name="identity", help="Who is one person, why, and undoing it.", no_args_is_help=True)
add_commands(app)
One = Annotated[str, typer.Argument(metavar="TYPE:VALUE", show_default=False, help="An identifier.")]
Other = Annotated[str, typer.Argument(metavar="TYPE:VALUE", show_default=False, help="Another identifier.")]
Some = Annotated[list[str], typer.Argument(metavar="TYPE:VALUE…", show_default=False, help="Identifiers.")]
LinkId = Annotated[str, typer.Argument(metavar="LINK", show_default=False, help="Id that `identity explain` prints.")]


@app.command("clusters")
def print_clusters(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json_lines: Json = False,  # noqa: ARG001 — it is JSON Lines either way; asking for it is no mistake
) -> None:
    """Print every person as one JSON line of identifiers; each identifier stands in exactly one, shared ones alone.

    Example: trenza identity clusters > people.jsonl
    """
    with opened(data, database, log, lake) as instance, instance.database.read() as tx:
        for cluster in clusters(tx):
            print_json({"person": person_text(cluster.person), "identifiers": list(cluster.identifiers)})


@app.command("resolve")
def resolve_identifiers(
    identifiers: Some,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json_only: Json = False,
) -> None:
    """Say who shows these identifiers, written as people write them; nobody is joined by asking.

    Example: trenza identity resolve loyalty_card:4711 "phone:600 11 12 22"
    """
    pairs = read_names(identifiers)
    with opened(data, database, log, lake) as instance, instance.database.read() as tx:
        settings = instance.settings
        found = recognise(tx, pairs, settings.country, instance.types_in(tx), BlockedValues(settings.blocked_values))
    if as_json_only:
        print_json(recognition_json(found))
    else:
        _tell_recognised(found)


@app.command("explain")
def print_explanation(
    one: One,
    other: Other,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json_only: Json = False,
) -> None:
    """Print the evidence between two identifiers, link by link.

    Example: trenza identity explain user_id:u1 email:ana@example.com
    """
    with opened(data, database, log, lake) as instance:
        types, country = instance.types, instance.settings.country
        leaves = leaf_named(one, country, types), leaf_named(other, country, types)
        with instance.database.read() as tx:
            found = explain(tx, *leaves, types)
    if as_json_only:
        print_json(as_json(found))
    else:
        _tell(found)


@app.command("cut")
def cut_link(
    link: LinkId,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json_only: Json = False,
) -> None:
    """Take a link out of the evidence; it stays out when the same evidence comes again.

    Example: trenza identity cut lnk_0123456789abc
    """
    with opened(data, database, log, lake) as instance:
        moves = instance.cut_link(link)
    tell_moves(link, moves, only_json=as_json_only)


@app.command("restore")
def restore_link(
    link: LinkId,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json_only: Json = False,
) -> None:
    """Let a link that was cut count again.

    Example: trenza identity restore lnk_0123456789abc
    """
    with opened(data, database, log, lake) as instance:
        moves = instance.restore_link(link)
    tell_moves(link, moves, only_json=as_json_only)


def _tell_recognised(found: Recognition) -> None:
    print_text("nobody" if found.person is None else person_text(found.person))
    for each in found.shown:
        whose = f"  {person_text(each.person)}" if each.person is not None else ""
        print_text(f"    {each.type}:{each.value}  {each.state}{whose}")
    if not found.agree:
        print_text(f"they point to {len(found.people)} people")


@app.command("quality")
def print_quality(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json_only: Json = False,
) -> None:
    """Print the quality sheet: people per identifier type, what joins nobody, the largest, bridges, merges by day.

    Example: trenza identity quality --json
    """
    with opened(data, database, log, lake) as instance, instance.database.read() as tx:
        found = quality(tx, instance.clock.now(), instance.settings.timezone, instance.types_in(tx))
    if as_json_only:
        print_json(quality_as_json(found))
    else:
        _tell_quality(found)


def _tell_quality(found: Quality) -> None:
    standings, seen = found.standings, found.look
    print_text(f"{standings.people} people, {standings.identifiers} identifiers")
    for each in standings.types:
        spread = seen.spreads.get(each.type)
        people = f"{spread.people} people, at most {spread.most} of one" if spread else "nobody found to have one"
        print_text(f"{each.type}: {each.identifiers}, {people}; {each.shared} shared, {each.ambiguous} ambiguous")
    if not seen.is_whole:
        print_text(f"people per type and what follows: from a sample of {seen.looked_at} identifiers")
    for size in seen.largest_people:
        print_text(f"large: {person_text(size.person)}, {size.identifiers} identifiers")
    for bridge in seen.bridges:
        sides = " | ".join(map(str, bridge.sides))
        print_text(f"bridge: {bridge.evidence.link}, {bridge.evidence.count} messages, {sides} identifiers")
    for day in found.changes:
        if day.merges or day.splits or day.cuts or day.restores:
            print_text(f"{day.day}: {day.merges} merges, {day.splits} splits, {day.cuts} cuts, {day.restores} restores")


def _tell(found: Explanation) -> None:
    print_text(f"one person: {person_text(found.person)}" if found.person is not None else "not one person")
    if not found.links:
        print_text("no evidence ties them")
    for link in found.links:
        state = "" if link.live else "  (cut)"
        print_text(f"{link.link}  {link.a} = {link.b}{state}")
        span = f"{format_instant(link.first)} to {format_instant(link.last)}"
        print_text(f"    {link.rule}, {link.count} messages, {span}, first by {link.source}")


__all__ = ["app"]
