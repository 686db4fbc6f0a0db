"""`trenza source`: the places that events come from, and their write keys."""

from typing import Annotated, Literal

import typer

from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, opened, print_all, print_json, print_text
from trenza.events import Answers, Source, add_source, change_source, list_sources
from trenza.kernel import Invalid, JsonObject

app = typer.Typer(name="source", help="Places that events come from, and their write keys.", no_args_is_help=True)
_ANSWERS = "About whom /v1/decide tells who holds the write key; `anybody` only where the key is a secret of a server."
_RATE = "Events a second that it may send in the long run; 0: no limit."
_BURST = "Events that it may send at once after a rest; 0: ten seconds' worth."


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(show_default=False, help="What people call it.")],
    channel: Annotated[str, typer.Option(show_default=False, help="What it is, a slug: web, app, till, call_centre …")],
    key: Annotated[str, typer.Option(show_default=False, help="Its write key; a random one where absent.")] = "",
    country: Annotated[
        str, typer.Option(show_default=False, help="Two letters: how phones without one are read.")
    ] = "",
    identifier: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=TYPE", help="A field that identifies, too: properties.card=loyalty_card."),
    ] = None,
    no_consent_object: Annotated[
        Literal["granted", "denied"] | None,
        typer.Option(help="What its events without a consent object mean; the instance's setting where absent."),
    ] = None,
    answers: Annotated[Answers, typer.Option(help=_ANSWERS)] = "visitors",
    rate: Annotated[int, typer.Option(help=_RATE)] = 0,
    burst: Annotated[int, typer.Option(help=_BURST)] = 0,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Answer 207, 400 and 413 instead of 200.")] = False,
    as_json: Json = False,
) -> None:
    """Add a source and print its write key.

    Example: trenza source add web --channel web
    """
    with opened(data, database, log, lake) as instance:
        source = add_source(
            instance.database,
            name,
            channel,
            key,
            strict=strict,
            country=country,
            identifiers=_fields(identifier or []),
            no_consent_object=no_consent_object or "",
            answers=answers,
            rate=rate,
            burst=burst,
        )
    if as_json:
        print_json(_shown(source))
    else:
        print_text(source.key)


@app.command("set")
def set_(
    name: Annotated[str, typer.Argument(show_default=False, help="The source to change.")],
    answers: Annotated[Answers | None, typer.Option(show_default=False, help=_ANSWERS)] = None,
    rate: Annotated[int | None, typer.Option(show_default=False, help=_RATE)] = None,
    burst: Annotated[int | None, typer.Option(show_default=False, help=_BURST)] = None,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Change a source: what is not named stays. It counts within a second.

    Example: trenza source set till --answers anybody
    """
    with opened(data, database, log, lake) as instance:
        source = change_source(instance.database, name, answers=answers, rate=rate, burst=burst)
    if as_json:
        print_json(_shown(source))
    else:
        print_text(_line(source))


@app.command("list")
def list_all(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print every source with its write key.

    Example: trenza source list --json
    """
    with opened(data, database, log, lake) as instance, instance.database.read() as tx:
        sources = list_sources(tx)
    print_all(sources, _shown, _line, as_json=as_json)


def _line(source: Source) -> str:
    more = ["strict"] if source.strict else []
    more.append(f"answers {source.answers}")
    if limit := source.limit:
        more.append(f"{limit.rate}/s, {limit.burst} at once")
    return "\t".join([source.name, source.channel, source.key or "—", *more])


def _shown(source: Source) -> JsonObject:
    return {
        "name": source.name,
        "channel": source.channel,
        "key": source.key,
        "strict": source.strict,
        "country": source.country,
        "identifiers": source.identifiers,
        "answers": source.answers,
        "limit": source.limit,
    }


def _fields(pairs: list[str]) -> dict[str, str]:
    """The further fields that identify.

    Raises:
        Invalid: one is not written as a path and a type.
    """
    fields = dict(pair.partition("=")[::2] for pair in pairs)
    for path, type_ in fields.items():
        if not path or not type_ or ":" in type_:
            raise Invalid(f"{path!r} names no identifier type", "write PATH=TYPE: properties.card=loyalty_card")
    return fields
