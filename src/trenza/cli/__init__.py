"""The command line: `trenza --help`. Each group of commands is a file of that noun; all of them are listed here."""

import typer

from trenza.cli import serve

root = typer.Typer(
    name="trenza",
    help="One person out of every channel; the next best message, and its proof.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
root.command("serve")(serve.serve)
root.command("process")(serve.process)


def main() -> None:
    """Run the command line."""
    root()


__all__ = ["main", "root"]
