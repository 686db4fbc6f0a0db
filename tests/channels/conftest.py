from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.channels.support import NOW, Rig

from trenza.channels.adapters.mailbox import Mailbox
from trenza.kernel import ManualClock
from trenza.storage import Database


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """One database where its kind is not the subject."""
    database = Database(f"sqlite:///{tmp_path / 'state.db'}")
    database.create_tables()
    yield database
    database.close()


@pytest.fixture
def mailbox(sqlite: Database, clock: ManualClock) -> Iterator[str]:
    """URL of the sandbox's mailbox."""
    mailbox = Mailbox(sqlite, clock)
    yield mailbox.start()
    mailbox.stop()


@pytest.fixture
def rig(database: Database, clock: ManualClock) -> Iterator[Callable[..., Rig]]:
    """Makes deliverers over one database."""
    with ExitStack() as stack:

        def make(*arguments: object, **options: object) -> Rig:
            made = Rig(database, clock, *arguments, **options)  # type: ignore[arg-type]  # handed on as they come
            stack.callback(made.close)
            return made

        yield make
