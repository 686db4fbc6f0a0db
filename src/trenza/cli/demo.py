"""`trenza demo`: a whole shop to try the house on."""

import contextlib
import os
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from trenza.app import Instance, open_instance
from trenza.cli.common import Data, DatabaseUrl, LakePath, LogUrl, console, opened
from trenza.definitions import apply
from trenza.demo import DEFINITIONS, DemoData, Part, remaining
from trenza.demo import Progress as Done
from trenza.demo.shop import open_catalogue
from trenza.equipment import KINDS
from trenza.events import ensure_source
from trenza.imports import Importer
from trenza.kernel import ManualClock
from trenza.worker import process_until_idle, turn_hallway

_SETTINGS = 'demo = true\ntimezone = "America/New_York"\ncountry = "US"\n'
_MARKER = "demo.json"


def demo(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default 8080).")] = None,
    *,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve when the data is in.")] = True,
) -> None:
    """Load a year of a real shop's baskets, and the digital behaviour they lack, then serve.

    The first time takes a minute or two and may be broken off: it goes on where it was. Later it starts in seconds.

    Example: trenza demo --data ./data
    """
    folder = data or Path("data")
    _settle(folder)
    with opened(data, database, log, lake, port=port) as instance:
        load(instance, folder)
    if serve:
        _serve({"data": data, "database": database, "log": log, "lake": lake, "port": port})


def _serve(options: dict[str, object]) -> None:
    """Become `trenza serve`: a fresh process has neither the memory nor the threads that loading took."""
    words = [word for name, value in options.items() if value is not None for word in (f"--{name}", str(value))]
    os.execv(sys.executable, [sys.executable, "-m", "trenza", "serve", *words])  # noqa: S606 — ourselves


def load(instance: Instance, folder: Path) -> None:
    """Bring the demo's data in, as far as it is not in yet.

    Args:
        instance: where it goes.
        folder: where it is noted how far it has come.
    """
    marker = folder / _MARKER
    done = Done.read(marker, instance.clock.now())
    if done.complete:
        return
    done.write(marker)
    data = DemoData(done.now)
    clock = ManualClock(max(done.lived, data.begin))
    past = open_instance(instance.settings, clock)
    columns = (TextColumn("{task.description:28}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with contextlib.closing(past), Progress(*columns, console=console) as bar:
        if not done.applied:
            _bring_in(past, data.history(), done, marker, bar)
            _process(past, "Recognising people", bar)
            apply(past.database, DEFINITIONS, KINDS, clock.now())
            done.applied = True
            done.write(marker)
            _process(past, "Filling segments", bar)
        _live(past, clock, data, done, marker, bar)
    open_catalogue(instance.settings.data)
    done.complete = True
    done.write(marker)


def _settle(folder: Path) -> None:
    """A new data folder gets the settings of the demo's shop."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "trenza.toml"
    if not settings.exists():
        settings.write_text(_SETTINGS, encoding="utf-8")


def _bring_in(instance: Instance, parts: Iterable[Part], done: Done, marker: Path, bar: Progress) -> None:
    for part in parts:
        begun = done.done.get(part.name, 0)
        task = bar.add_task(f"Loading {part.name}", total=part.count, completed=begun)
        importer = Importer(instance.log, instance.clock, ensure_source(instance.database, part.source, part.channel))
        importer.append(remaining(part, done), partial(_note, done, part.name, begun, marker, bar, task))


def _note(done: Done, part: str, begun: int, marker: Path, bar: Progress, task: TaskID, messages: int) -> None:
    """So many messages of a part are on disk."""
    done.done[part] = begun + messages
    done.write(marker)
    bar.update(task, completed=begun + messages)


def _live(past: Instance, clock: ManualClock, data: DemoData, done: Done, marker: Path, bar: Progress) -> None:
    """Let the last week happen: what comes, what is due, what is sent, each at its hour."""
    task = bar.add_task("Living the last week", total=done.now - data.begin, completed=clock.now() - data.begin)
    for tick in data.week(done.lived):
        clock.set(tick.now)
        for source, channel, messages in tick.messages:
            Importer(past.log, clock, ensure_source(past.database, source, channel)).append(messages)
        while turn_hallway(past, tick.now + 1) or past.deliverer.deliver_due(tick.now):
            pass
        done.lived = tick.now
        done.write(marker)
        bar.update(task, completed=tick.now - data.begin)
    _process(past, "Writing the history", bar)


def _process(instance: Instance, what: str, bar: Progress) -> None:
    total = instance.backlog()
    task = bar.add_task(what, total=total or None)
    process_until_idle(instance, lambda left: bar.update(task, completed=max(total - left, 0)))
    bar.update(task, total=total or 1, completed=total or 1)
