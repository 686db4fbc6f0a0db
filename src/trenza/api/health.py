"""`/health` and `/ready`: for those who run the instance. They say nothing that is anybody's, so they are open."""

import asyncio

import structlog
from litestar import Response, get

from trenza import __version__
from trenza.api.given import Here
from trenza.app import Instance
from trenza.pipeline import CONSUMER
from trenza.storage import read_position

_logger = structlog.get_logger(__name__)


@get("/health", opt={"public": True}, sync_to_thread=False, include_in_schema=False)
def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok", "version": __version__}


@get("/ready", opt={"public": True}, include_in_schema=False)
async def ready(instance: Here) -> Response[dict[str, str]]:
    """State and log answer: traffic may come."""
    checks = {"database": _ask_database, "log": _ask_log}
    found = {name: await asyncio.to_thread(check, instance) for name, check in checks.items()}
    good = all(answer == "ok" for answer in found.values())
    return Response({"status": "ready" if good else "not ready", **found}, status_code=200 if good else 503)


def _ask_database(instance: Instance) -> str:
    try:
        with instance.database.read() as tx:
            read_position(tx, CONSUMER)
    except Exception as error:  # noqa: BLE001 — whatever a store raises, it does not answer
        _logger.warning("database does not answer", kind=type(error).__name__)
        return "does not answer"
    return "ok"


def _ask_log(instance: Instance) -> str:
    try:
        instance.log.end()
    except Exception as error:  # noqa: BLE001 — whatever a store raises, it does not answer
        _logger.warning("log does not answer", kind=type(error).__name__)
        return "does not answer"
    return "ok"
