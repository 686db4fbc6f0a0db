"""`trenza serve` and `trenza process`."""

import asyncio
import contextlib
import gc
import signal
import threading
from typing import Annotated, Literal

import structlog
import typer
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from trenza.api import Front, build_app
from trenza.app import Instance, open_instance
from trenza.cli.common import (
    Data,
    DatabaseUrl,
    Json,
    LakePath,
    LogUrl,
    console,
    opened,
    print_json,
    telling_errors,
)
from trenza.kernel import Unavailable
from trenza.settings import Settings, load_settings
from trenza.web import Pages, pages, start_warming
from trenza.worker import CAN_FORK, Beside, Worker, calm_collector, process_until_idle

Role = Literal["all", "collector", "worker", "web"]
_logger = structlog.get_logger()


def serve(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default 8080).")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default 127.0.0.1).")] = None,
    role: Annotated[Role, typer.Option(help="Which part to run; `all` is the whole instance.")] = "all",
) -> None:
    """Run the instance until SIGTERM or Ctrl-C, which finish the requests in flight.

    Example: trenza serve --data ./data --port 8080
    """
    given = {"data": data, "database": database, "log": log, "lake": lake, "port": port, "host": host}
    with telling_errors():
        run(load_settings(given), role)


def run(settings: Settings, role: Role = "all") -> None:
    """Serve until told to stop: the door here, the worker in a process beside it where the system allows."""
    gc.freeze()  # what was imported is no garbage, and shared with the worker as long as nobody looks through it
    open_instance(settings).close()  # makes or migrates the tables, before two processes want them
    beside = Beside(lambda stopped: _work(settings, stopped)) if role == "all" and CAN_FORK else None
    instance = open_instance(settings)
    if role in {"all", "web"} and (link := instance.first_run_link()):
        console.print(f"Sign in for the first time: [bold]{link}[/bold]", soft_wrap=True)
    try:
        good = asyncio.run(_serve(instance, role, beside))
    finally:
        instance.close()
    if not good:
        raise Unavailable("the worker has ended unasked", "see the lines above, and start again")


def process(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when nothing is left to do now.")] = False,
    as_json: Json = False,
) -> None:
    """Run the worker here: until the log is consumed and nothing is due, or, without --until-idle, until Ctrl-C.

    Example: trenza process --until-idle
    """
    if not until_idle:
        serve(data, database, log, lake, role="worker")
        return
    with opened(data, database, log, lake) as instance:
        with console.status("Processing …") as status:
            process_until_idle(instance, lambda left: status.update(f"Processing … {left} bodies left in the log"))
        if as_json:
            print_json({"idle": True, "backlog": instance.backlog()})


async def _serve(instance: Instance, role: Role, beside: Beside | None) -> bool:
    """Serve until a signal, or until the worker beside has ended; whether all was well."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    worker = Worker(instance) if role == "worker" or (role == "all" and beside is None) else None
    calm_collector()
    app = None if role == "worker" else build_app(instance, _pages(instance), role)
    server = _server(instance, app) if app else None
    serving = asyncio.create_task(server.serve()) if server else None
    if worker:
        worker.start()
    if role in {"all", "web"}:
        start_warming(instance)
    _logger.info("serving", role=role, address=instance.settings.base_url if server else None)
    good = await _until_stopped(stopped, beside)
    _logger.info("stopping")
    if app and server and serving:
        app.end_streams()
        server.stop()  # type: ignore[no-untyped-call]  # Granian leaves it untyped
        await serving
    for each in (worker, beside):
        if each:
            await asyncio.to_thread(each.stop)
    return good


async def _until_stopped(stopped: asyncio.Event, beside: Beside | None) -> bool:
    """Wait for the word to stop; False where the worker beside ended first."""
    while not stopped.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), 1)
        if not stopped.is_set() and beside and not beside.is_alive():
            return False
    return True


def _work(settings: Settings, stopped: threading.Event) -> None:
    """The worker's process."""
    instance = open_instance(settings)
    worker = Worker(instance)
    worker.start()
    stopped.wait()
    worker.stop()
    instance.close()


def _pages(instance: Instance) -> Pages:
    """The pages; a demo has a shop too."""
    made = pages(instance)
    if not instance.settings.demo:
        return made
    from trenza.demo.shop import shop  # noqa: PLC0415 — others need not wait for it

    return Pages((*made.handlers, *shop(instance)), made.answer_error)


def _server(instance: Instance, app: Front) -> Server:
    return Server(
        app,
        address=instance.settings.host,
        port=instance.settings.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        log_level=LogLevels.error,
    )
