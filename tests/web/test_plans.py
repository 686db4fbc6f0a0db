"""What pages ask SQLite: nothing reads a whole table that grows with people, events or messages.

The plans are those of a database without statistics, as a real one has none. What is counted as a whole is named.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from tests.web.conftest import Browser
from tests.web.story import tell

from trenza.app import Instance

GROWING = {
    "access_audit",
    "decision",
    "event",
    "evidence",
    "identifier",
    "membership",
    "outbox",
    "run",
    "sandbox_message",
    "segment_change",
    "task",
    "trait",
}
COUNTED = {
    "membership USING INDEX ix_membership_inside",
    "run USING COVERING INDEX ix_run_journey_ending",
    "task USING INDEX ix_task_open",
}
"""Counts for all segments, journeys or queues at once: by an index that has them in order, without a row."""
PAGES = (
    "/",
    "/live",
    "/people",
    "/people/{person}",
    "/people/{person}/story",
    "/people/{person}/story?only=events&channel=web",
    "/people/{person}/identity",
    "/people/{person}/messages",
    "/segments",
    "/segments/new",
    "/journeys",
    "/journeys/order",
    "/journeys/order/runs",
    "/journeys/order/versions",
    "/messages",
    "/messages?state=sent",
    "/messages?journey=order",
    "/phones",
    "/tasks",
    "/tasks?queue=visits",
    "/audit",
    "/sources",
)
_SCAN = re.compile(r"^SCAN (\w+)(?: USING .*)?$")

Asked = list[tuple[str, Any]]


@pytest.fixture
def asked(instance: Instance) -> Iterator[Asked]:
    """Every query from now on with its values."""
    found: Asked = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if statement.startswith("SELECT") and not many:
            found.append((statement, values))

    event.listen(instance.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(instance.database.engine, "before_cursor_execute", note)


def test_no_page_reads_a_table_that_grows(signed_in: Browser, instance: Instance, tmp_path: Path, asked: Asked) -> None:
    person = tell(instance, tmp_path)
    found: dict[str, list[str]] = {}
    for page in PAGES:
        asked.clear()
        assert (page, 200) == (page, signed_in.get(page.format(person=person)).status_code)
        found[page] = whole_tables(instance, list(asked))
    assert {page: [] for page in PAGES} == found


def whole_tables(instance: Instance, asked: Asked) -> list[str]:
    """Reads of whole tables; one in the order of an index that ends with its page is none."""
    bad = []
    for statement, values in asked:
        with instance.database.read() as tx:
            rows = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            plan = [str(row[3]) for row in rows]
        sorts = any("TEMP B-TREE FOR ORDER BY" in line for line in plan)
        paged = "LIMIT ?" in statement and (not sorts or "LIMIT ? OFFSET ?) AS" in statement)
        for line in plan:
            scan = _SCAN.match(line)
            if scan and scan[1] in GROWING and not paged and line.removeprefix("SCAN ") not in COUNTED:
                bad.append(f"{line}: {statement}")
            if line.startswith("SEARCH event ") and line.endswith("(source=?)"):
                bad.append(f"{line}: {statement}")
    return bad
