"""The composition root: one instance, put together from its settings.

Everything that a door needs hangs on `Instance`; nothing else in the house chooses a database, a log or a clock.
"""

import contextlib
import os
import secrets
from functools import cached_property

from trenza.kernel import Clock, SystemClock
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import GroupCommit, Log, SqlLog
from trenza.storage.migrations import upgrade

_SECRET_OCTETS = 32


class Instance:
    """One running Trenza.

    Args:
        settings: its settings.
        clock: tells the doors and the worker the time.
        database: the state, migrated.
        log: the event log.
        secret: what tombstones, receipts and tokens are signed with.
    """

    def __init__(self, settings: Settings, clock: Clock, database: Database, log: Log, secret: bytes) -> None:
        self.settings = settings
        self.clock = clock
        self.database = database
        self.log = log
        self.secret = secret

    @cached_property
    def group(self) -> GroupCommit:
        """Appends to the log for many requests at once."""
        return GroupCommit(self.log, self.clock)

    def close(self) -> None:
        """Finish what was handed in and let go of every connection."""
        if "group" in self.__dict__:
            self.group.close()
        self.database.close()


def open_instance(settings: Settings, clock: Clock | None = None) -> Instance:
    """Open the instance that the settings name; its tables are made or migrated.

    Raises:
        Unavailable: a database cannot be reached.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    upgrade(database)
    beside = settings.log_url == settings.database_url
    log = SqlLog(database if beside else Database(settings.log_url))
    return Instance(settings, clock or SystemClock(), database, log, _secret(settings))


def _secret(settings: Settings) -> bytes:
    """The instance's secret: as set, else from the data folder, where it is made once and for its owner only."""
    if settings.secret:
        return settings.secret.encode()
    path = settings.data / "secret"
    if not path.exists():
        own = path.with_name(f"secret.{os.getpid()}")
        own.touch(mode=0o600)
        own.write_text(secrets.token_hex(_SECRET_OCTETS), encoding="ascii")
        with contextlib.suppress(FileExistsError):  # another process was faster: its secret is the instance's
            os.link(own, path)
        own.unlink()
    return bytes.fromhex(path.read_text(encoding="ascii"))
