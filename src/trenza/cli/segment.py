"""`trenza segment`: who is in a segment."""

from typing import Annotated

import typer

from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, opened, print_json, print_text
from trenza.cli.definitions import Engine, known_engine
from trenza.definitions import find_live
from trenza.identity import person_text
from trenza.kernel import Invalid, NotFound, parse_instant
from trenza.segments import members as members_now
from trenza.segments import members_at

app = typer.Typer(name="segment", help="Who is in a segment.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(metavar="KEY", help="Key of the segment.", show_default=False)]
At = Annotated[str | None, typer.Option("--at", help="An instant, ISO 8601; without it, now.")]


@app.command("members")
def members(
    key: Key,
    at: At = None,
    engine: Engine = "stream",
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print the ids of the people who are in a segment, or were at an instant as it was known then, one per line.

    Example: trenza segment members warm_cart --at 2026-03-02T10:00:00+01:00
    """
    with opened(data, database, log, lake) as instance:
        known_engine(engine)
        instant = parse_instant(at) if at else None
        if at and instant is None:
            raise Invalid(f"{at!r} is no instant", "write ISO 8601: 2026-03-02T10:00:00+01:00")
        with instance.database.read() as tx:
            found = members_now(tx, key) if instant is None else members_at(tx, key, instant)
            if not found and find_live(tx, "Segment", key) is None:
                raise NotFound(f"there is no segment {key!r}", "see the keys in `trenza plan DIR` or /api/definitions")
        ids = [person_text(person) for person in found]
        if as_json:
            print_json({"segment": key, "members": ids})
        else:
            for each in ids:
                print_text(each)


__all__ = ["app"]
