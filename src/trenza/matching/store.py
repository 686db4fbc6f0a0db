"""The tables of the room: `match_record`, `match_key`, `match_leaf`, `match_candidate`.

Records and open candidates are made anew at each search; what somebody decided stays, without the values.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    LargeBinary,
    Row,
    Table,
    Text,
    delete,
    func,
    or_,
    select,
    update,
)

from trenza.identity import Leaf
from trenza.kernel import Instant, decode_json, encode_json, short_hash
from trenza.matching.model import Candidate, Record, State, Step
from trenza.storage import Transaction, among, bulk_insert, comes_before, metadata

_records = Table(
    "match_record",
    metadata,
    Column("leaf", BigInteger, primary_key=True, autoincrement=False),
    Column("fields", LargeBinary, nullable=False),
)
_keys = Table(
    "match_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("leaf", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_match_key_leaf", "leaf"),
    sqlite_with_rowid=False,
)
_leaves = Table(
    "match_leaf",
    metadata,
    Column("leaf", BigInteger, primary_key=True, autoincrement=False),
    Column("record", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
_candidates = Table(
    "match_candidate",
    metadata,
    Column("id", Text, primary_key=True),
    Column("one", BigInteger, nullable=False, index=True),
    Column("other", BigInteger, nullable=False, index=True),
    Column("weight", Float, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_bridge", Boolean, nullable=False),
    Column("base", Float, nullable=False),
    Column("steps", LargeBinary, nullable=False),
    Column("model", Text, nullable=False),
    Column("found_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("link", Text, nullable=False),
    Index("ix_match_candidate_state", "state", "weight", "id"),
)
_CANDIDATE = [column.name for column in _candidates.columns]
_MOST = 500
"""Records that one is compared with in place: a key that more people have tells nobody apart."""


def replace_records(tx: Transaction, records: Collection[tuple[Record, Sequence[str]]]) -> None:
    """Put records, each with the keys it is looked up by, in the place of all that were there."""
    for table in (_records, _keys, _leaves):
        tx.execute(delete(table))
    bulk_insert(tx, _records, ["leaf", "fields"], [(each.leaf, encode_json(each.values)) for each, _ in records])
    pairs = {(short_hash(key), each.leaf) for each, keys in records for key in keys}
    bulk_insert(tx, _keys, ["key", "leaf"], sorted(pairs))
    leaves = {(leaf, each.leaf) for each, _ in records for leaf in each.leaves}
    bulk_insert(tx, _leaves, ["leaf", "record"], sorted(leaves))


def select_beside(tx: Transaction, keys: Collection[str]) -> list[Record]:
    """Records that share a key."""
    wanted = [short_hash(key) for key in keys]
    found = select(_keys.c.leaf).where(among(_keys.c.key, wanted)).distinct().order_by(_keys.c.leaf).limit(_MOST)
    query = select(_records).where(_records.c.leaf.in_(found))
    return [Record(row.leaf, decode_json(row.fields)) for row in tx.execute(query)]


def count_records(tx: Transaction) -> int:
    """How many people can be compared."""
    return tx.scalar(select(func.count()).select_from(_records)) or 0


def replace_open(tx: Transaction, candidates: Iterable[Candidate]) -> None:
    """Put candidates in the place of all that nobody has decided."""
    tx.execute(delete(_candidates).where(_candidates.c.state == "open"))
    rows = [
        tuple(encode_json(each.steps) if name == "steps" else getattr(each, name) for name in _CANDIDATE)
        for each in candidates
    ]
    bulk_insert(tx, _candidates, _CANDIDATE, rows)


def select_candidates(
    tx: Transaction, state: State | None, before: tuple[float, str] | None, limit: int
) -> list[Candidate]:
    """Candidates, the heaviest first."""
    query = select(_candidates).order_by(_candidates.c.weight.desc(), _candidates.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(_candidates.c.state == state)
    if before is not None:
        query = query.where(comes_before(_candidates.c.weight, _candidates.c.id, before))
    return [_candidate(row) for row in tx.execute(query)]


def find_candidate(tx: Transaction, id_: str) -> Candidate | None:
    """One of them."""
    row = tx.execute(select(_candidates).where(_candidates.c.id == id_)).first()
    return None if row is None else _candidate(row)


def select_of(tx: Transaction, leaves: Collection[Leaf]) -> list[Candidate]:
    """Candidates that name one of these, in order of their ids."""
    query = select(_candidates).where(or_(among(_candidates.c.one, leaves), among(_candidates.c.other, leaves)))
    return [_candidate(row) for row in tx.execute(query.order_by(_candidates.c.id))]


def select_decided(tx: Transaction) -> list[tuple[Leaf, Leaf]]:
    """The pairs that somebody has decided."""
    query = select(_candidates.c.one, _candidates.c.other).where(_candidates.c.state != "open")
    return [(row.one, row.other) for row in tx.execute(query)]


def count_candidates(tx: Transaction) -> dict[str, int]:
    """How many there are in each state."""
    query = select(_candidates.c.state, func.count()).group_by(_candidates.c.state)
    return {row[0]: row[1] for row in tx.execute(query)}


def decide(tx: Transaction, candidate: Candidate, state: State, at: Instant, by: str, link: str) -> bool:
    """Write down what was decided, and let go of the values; False where somebody else has decided meanwhile."""
    steps = [Step(each.comparison, each.level, each.weight, {}, {}) for each in candidate.steps]
    changed = (
        update(_candidates)
        .where(_candidates.c.id == candidate.id, _candidates.c.state == "open")
        .values(state=state, decided_at=at, by=by, link=link, steps=encode_json(steps))
    )
    return tx.execute(changed).rowcount == 1


def erase(tx: Transaction, numbers: Collection[int]) -> dict[str, int]:
    """Take away every record and candidate into which something of these leaves has gone."""
    held = set(tx.scalars(select(_leaves.c.record).where(among(_leaves.c.leaf, numbers)))) | set(numbers)
    gone = tx.execute(
        delete(_candidates).where(or_(among(_candidates.c.one, held), among(_candidates.c.other, held)))
    ).rowcount
    records = tx.execute(delete(_records).where(among(_records.c.leaf, held))).rowcount
    tx.execute(delete(_keys).where(among(_keys.c.leaf, held)))
    tx.execute(delete(_leaves).where(or_(among(_leaves.c.leaf, held), among(_leaves.c.record, held))))
    return {"records": records, "candidates": gone}


def list_numbers(tx: Transaction) -> list[int]:
    """Every leaf that something is kept of."""
    found = [row for pair in tx.execute(select(_leaves)) for row in pair]
    return found + [row for pair in tx.execute(select(_candidates.c.one, _candidates.c.other)) for row in pair]


def _candidate(row: Row[Any]) -> Candidate:
    values = dict(zip(_CANDIDATE, row, strict=True))
    values["steps"] = msgspec.json.decode(values["steps"], type=tuple[Step, ...])
    return Candidate(**values)
