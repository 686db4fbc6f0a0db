"""The command line: `trenza --help`. Each group of commands is a file of that noun; all of them are listed here.

A command's file is imported when the command is asked for: `serve` should not wait for what only `import` needs.
"""

import gc
import sys
from collections.abc import Collection
from importlib import import_module
from typing import Any

import typer

_COMMANDS = {
    "serve": ("serve:serve", "Run the instance until SIGTERM or Ctrl-C."),
    "process": ("serve:process", "Run the worker here, until nothing is left to do."),
    "demo": ("demo:demo", "Load a year of a real shop's baskets, then serve."),
    "import": ("imports:import_files", "Put files into the log; safe to break off and to repeat."),
    "check": ("definitions:check", "Read definitions and run their tests; needs no instance."),
    "plan": ("definitions:plan_command", "Say what `apply` would do."),
    "apply": ("definitions:apply_command", "Make the instance hold exactly the definitions of a folder."),
    "pull": ("definitions:pull_command", "Write the instance's definitions into files."),
    "decisions": ("decisions:decisions", "Print decision records, the latest first."),
    "explain": ("decisions:explain_decision", "Say in plain words why a message was sent, or was not."),
    "bench": ("bench:bench", "Run one benchmark; `make bench` runs all."),
    "source": ("source:app", "Places that events come from, and their write keys."),
    "events": ("events:app", "What was stored, and what failed."),
    "people": ("people:app", "See, export and erase people."),
    "identity": ("identity:app", "Who is one person, why, and undoing it."),
    "segment": ("segment:app", "Who is in a segment."),
    "journey": ("journey:app", "Journeys and the runs in them."),
    "job": ("job:app", "Long work: see how far it is, cancel it."),
    "user": ("access:user_app", "Who may sign in, and as what."),
    "key": ("access:key_app", "API keys: for programs."),
    "connector": ("connector:app", "Providers and shops that call in."),
    "sandbox": ("sandbox:sandbox", "What people's phones would show."),
}
"""By name: file and name of the command in it, and what the list says of it."""


def make_root(wanted: Collection[str] = tuple(_COMMANDS)) -> typer.Typer:
    """The root command with the wanted commands imported; of the others it has names and summaries."""
    root = typer.Typer(
        name="trenza",
        help="One person out of every channel; the next best message, and its proof.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    for name, (place, summary) in _COMMANDS.items():
        if name in wanted:
            _add(root, name, place, summary)
        else:
            root.command(name, help=summary)(_absent)
    return root


def main() -> None:
    """Run the command line."""
    named = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    gc.disable()  # imports make two hundred thousand objects and next to no garbage
    root = make_root([named])
    gc.enable()
    root()


def _add(root: typer.Typer, name: str, place: str, summary: str) -> None:
    file, _, attribute = place.partition(":")
    found: Any = getattr(import_module(f"trenza.cli.{file}"), attribute)
    if isinstance(found, typer.Typer):
        root.add_typer(found, name=name, help=summary)
    else:
        root.command(name)(found)


def _absent() -> None:
    """Stands in the list for a command whose file is not imported."""


__all__ = ["main", "make_root"]
