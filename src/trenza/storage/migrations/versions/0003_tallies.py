"""Running counts of events, orders, decisions, people and identifiers; what is there already is counted once, here."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_QUARTER, _DAY = 900_000, 86_400_000
_PAGE = 10_000


def upgrade() -> None:
    """Create the tables and count: some seconds for each million events."""
    _create("event_tally", ["origin", "channel", "quarter", "name"], ["events"])
    _create("event_name", ["day", "name"], [])
    _create(
        "order_tally",
        ["quarter", "channel", "currency"],
        ["orders", "refunds"],
        sa.Column("revenue", sa.Float(), nullable=False),
    )
    _create("decision_tally", ["quarter", "journey", "channel", "verdict", "reason"], ["decisions"])
    _create("person_tally", ["quarter"], ["people"])
    _create("identifier_tally", ["type"], ["identifiers"])
    _count_events()
    _count_decisions()
    _count_identifiers()


def downgrade() -> None:
    """Take them away again."""
    for name in ("identifier_tally", "person_tally", "decision_tally", "order_tally", "event_name", "event_tally"):
        op.drop_table(name)


def _create(name: str, keys: list[str], counts: list[str], *more: sa.Column[Any]) -> None:
    op.create_table(
        name,
        *(
            sa.Column(
                key, sa.BigInteger() if key in {"quarter", "day"} else sa.Text(), autoincrement=False, nullable=False
            )
            for key in keys
        ),
        *(sa.Column(count, sa.BigInteger(), nullable=False) for count in counts),
        *more,
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _pages(query: str) -> Iterator[Any]:
    """The rows of a query without holding them all; it bears no parameters."""
    yield from op.get_bind().execute(sa.text(query), execution_options={"yield_per": _PAGE})


def _write(table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join(f":{name}" for name in columns)
    statement = sa.text(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})")  # noqa: S608 — our own names
    for start in range(0, len(rows), _PAGE):
        op.get_bind().execute(statement, [dict(zip(columns, row, strict=True)) for row in rows[start : start + _PAGE]])


def _count_events() -> None:
    """By the same rules as events that come (`events/tallies.py`)."""
    from trenza.events import tallies  # noqa: PLC0415 — only where there is something to migrate

    channels = {row[0]: row[1] for row in _pages("SELECT id, channel FROM source")}
    events: Counter[tuple[str, str, int, str]] = Counter()
    days: dict[int, set[str]] = {}
    orders: dict[tuple[int, str, str], list[int]] = {}
    asked = (
        "SELECT source, type, name, timestamp, bot, CASE WHEN source = 0 OR name IN ('Order Completed', 'Order Refunded') "
        "THEN body END AS body FROM event ORDER BY seq"
    )
    for source, type_, name, timestamp, bot, body in _pages(asked):
        message = json.loads(bytes(body)) if body is not None else {}
        channel = channels.get(source) or message.get("channel")
        channel = channel if isinstance(channel, str) else "trenza"
        quarter = timestamp - timestamp % _QUARTER
        origin: tallies.Origin = "robot" if bot else "client" if source else "house"
        events[origin, channel, quarter, _kept(tallies, days, origin, quarter, name or type_)] += 1
        if name in {"Order Completed", "Order Refunded"} and not bot:
            properties = message.get("properties")
            place = (quarter, channel, tallies.currency_of(properties))
            sums, worth = orders.setdefault(place, [0, 0, 0]), tallies.order_worth(properties)
            if name == "Order Completed":
                sums[0], sums[2] = sums[0] + 1, sums[2] + worth
            else:
                sums[1], sums[2] = sums[1] + 1, sums[2] - abs(worth)
    _write("event_tally", ["origin", "channel", "quarter", "name", "events"], [(*key, n) for key, n in events.items()])
    _write("event_name", ["day", "name"], [(day, name) for day, names in days.items() for name in sorted(names)])
    _write(
        "order_tally",
        ["quarter", "channel", "currency", "orders", "refunds", "revenue"],
        [(*key, *sums) for key, sums in orders.items()],
    )


def _kept(tallies: Any, days: dict[int, set[str]], origin: str, quarter: int, name: str) -> str:
    if origin == "robot":
        return "other"
    if origin == "house" or name in tallies.ALWAYS:
        return name
    short, known = tallies.bounded(name), days.setdefault(quarter - quarter % _DAY, set())
    if short not in known and len(known) < tallies.NAMES_PER_DAY:
        known.add(short)
    return short if short in known else "other"


def _count_decisions() -> None:
    counts: Counter[tuple[int, str, str, str, str]] = Counter()
    for at, journey, verdict, body in _pages("SELECT at, journey, verdict, body FROM decision"):
        said = json.loads(bytes(body))
        counts[at - at % _QUARTER, journey, said.get("channel", ""), verdict, said.get("reason", "")] += 1
    _write(
        "decision_tally",
        ["quarter", "journey", "channel", "verdict", "reason", "decisions"],
        [(*key, count) for key, count in counts.items()],
    )


def _count_identifiers() -> None:
    types: Counter[str] = Counter()
    people: Counter[int] = Counter()
    for type_, first_seen, is_person in _pages("SELECT type, first_seen, person = number FROM identifier"):
        types[type_] += 1
        people[first_seen - first_seen % _QUARTER] += bool(is_person)
    _write("person_tally", ["quarter", "people"], [(at, count) for at, count in people.items() if count])
    _write("identifier_tally", ["type", "identifiers"], list(types.items()))
