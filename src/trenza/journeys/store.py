"""The rows of this room: runs, decisions and their tally, reservations of caps, goals, tasks.

The only file that names its tables.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    delete,
    func,
    or_,
    select,
    text,
)

from trenza.journeys.decisions import Decision, GoalReached
from trenza.journeys.run import Reservation, Run, Task
from trenza.kernel import Instant
from trenza.storage import (
    Span,
    Transaction,
    among,
    bulk_add,
    bulk_insert,
    bulk_upsert,
    comes_before,
    comes_behind,
    metadata,
    quarter_of,
    sum_tally,
)

_withheld = text("verdict NOT IN ('sent', 'unknown')")
_open = text("done_at IS NULL")
_done = text("done_at IS NOT NULL")
_NEVER = (1 << 53) - 1
"""Tasks without a due instant come last."""
_run = Table(
    "run",
    metadata,
    Column("id", Text, primary_key=True),
    Column("journey", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("person", BigInteger, nullable=False, index=True),
    Column("leaf", BigInteger, nullable=False),
    Column("instance", Text, nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("ending", Text, nullable=False),
    Column("goal_at", BigInteger),
    Column("due_at", BigInteger, index=True),
    Column("position", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_run_journey_entered_at", "journey", "entered_at", "id"),
    Index("ix_run_journey_ending", "journey", "ending", "position", "version"),
)
_decision = Table(
    "decision",
    metadata,
    Column("id", Text, primary_key=True),
    Column("journey", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("leaf", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_decision_leaf_at", "leaf", "at"),
    Index("ix_decision_journey_at", "journey", "at"),
    Index("ix_decision_journey_step", "journey", "step", "verdict"),
    Index("ix_decision_at_id", "at", "id"),
    Index("ix_decision_withheld", "at", "id", sqlite_where=_withheld, postgresql_where=_withheld),
)
_decision_tally = Table(
    "decision_tally",
    metadata,
    Column("quarter", BigInteger, primary_key=True, autoincrement=False),
    Column("journey", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("verdict", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("decisions", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
_cap_reservation = Table(
    "cap_reservation",
    metadata,
    Column("cap", Text, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("person", BigInteger, nullable=False, index=True),
    Column("leaf", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)
_goal = Table(
    "goal",
    metadata,
    Column("run", Text, primary_key=True),
    Column("journey", Text, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("leaf", BigInteger, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("event_at", BigInteger, nullable=False),
    Column("value", Float),
    Column("message_id", Text, nullable=False),
    Column("held_out", BigInteger),
    Index("ix_goal_journey_at", "journey", "at"),
)
_task = Table(
    "task",
    metadata,
    Column("id", Text, primary_key=True),
    Column("queue", Text, nullable=False),
    Column("title", LargeBinary, nullable=False),
    Column("due", BigInteger),
    Column("person", BigInteger, nullable=False, index=True),
    Column("leaf", BigInteger, nullable=False, index=True),
    Column("journey", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Index("ix_task_queue_created_at", "queue", "created_at"),
    Index("ix_task_open", "queue", "due", "id", sqlite_where=_open, postgresql_where=_open),
    Index("ix_task_due", "due", "id", sqlite_where=_open, postgresql_where=_open),
    Index("ix_task_done", "done_at", "id", sqlite_where=_done, postgresql_where=_done),
)
_OF_PEOPLE: Sequence[tuple[Table, Column[Any]]] = (
    (_run, _run.c.entered_at),
    (_decision, _decision.c.at),
    (_cap_reservation, _cap_reservation.c.at),
    (_goal, _goal.c.at),
    (_task, _task.c.created_at),
)
"""Every table with rows of people, and when a row was written."""
_RUN = [column.name for column in _run.columns]
_DECISION = [column.name for column in _decision.columns]
_RESERVATION = [column.name for column in _cap_reservation.columns]
_GOAL = [column.name for column in _goal.columns]
_TASK = [column.name for column in _task.columns if column.name != "done_at"]
_to_decision = msgspec.json.Decoder(Decision)
_to_title = msgspec.json.Decoder(dict[str, str])
_encode = msgspec.json.Encoder().encode

# Runs


def load_runs(tx: Transaction, persons: Collection[int]) -> list[Run]:
    """All runs of people, open and closed, in order of entry."""
    return _runs(tx, select(_run).where(among(_run.c.person, persons)).order_by(_run.c.entered_at, _run.c.id))


def save_runs(tx: Transaction, runs: Iterable[Run]) -> None:
    """Write runs that are new or have changed."""
    bulk_upsert(tx, _run, _RUN, [_run_row(run) for run in runs])


def runs_page(
    tx: Transaction,
    journey: str | None = None,
    persons: Collection[int] | None = None,
    before: tuple[Instant, str] | None = None,
    limit: int = 100,
    step: str | None = None,
    ending: str | None = None,
) -> list[Run]:
    """Runs, the last entered first.

    Args:
        tx: an open transaction.
        journey: only of one journey.
        persons: only of these people.
        before: (entered_at, id) of the last one seen.
        limit: how many at most.
        step: only those that stand there now.
        ending: only those that ended so; empty: those that are open.
    """
    query = select(_run).order_by(_run.c.entered_at.desc(), _run.c.id.desc()).limit(limit)
    if journey is not None:
        query = query.where(_run.c.journey == journey)
    if persons is not None:
        query = query.where(among(_run.c.person, persons))
    if step is not None:
        query = query.where(_run.c.ending == "", _run.c.position == step)
    if ending is not None:
        query = query.where(_run.c.ending == ending)
    if before is not None:
        query = query.where(comes_before(_run.c.entered_at, _run.c.id, before))
    return _runs(tx, query)


def runs_since(tx: Transaction, persons: Collection[int], since: Instant, limit: int) -> list[Run]:
    """Runs of people that were entered or closed at an instant or later, the first entered first."""
    moved = or_(_run.c.entered_at >= since, _run.c.closed_at >= since)
    query = select(_run).where(among(_run.c.person, persons), moved)
    return _runs(tx, query.order_by(_run.c.entered_at, _run.c.id).limit(limit))


def find_run(tx: Transaction, run: str) -> Run | None:
    """A run by its id."""
    return next(iter(_runs(tx, select(_run).where(_run.c.id == run))), None)


def ended_runs(tx: Transaction, runs: Collection[str]) -> dict[str, str]:
    """Of some runs those that are over, and how they ended (`exit`, …): a message of an exited run must not go."""
    query = select(_run.c.id, _run.c.ending).where(among(_run.c.id, runs), _run.c.closed_at.is_not(None))
    return {row.id: row.ending for row in tx.execute(query)}


def due_runs(tx: Transaction, before: Instant, limit: int) -> list[tuple[Instant, int]]:
    """(due instant, person) of open runs due strictly before an instant, the earliest first."""
    query = select(_run.c.due_at, _run.c.person).where(_run.c.due_at < before).order_by(_run.c.due_at).limit(limit)
    return [(at, person) for at, person in tx.execute(query)]


def first_due(tx: Transaction) -> Instant | None:
    """The earliest due instant of all runs."""
    found: Instant | None = tx.scalar(select(func.min(_run.c.due_at)))
    return found


def count_open(tx: Transaction, journey: str) -> dict[tuple[str, str], int]:
    """(version, step) → how many open runs of a journey stand there: what `plan` tells."""
    query = (
        select(_run.c.version, _run.c.position, func.count())
        .where(_run.c.journey == journey, _run.c.ending == "")
        .group_by(_run.c.version, _run.c.position)
    )
    return {(version, position): count for version, position, count in tx.execute(query)}


def count_people_inside(tx: Transaction, journey: str) -> int:
    """People who are on their way in a journey, each once."""
    query = select(func.count(_run.c.person.distinct())).where(_run.c.journey == journey, _run.c.ending == "")
    return tx.scalar(query) or 0


def count_positions(tx: Transaction, journey: str) -> dict[tuple[str, str], int]:
    """(ending, step) → runs of a journey; an open run has no ending."""
    query = (
        select(_run.c.ending, _run.c.position, func.count())
        .where(_run.c.journey == journey)
        .group_by(_run.c.ending, _run.c.position)
    )
    return {(ending, position): count for ending, position, count in tx.execute(query)}


def count_verdicts(tx: Transaction, journey: str) -> dict[str, dict[str, int]]:
    """Step → verdict → records of a journey."""
    query = (
        select(_decision.c.step, _decision.c.verdict, func.count())
        .where(_decision.c.journey == journey)
        .group_by(_decision.c.step, _decision.c.verdict)
    )
    found: dict[str, dict[str, int]] = {}
    for step, verdict, count in tx.execute(query):
        found.setdefault(step, {})[verdict] = count
    return found


def count_runs(tx: Transaction) -> dict[str, tuple[int, int]]:
    """Journey → (open runs, all runs)."""
    query = select(_run.c.journey, _run.c.ending, func.count()).group_by(_run.c.journey, _run.c.ending)
    found: dict[str, tuple[int, int]] = {}
    for journey, ending, count in tx.execute(query):
        still, every = found.get(journey, (0, 0))
        found[journey] = (still if ending else still + count), every + count
    return found


def count_entered(tx: Transaction, since: Instant, journeys: Collection[str]) -> dict[str, int]:
    """Journey → runs that began to be since an instant, of some journeys."""
    here = among(_run.c.journey, journeys), _run.c.entered_at >= since
    query = select(_run.c.journey, func.count()).where(*here).group_by(_run.c.journey)
    return dict(map(tuple, tx.execute(query)))


def versions_in_use(tx: Transaction) -> set[tuple[str, str]]:
    """(journey, version) of runs that are open, or whose receipts may still come."""
    return {(key, version) for key, version in tx.execute(select(_run.c.journey, _run.c.version).distinct())}


def _runs(tx: Transaction, query: Select[Any]) -> list[Run]:
    return [_run_of(*row) for row in tx.execute(query).all()]


def _run_of(*row: Any) -> Run:
    """A run of the columns in their order."""
    id_, journey, version, person, leaf, instance, *times, ending, goal_at, due_at, _, body = row
    began_at, entered_at, closed_at = times
    return Run(
        id=id_,
        journey=journey,
        version=version,
        person=person,
        leaf=leaf,
        instance=instance,
        began_at=began_at,
        entered_at=entered_at,
        closed_at=closed_at,
        ending=ending,
        goal_at=goal_at,
        stored_due=due_at,
        body=body,
    )


def _run_row(run: Run) -> tuple[object, ...]:
    return (
        run.id, run.journey, run.version, run.person, run.leaf, run.instance, run.began_at, run.entered_at,
        run.closed_at, run.ending, run.goal_at, run.due_at, run.state.position, run.packed(),
    )  # fmt: skip


# Decisions


def save_decisions(tx: Transaction, decisions: Iterable[Decision]) -> None:
    """Add records; a record that is there already is left as it is."""
    bulk_insert(tx, _decision, _DECISION, [_decision_row(each) for each in decisions])


def amend_decisions(tx: Transaction, decisions: Iterable[Decision]) -> None:
    """Write records whose verdict was amended."""
    bulk_upsert(tx, _decision, _DECISION, [_decision_row(each) for each in decisions])


def find_decisions(tx: Transaction, ids: Collection[str]) -> dict[str, Decision]:
    """Records by id."""
    bodies = tx.scalars(select(_decision.c.body).where(among(_decision.c.id, ids)))
    return {decision.id: decision for decision in map(_to_decision.decode, bodies)}


def list_decisions(
    tx: Transaction,
    leaves: Collection[int] | None = None,
    journey: str | None = None,
    run: str | None = None,
    before: tuple[Instant, str] | None = None,
    limit: int = 100,
    *,
    withheld: bool = False,
) -> list[Decision]:
    """Records, the latest first.

    Args:
        tx: an open transaction.
        leaves: identifiers of the person asked for; so a merge brings the records of both halves.
        journey: only of one journey.
        run: only of one run.
        before: (at, id) of the last one seen.
        limit: how many at most.
        withheld: only of messages that did not go out (yet).
    """
    query = select(_decision.c.body).order_by(_decision.c.at.desc(), _decision.c.id.desc()).limit(limit)
    if leaves is not None:
        query = query.where(among(_decision.c.leaf, leaves))
    if journey is not None:
        query = query.where(_decision.c.journey == journey)
    if run is not None:
        query = query.where(_decision.c.run == run)
    if withheld:
        query = query.where(_withheld)
    if before is not None:
        query = query.where(comes_before(_decision.c.at, _decision.c.id, before))
    return [_to_decision.decode(body) for body in tx.scalars(query)]


def decisions_since(tx: Transaction, leaves: Collection[int], since: Instant, limit: int) -> list[Decision]:
    """Records of a person from an instant on, the first first."""
    query = select(_decision.c.body).where(among(_decision.c.leaf, leaves), _decision.c.at >= since)
    return [
        _to_decision.decode(body) for body in tx.scalars(query.order_by(_decision.c.at, _decision.c.id).limit(limit))
    ]


def _decision_row(decision: Decision) -> tuple[object, ...]:
    return (
        decision.id, decision.journey, decision.run, decision.step, decision.person, decision.leaf, decision.at,
        decision.verdict, _encode(decision),
    )  # fmt: skip


# The tally of decisions: how many there are of each verdict, as the records say now


def tally_decisions(tx: Transaction, said: Iterable[Decision], taken_back: Iterable[Decision] = ()) -> None:
    """Count what records say now, and no longer what they said before they were amended."""
    counts = Counter(map(_tally_key, said))
    counts.subtract(map(_tally_key, taken_back))
    columns = [column.name for column in _decision_tally.columns]
    bulk_add(tx, _decision_tally, columns, [(*key, count) for key, count in counts.items() if count])


def sum_decisions(
    tx: Transaction, spans: Sequence[Span], unit: int, keys: Sequence[str] = ("channel", "verdict", "reason")
) -> Mapping[tuple[Any, ...], tuple[Any, ...]]:
    """(local beginning, *keys) → (decisions,); a key is a column of the tally. Those that came to nothing stay out."""
    found = sum_tally(tx, _decision_tally, spans, unit, keys, ["decisions"])
    return {key: sums for key, sums in found.items() if sums[0]}


def has_sent(tx: Transaction) -> bool:
    """Whether any message was ever sent."""
    query = select(_decision_tally.c.quarter).where(
        _decision_tally.c.verdict == "sent", _decision_tally.c.decisions > 0
    )
    return tx.execute(query.limit(1)).first() is not None


def _tally_key(decision: Decision) -> tuple[Instant, str, str, str, str]:
    return quarter_of(decision.at), decision.journey, decision.channel, decision.verdict, decision.reason


# Slots, goals, tasks


def load_reservations(tx: Transaction, persons: Collection[int]) -> list[Reservation]:
    """All slots of people, in the order they were taken."""
    query = select(_cap_reservation).where(among(_cap_reservation.c.person, persons))
    query = query.order_by(_cap_reservation.c.at, _cap_reservation.c.run, _cap_reservation.c.step)
    return [Reservation(**row._mapping) for row in tx.execute(query).all()]  # noqa: SLF001 — SQLAlchemy's public name


def save_reservations(tx: Transaction, taken: Collection[Reservation], given_back: Collection[Reservation]) -> None:
    """Write slots taken or moved to another person, and take away those given back."""
    for run_id, step in {(slot.run, slot.step) for slot in given_back}:  # a definite failure is rare
        table = _cap_reservation
        tx.execute(delete(table).where(table.c.run == run_id, table.c.step == step))
    rows = [(slot.cap, slot.run, slot.step, slot.person, slot.leaf, slot.at) for slot in taken]
    bulk_upsert(tx, _cap_reservation, _RESERVATION, rows)


def save_goals(tx: Transaction, goals: Iterable[GoalReached]) -> None:
    """Add goals, one per run."""
    rows = [
        (goal.run, goal.journey, goal.person, goal.leaf, goal.at, goal.event_at, goal.value, goal.message_id,
         None if goal.held_out is None else int(goal.held_out))
        for goal in goals
    ]  # fmt: skip
    bulk_insert(tx, _goal, _GOAL, rows)


def list_goals(
    tx: Transaction, journey: str | None = None, limit: int = 1_000, leaves: Collection[int] | None = None
) -> list[GoalReached]:
    """Goals, the earliest first; only of one journey, only of a person's leaves."""
    query = select(_goal).order_by(_goal.c.at, _goal.c.run).limit(limit)
    if journey is not None:
        query = query.where(_goal.c.journey == journey)
    if leaves is not None:
        query = query.where(among(_goal.c.leaf, leaves))
    return [
        GoalReached(
            run=row.run,
            journey=row.journey,
            person=row.person,
            leaf=row.leaf,
            at=row.at,
            event_at=row.event_at,
            value=row.value,
            message_id=row.message_id,
            held_out=None if row.held_out is None else bool(row.held_out),
        )
        for row in tx.execute(query)
    ]


def count_goals(tx: Transaction, journeys: Collection[str], since: Instant) -> int:
    """How many runs of some journeys reached their goal since an instant; people who were held out do not count."""
    query = select(func.count()).where(
        among(_goal.c.journey, journeys), _goal.c.at >= since, or_(_goal.c.held_out.is_(None), _goal.c.held_out == 0)
    )
    return tx.scalar(query) or 0


def sum_goals(tx: Transaction, since: Instant) -> dict[str, tuple[int, float]]:
    """Journey → (goals, their value) since an instant; people who were held out do not count."""
    query = select(_goal.c.journey, func.count(), func.coalesce(func.sum(_goal.c.value), 0.0)).where(
        _goal.c.at >= since, or_(_goal.c.held_out.is_(None), _goal.c.held_out == 0)
    )
    return {journey: (count, float(value)) for journey, count, value in tx.execute(query.group_by(_goal.c.journey))}


def save_tasks(tx: Transaction, tasks: Iterable[Task]) -> None:
    """Add tasks."""
    rows = [
        (task.id, task.queue, _encode(task.title), task.due, task.person, task.leaf, task.journey, task.run, task.step,
         task.created_at)
        for task in tasks
    ]  # fmt: skip
    bulk_insert(tx, _task, _TASK, rows)


def open_tasks(
    tx: Transaction, leaves: Collection[int] | None = None, queue: str | None = None, limit: int = 100
) -> list[Task]:
    """Tasks that are not done, the oldest first."""
    query = select(_task).where(_task.c.done_at.is_(None)).order_by(_task.c.created_at, _task.c.id).limit(limit)
    if leaves is not None:
        query = query.where(among(_task.c.leaf, leaves))
    if queue is not None:
        query = query.where(_task.c.queue == queue)
    return [_task_of(row) for row in tx.execute(query)]


def tasks_of(tx: Transaction, leaves: Collection[int]) -> list[tuple[Task, Instant | None]]:
    """Every task of a person with the instant at which it was done, the oldest first."""
    query = select(_task).where(among(_task.c.leaf, leaves)).order_by(_task.c.created_at, _task.c.id)
    return [(_task_of(row), row.done_at) for row in tx.execute(query)]


def tasks_page(
    tx: Transaction, queue: str | None = None, after: tuple[Instant, str] | None = None, limit: int = 50
) -> list[Task]:
    """Tasks that are not done, those due soonest first; `after` is `place_of_task` of the last one seen."""
    due, last = after or (-1, "")
    query = select(_task).where(_open)
    if queue is not None:
        query = query.where(_task.c.queue == queue)
    behind = comes_behind(_task.c.due, _task.c.id, (due, last))
    dated = query.where(_task.c.due >= due, behind).order_by(_task.c.due, _task.c.id)
    undated = query.where(_task.c.due.is_(None), _task.c.id > (last if due == _NEVER else "")).order_by(_task.c.id)
    found = [] if due == _NEVER else [_task_of(row) for row in tx.execute(dated.limit(limit))]
    return found + [_task_of(row) for row in tx.execute(undated.limit(limit - len(found)))]


def place_of_task(task: Task) -> tuple[Instant, str]:
    """Where a task stands in the list of open ones."""
    return (_NEVER if task.due is None else task.due), task.id


def done_tasks(tx: Transaction, queue: str | None = None, limit: int = 20) -> list[tuple[Task, Instant]]:
    """Tasks that are done with the instant of it, the last done first."""
    query = select(_task).where(_done).order_by(_task.c.done_at.desc(), _task.c.id.desc()).limit(limit)
    if queue is not None:
        query = query.where(_task.c.queue == queue)
    return [(_task_of(row), row.done_at) for row in tx.execute(query)]


def count_tasks(tx: Transaction) -> dict[str, int]:
    """Queue → how many of its tasks are not done."""
    query = select(_task.c.queue, func.count()).where(_open).group_by(_task.c.queue).order_by(_task.c.queue)
    return dict(map(tuple, tx.execute(query)))


def _task_of(row: Row[Any]) -> Task:
    return Task(
        id=row.id,
        queue=row.queue,
        title=_to_title.decode(row.title),
        due=row.due,
        person=row.person,
        leaf=row.leaf,
        journey=row.journey,
        run=row.run,
        step=row.step,
        created_at=row.created_at,
    )


def finish_task(tx: Transaction, task: str, now: Instant) -> bool:
    """Mark a task as done; False where there is none open of that id."""
    query = _task.update().where(_task.c.id == task, _task.c.done_at.is_(None)).values(done_at=now)
    return tx.execute(query).rowcount > 0


# Erasure


def erase_person(tx: Transaction, leaves: Collection[int]) -> dict[str, int]:
    """Take away all that this room keeps of the identifiers: table → rows."""
    return {
        table.name: tx.execute(delete(table).where(among(table.c.leaf, leaves))).rowcount for table, _ in _OF_PEOPLE
    }


def leaves_under(tx: Transaction, persons: Collection[int]) -> set[int]:
    """The leaves of rows that were written under some people's numbers."""
    asked = [select(table.c.leaf).where(among(table.c.person, persons)).distinct() for table, _ in _OF_PEOPLE]
    return {leaf for query in asked for leaf in tx.scalars(query)}


def hand_over(tx: Transaction, persons: Collection[int], whose: Mapping[int, int]) -> None:
    """Write rows that stand under some people's numbers under those that their leaves belong to now (leaf → person)."""
    mine = among(_decision.c.person, persons)
    moved = [_to_decision.decode(body) for body in tx.scalars(select(_decision.c.body).where(mine))]
    amend_decisions(
        tx, [msgspec.structs.replace(each, person=whose[each.leaf]) for each in moved if each.leaf in whose]
    )
    by_person: dict[int, list[int]] = {}
    for leaf, person in whose.items():
        by_person.setdefault(person, []).append(leaf)
    for person, leaves in by_person.items():
        for table in (_run, _cap_reservation, _goal, _task):
            here = among(table.c.person, persons), among(table.c.leaf, leaves)
            tx.execute(table.update().where(*here).values(person=person))


def list_numbers(tx: Transaction, until: Instant) -> set[int]:
    """The numbers of leaves and people in every row written at or before an instant."""
    asked = [select(table.c.leaf, table.c.person).where(at <= until).distinct() for table, at in _OF_PEOPLE]
    return {number for query in asked for row in tx.execute(query) for number in row}
