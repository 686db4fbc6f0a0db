"""Writers come in turn, whoever of them begins again at once."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select

from trenza.storage import Database

_tables = MetaData()
_said = Table("said", _tables, Column("number", Integer, primary_key=True), Column("who", Text))
_OTHER_PROCESS = """
import sys
from trenza.storage import Database
with Database(sys.argv[1]).write() as tx:
    tx.exec_driver_sql("INSERT INTO said (who) VALUES ('waiter')")
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'state.db'}")
    _tables.create_all(database.engine)
    yield database
    database.close()


def say(database: Database, who: str) -> None:
    with database.write() as tx:
        tx.execute(insert(_said).values(who=who))


def in_a_thread(database: Database) -> Callable[[], object]:
    waiter = threading.Thread(target=say, args=(database, "waiter"))
    waiter.start()
    return waiter.join


def in_a_process(database: Database) -> Callable[[], object]:
    return subprocess.Popen([sys.executable, "-c", _OTHER_PROCESS, database.url]).wait  # noqa: S603 — our own words


def wait_for_somebody(database: Database) -> None:
    """Until somebody stands at the turnstile."""
    path = Path(f"{database.engine.url.database}-turn")
    while not _is_taken(path):
        time.sleep(0.005)


def _is_taken(path: Path) -> bool:
    """As the system lists it, so that looking does not take it."""
    locks = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    return any(line.split()[1] == "FLOCK" and line.split()[5].endswith(f":{path.stat().st_ino}") for line in locks)


@pytest.mark.parametrize("wait", [in_a_thread, in_a_process])
def test_who_begins_again_at_once_comes_after_who_waits(
    database: Database, wait: Callable[[Database], Callable[[], object]]
) -> None:
    with database.write() as tx:
        tx.execute(insert(_said).values(who="first"))
        finished = wait(database)
        wait_for_somebody(database)
    say(database, "first again")
    finished()
    with database.read() as tx:
        assert ["first", "waiter", "first again"] == list(tx.scalars(select(_said.c.who).order_by(_said.c.number)))


def test_a_writer_that_fails_leaves_the_way_free(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write():
        raise ZeroDivisionError
    say(database, "next")
    with database.read() as tx:
        assert ["next"] == list(tx.scalars(select(_said.c.who)))


def test_closing_lets_go_of_every_file(database: Database) -> None:
    say(database, "somebody")
    database.close()
    opened = [str(each.resolve()) for each in Path("/proc/self/fd").iterdir()]
    assert [] == [each for each in opened if each.endswith("state.db-turn") and database.url.endswith(each[:-5])]
