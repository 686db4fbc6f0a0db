"""`trenza serve` and `trenza process`."""

import asyncio
import signal
from typing import Annotated, Literal

import structlog
import typer
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from trenza.api import Front, build_app
from trenza.app import Instance
from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, console, opened, print_json
from trenza.web import pages
from trenza.worker import Worker, process_until_idle

Role = Literal["all", "collector", "worker", "web"]
_logger = structlog.get_logger()


def serve(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default 8080).")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default 127.0.0.1).")] = None,
    role: Annotated[Role, typer.Option(help="Which part to run; `all` is everything in one process.")] = "all",
) -> None:
    """Run the instance until SIGTERM or Ctrl-C, which finish the requests in flight.

    Example: trenza serve --data ./data --port 8080
    """
    with opened(data, database, log, lake, port=port, host=host) as instance:
        run(instance, role)


def run(instance: Instance, role: Role = "all") -> None:
    """Serve until told to stop; shared with `trenza demo`."""
    if (link := instance.first_run_link()) and role in {"all", "web"}:
        console.print(f"Sign in for the first time: [bold]{link}[/bold]", soft_wrap=True)
    asyncio.run(_serve(instance, role))


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
    with opened(data, database, log, lake) as instance:
        if not until_idle:
            run(instance, "worker")
            return
        with console.status("Processing …") as status:
            process_until_idle(instance, lambda left: status.update(f"Processing … {left} bodies left in the log"))
        if as_json:
            print_json({"idle": True, "backlog": instance.backlog()})


async def _serve(instance: Instance, role: Role) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    worker = Worker(instance) if role in {"all", "worker"} else None
    app = None if role == "worker" else build_app(instance, pages(instance))
    server = _server(instance, app) if app else None
    serving = asyncio.create_task(server.serve()) if server else None
    if worker:
        worker.start()
    _logger.info("serving", role=role, address=instance.settings.base_url if server else None)
    await stopped.wait()
    _logger.info("stopping")
    if app and server and serving:
        app.end_streams()
        server.stop()  # type: ignore[no-untyped-call]  # Granian leaves it untyped
        await serving
    if worker:
        await asyncio.to_thread(worker.stop)


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
