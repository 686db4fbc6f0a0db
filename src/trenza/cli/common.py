"""What every command shares: where the instance is, and how to print.

Machine-readable output is the only thing on standard output under `--json`; words for people go there otherwise, and
progress and logs to standard error always.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console

from trenza.app import Instance, open_instance
from trenza.identity import Person, text_person
from trenza.kernel import Faulty, Invalid, JsonObject, JsonValue, NotFound, TrenzaError, encode_json
from trenza.settings import load_settings

Data = Annotated[
    Path | None,
    typer.Option("--data", envvar="TRENZA_DATA", help="Folder of the instance (default: ./data)."),
]
DatabaseUrl = Annotated[str | None, typer.Option("--database", help="URL of the state, instead of the folder's.")]
LogUrl = Annotated[str | None, typer.Option("--log", help="URL of the event log, instead of the folder's.")]
LakePath = Annotated[str | None, typer.Option("--lake", help="Folder or URL of the lake, instead of the folder's.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output and nothing else.")]

T = TypeVar("T")
console = Console(stderr=True)
"""Where progress and remarks go."""


@contextmanager
def opened(
    data: Path | None = None,
    database: str | None = None,
    log: str | None = None,
    lake: str | None = None,
    **settings: Any,
) -> Iterator[Instance]:
    """The instance that the options name, for the time of a command. Our own errors end the command with status 1."""
    with telling_errors():
        given = {"data": data, "database": database, "log": log, "lake": lake, **settings}
        instance = open_instance(load_settings(given))
        try:
            yield instance
        finally:
            instance.close()


@contextmanager
def telling_errors() -> Iterator[None]:
    """Turn our errors into a message on standard error and exit status 1."""
    try:
        yield
    except Faulty as error:
        for fault in error.faults:
            console.print(str(fault), style="red", markup=False, highlight=False)
        raise typer.Exit(1) from error
    except TrenzaError as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(1) from error


def print_json(value: JsonValue) -> None:
    """Print one JSON document on one line."""
    sys.stdout.buffer.write(encode_json(value) + b"\n")
    sys.stdout.buffer.flush()


def print_all(items: Iterable[T], shown: Callable[[T], JsonObject], line: Callable[[T], str], *, as_json: bool) -> None:
    """Print a list: one JSON document, or a line each for a person."""
    if as_json:
        print_json([shown(each) for each in items])
        return
    for each in items:
        print_text(line(each))


def print_text(text: str) -> None:
    """Print words for a person."""
    sys.stdout.write(text + "\n")


def person_named(instance: Instance, name: str) -> Person:
    """The person that `TYPE:VALUE` or a public person id names.

    Raises:
        Invalid: the name is neither.
        NotFound: nobody has that identifier.
    """
    if (person := text_person(name)) is not None:
        return person
    type_, colon, value = name.partition(":")
    if not colon:
        raise Invalid(f"{name!r} is no identifier", "write TYPE:VALUE, as in email:ana@example.com")
    found = instance.find_person(type_, value)
    if found is None:
        raise NotFound(f"nobody has this {type_}", "see `trenza people list`")
    return found
