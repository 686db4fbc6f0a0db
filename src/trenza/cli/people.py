"""`trenza people`: see one person, hand everything over, erase, and prove that it was done."""

from pathlib import Path
from typing import Annotated

import typer
from msgspec import json as msgspec_json

from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, console, opened, print_json, print_text
from trenza.identity import person_text, text_person
from trenza.kernel import Invalid, JsonObject, JsonValue, decode_json, encode_json, format_instant
from trenza.people import People
from trenza.profiles import FoundPerson, find_people

app = typer.Typer(name="people", help="See, export and erase people.", no_args_is_help=True)
Name = Annotated[
    str,
    typer.Argument(metavar="TYPE:VALUE", help="An identifier of the person, or their id (per_…).", show_default=False),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many at most.")]


@app.command("show")
def show(
    name: Name,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print a person: identifiers, traits, consents, reachability, segments, preferred channel.

    Example: trenza people show email:ana@example.com
    """
    with opened(data, database, log, lake) as instance:
        people = People(instance)
        sheet = people.sheet(people.named(name))
    if as_json:
        print_json(sheet)
    else:
        print_text(_sheet_text(sheet))


@app.command("list")
def list_(
    limit: Limit = 1_000,
    after: Annotated[str, typer.Option("--after", metavar="PERSON", help="Begin behind this id.")] = "",
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print people with their identifiers, one per line (JSON Lines with --json), in order of their ids.

    Example: trenza people list --limit 20
    """
    with opened(data, database, log, lake) as instance:
        start = text_person(after) if after else -1
        if start is None:
            raise Invalid(f"{after!r} is no person's id", "give the last id of the page before: per_…")
        for each in People(instance).listed(start, limit):
            if as_json:
                print_json({"person": person_text(each.person), "identifiers": each.identifiers})
            else:
                print_text(f"{person_text(each.person)}  {' '.join(each.identifiers)}")


@app.command("find")
def find(
    text: Annotated[str, typer.Argument(help="What is known of them; in quotes.", show_default=False)],
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="How many at most.")] = 20,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Find people by any identifier, name or trait: words, their beginnings, TYPE:VALUE, TRAIT:VALUE.

    Example: trenza people find "ana gar city:Sevilla"
    """
    with opened(data, database, log, lake) as instance, instance.database.read() as tx:
        found = find_people(tx, text, instance.settings.country, limit, types=instance.types_in(tx))
    if as_json:
        print_json({"people": [_found_json(each) for each in found.people], "complete": found.is_complete})
        return
    for each in found.people:
        matched = "  ".join(f"{match.name}={match.text}" for match in each.matches)
        print_text(f"{person_text(each.person)}  {each.name or '-'}  {matched}")
    if found.next or not found.is_complete:
        console.print("there are more: add a word", markup=False, highlight=False)


@app.command("timeline")
def timeline(
    name: Name,
    limit: Limit = 100,
    before: Annotated[str, typer.Option("--before", metavar="CURSOR", help="`next` of the page before.")] = "",
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print a person's events, the latest first, of every identifier.

    Example: trenza people timeline loyalty_card:1234 --limit 10
    """
    with opened(data, database, log, lake) as instance:
        people = People(instance)
        events, further = people.timeline(people.named(name), limit, before)
    if as_json:
        print_json({"events": events, "next": further or None})
        return
    for event in events:
        print_text(f"{event['timestamp']}  {event['sourceChannel'] or '-':<10}  {event.get('event') or event['type']}")
    if further:
        console.print(f"more: --before {further}", markup=False, highlight=False)


@app.command("export")
def export(
    name: Name,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print everything that is kept of a person, room by room, as one JSON document.

    Example: trenza people export user_id:u1 > ana.json
    """
    with opened(data, database, log, lake) as instance:
        people = People(instance)
        exported = people.export(people.named(name))
    print_json(exported) if as_json else print_text(_indented(exported))


@app.command("erase")
def erase(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands on the receipt.")],
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Erase a person from every store and print a signed receipt that names nobody. Keep it: it is the proof.

    Example: trenza people erase email:ana@example.com --reason "asked by letter" > receipt.json
    """
    with opened(data, database, log, lake) as instance:
        people = People(instance)
        receipt = people.erase(people.named(name), reason)
    print_json(receipt) if as_json else print_text(_indented(receipt))


@app.command("verify-receipt")
def verify_receipt(
    file: Annotated[Path, typer.Argument(help="What `people erase` printed.", show_default=False)],
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Prove a receipt: it is signed by this instance, and nothing of the person is in any store.

    Example: trenza people verify-receipt receipt.json
    """
    with opened(data, database, log, lake) as instance:
        proof = People(instance).verify(_read(file))
    if as_json:
        print_json({"holds": proof.holds, "signed": proof.signed, "remains": proof.remains})
    elif proof.holds:
        print_text("the receipt is true: it is signed by this instance and nothing is left")
    elif not proof.signed:
        print_text("the receipt is not true: it is of another instance, or was changed")
    else:
        left = ", ".join(f"{count} in {store}" for store, count in proof.remains.items() if count)
        print_text(f"the receipt is not true: there is still {left}")
    if not proof.holds:
        raise typer.Exit(1)


def _found_json(found: FoundPerson) -> JsonObject:
    return {
        "person": person_text(found.person),
        "name": found.name,
        "lastSeen": format_instant(found.last_seen),
        "identifiers": [f"{each.type}:{each.value}" for each in found.identifiers],
        "matches": [
            {"kind": each.kind, "name": each.name, "text": each.text, "places": [*each.places]}
            for each in found.matches
        ],
    }


def _read(file: Path) -> JsonObject:
    try:
        found: JsonObject = decode_json(file.read_bytes())
    except OSError as error:
        raise Invalid(f"{file.name} cannot be read: {error.strerror}", "give what `people erase` printed") from error
    except ValueError as error:
        raise Invalid(f"{file.name} is no JSON", "give the file that `people erase` printed, unchanged") from error
    return found


def _sheet_text(sheet: JsonObject) -> str:
    reach = [name for name, each in sheet["reachability"].items() if each["reachable"]]
    lines = [
        sheet["person"],
        "identifiers  " + "  ".join(sheet["identifiers"]),
        *(f"trait        {name} = {_short(value)}" for name, value in sheet["traits"].items()),
        *(f"consent      {each['purpose']} on {each['channel']}: {each['status']}" for each in sheet["consents"]),
        "reachable    " + (", ".join(reach) or "nowhere"),
        "segments     " + (", ".join(sheet["segments"]) or "none"),
        "prefers      " + (sheet["preferredChannel"] or "unknown"),
    ]
    return "\n".join(lines)


def _short(value: JsonValue) -> str:
    return encode_json(value).decode()


def _indented(value: JsonObject) -> str:
    return msgspec_json.format(encode_json(value), indent=2).decode()


__all__ = ["app"]
