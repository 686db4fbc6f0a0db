"""`trenza connector`: providers and exchanges that call in, and the secrets that prove who they are."""

from typing import Annotated

import typer

from trenza.channels import Connector, list_connectors
from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, opened, print_all, print_json, print_text
from trenza.kernel import JsonObject, format_instant

app = typer.Typer(name="connector", help="Providers and exchanges that call in.", no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(show_default=False, help="Last part of its address, /webhooks/NAME.")],
    kind: Annotated[str, typer.Option(help="calls (a telephone exchange) or twilio.")] = "calls",
    secret: Annotated[str, typer.Option(show_default=False, help="What it signs with; random where absent.")] = "",
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Add a connector, or give it a new secret, and print the secret.

    Example: trenza connector add calls --kind calls
    """
    with opened(data, database, log, lake) as instance:
        connector = instance.connectors.add(name, kind, instance.clock.now(), secret)
    if as_json:
        print_json(_shown(connector))
    else:
        print_text(connector.secret)


@app.command("list")
def list_all(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print every connector.

    Example: trenza connector list --json
    """
    with opened(data, database, log, lake) as instance, instance.database.read() as tx:
        connectors = list_connectors(tx)
    print_all(connectors, _shown, _line, as_json=as_json)


def _line(connector: Connector) -> str:
    return f"{connector.name}\t{connector.kind}\t/webhooks/{connector.name}"


def _shown(connector: Connector) -> JsonObject:
    return {
        "name": connector.name,
        "kind": connector.kind,
        "path": f"/webhooks/{connector.name}",
        "secret": connector.secret,
        "createdAt": format_instant(connector.created_at),
    }
