"""Make the generated pages of docs/reference, or, with --check, say which of them are stale.

Each page has one maker that reads the code itself, so the page cannot say something else.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import typer

from trenza.cli import make_root
from trenza.matching.comparisons import COMPARISONS
from trenza.matching.model import FIELDS, Condition
from trenza.matching.records import TRAITS
from trenza.settings import Settings

_REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
_NOTE = "<!-- Made by scripts/docs.py from the code; do not edit. -->"


def settings_page() -> str:
    """Every setting with its default and meaning."""
    lines = [
        "# Settings",
        "",
        _NOTE,
        "",
        "A setting comes from the command line, else from the environment (`TRENZA_` and its name in capitals),",
        "else from `trenza.toml` in the data folder, else from its default.",
        "",
        "| setting | default | means |",
        "|---|---|---|",
    ]
    for field in msgspec.structs.fields(Settings):
        meaning = next(each.description for each in get_args(field.type) if isinstance(each, msgspec.Meta))
        lines.append(f"| `{field.name}` | {_shown(field.default)} | {meaning} |")
    return "\n".join([*lines, ""])


def commands_page() -> str:
    """Every command with its help."""
    lines = ["# The command line", "", _NOTE, ""]
    for name, command in _commands("trenza", typer.main.get_command(make_root())):
        lines += [f"## `{name}`", "", (command.help or "").strip(), "", "| option | |", "|---|---|"]
        for parameter in command.params:
            shown = parameter.opts[0] if parameter.param_type_name == "option" else parameter.name.upper()
            lines.append(f"| `{shown}` | {getattr(parameter, 'help', None) or ''} |".replace("\n", " "))
        lines.append("")
    return "\n".join(lines)


def match_models_page() -> str:
    """What a match model holds: its fields, comparisons and levels."""
    lines = [
        "# Match models",
        "",
        _NOTE,
        "",
        "`kind: MatchModel`, key `people`: what `trenza identity train` learned, and what follows from a weight.",
        "",
        "| field | |",
        "|---|---|",
        "| `prior` | probability that two people drawn at random are one |",
        "| `review` | match weight from which a pair is a candidate (0: as likely as not) |",
        "| `accept` | match weight from which a candidate is accepted by rule; without it none is |",
        "| `clustering` | `average` (one list), `best` (at most one partner each), `threshold` |",
        "| `blocking` | pairs are compared that agree on all fields of one of these |",
        "| `comparisons` | by comparison and level: `m` and `u`, how often among true pairs and among others |",
        "",
        "The first level that holds counts; its weight is log2(`m` / `u`). Where a value is missing, it is 0.",
        "",
        "| comparison | level | holds when |",
        "|---|---|---|",
    ]
    for comparison in COMPARISONS:
        for level in comparison.levels:
            holds = " and ".join(_condition(each) for each in level.conditions) or "nothing above does"
            lines.append(f"| `{comparison.name}` | `{level.name}` | {holds} |")
    lines += ["", f"Fields: {', '.join(f'`{field}`' for field in FIELDS)}."]
    lines += ["For `blocking` also `names` (both, in either order), `given_1` and `family_1` (first letters)."]
    lines += ["", "## The traits that are read", "", "| field | traits |", "|---|---|"]
    lines += [f"| `{field}` | {', '.join(f'`{name}`' for name in TRAITS[field])} |" for field in FIELDS]
    lines += ["", "Street, postcode and city are looked for in the trait `address` first; e-mail and telephone are the"]
    lines += ["person's identifiers where there are any. A full `name` is parted at its first space."]
    return "\n".join([*lines, ""])


def _condition(condition: Condition) -> str:
    field = condition.field
    if condition.test == "same":
        return f"`{field}` is the same"
    if condition.test == "alike":
        return f"`{field}` is alike (Jaro-Winkler) to {condition.bound:g}"
    if condition.test == "edits":
        return f"`{field}` is {condition.bound:g} edit{'s' * (condition.bound > 1)} away at most"
    return f"`{field}` and `{condition.other}` are swapped"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "commands.md": commands_page,
    "match-models.md": match_models_page,
}


def _commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    if hasattr(command, "commands"):
        for key in sorted(command.commands):
            yield from _commands(f"{name} {key}", command.commands[key])
    else:
        yield name, command


def _shown(default: object) -> str:
    """A default as a reader would type it; nothing where there is none."""
    if isinstance(default, tuple):
        return ", ".join(f"`{each}`" for each in default if each)
    return f"`{default}`" if default not in {"", None} else ""


def main() -> int:
    """Write the pages, or compare them."""
    stale = []
    for name, make in PAGES.items():
        path, text = _REFERENCE / name, make()
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(f"docs/reference/{name}")
    if stale:
        sys.stderr.write(f"stale: {', '.join(stale)}. Run `make docs` and commit.\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
