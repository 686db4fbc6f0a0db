"""`trenza sandbox`: what people would have on their phones, where a channel has no provider."""

from typing import Annotated

import typer

from trenza.channels import SandboxMessage, list_sandbox
from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, opened, print_all
from trenza.kernel import JsonObject, format_instant


def sandbox(
    address: Annotated[
        list[str] | None, typer.Option(show_default=False, help="Only what came to this address; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, latest first.")] = 20,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print what reached the sandbox, latest first.

    Example: trenza sandbox --address ana@example.com
    """
    with opened(data, database, log, lake) as instance, instance.database.read() as tx:
        shown = list_sandbox(tx, addresses=address or None, limit=limit)
    print_all(shown, _as_json, _line, as_json=as_json)


def _line(each: SandboxMessage) -> str:
    words = (format_instant(each.at), each.channel, each.address, each.title or each.text)
    return "\t".join(map(_on_one_line, words))


def _on_one_line(text: str) -> str:
    """A mail may hold anything; a terminal obeys control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _as_json(shown: SandboxMessage) -> JsonObject:
    return {
        "id": shown.id,
        "message": shown.message or None,
        "channel": shown.channel,
        "address": shown.address,
        "at": format_instant(shown.at),
        "title": shown.title,
        "text": shown.text,
        "html": shown.html,
        "fields": shown.fields,
    }
