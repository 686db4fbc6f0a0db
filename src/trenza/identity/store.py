"""The tables of the room, and the only SQL over them.

`identifier` is the alias table: which person a leaf belongs to now. `evidence` has one row for each pair of identifiers
that messages held together; `identifier_hash` leads from the leaf that the SHA-256 of an identifier has, or would have
if it came, to the plain one; `identity_log` says who joined and parted when and why; `tombstone` holds keyed hashes of
what was erased, so that a replay does not bring it back. `person_tally` says how many people were first seen in a
quarter of an hour, `identifier_tally` how many identifiers of a type there are, `identity_tally` how many lines of each
kind the log was given in a quarter of an hour.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    and_,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from trenza.identity.graph import Link, Node
from trenza.identity.hashes import hash_leaf
from trenza.identity.model import Leaf, LogEntry, Person
from trenza.kernel import Instant, decode_json, encode_json
from trenza.storage import (
    Position,
    Transaction,
    among,
    bulk_add,
    bulk_insert,
    bulk_upsert,
    comes_before,
    lock_position,
    metadata,
    move_position,
    quarter_of,
)

_number = BigInteger().with_variant(Integer, "sqlite")  # SQLite keeps a table by an INTEGER key, without a second index
_identifiers = Table(
    "identifier",
    metadata,
    Column("number", _number, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("component", BigInteger, nullable=False, index=True),
    Column("flags", Integer, nullable=False),
    Column("degree", Integer, nullable=False),
    Column("accounts", Integer, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("erased_at", BigInteger, nullable=False),
    Index("ix_identifier_last_seen", "last_seen", "number"),
)
MANY_NEIGHBOURS = 16
"""From so many on an identifier stands in an index of the busiest."""
IS_FLAGGED = _identifiers.c.flags != literal_column("0")
"""It joins nobody. Literally as in its index, for databases look for that."""
IS_BUSY = and_(
    _identifiers.c.flags == literal_column("0"), _identifiers.c.degree >= literal_column(str(MANY_NEIGHBOURS))
)
Index(
    "ix_identifier_flagged",
    *(_identifiers.c[name] for name in ("flags", "degree", "number", "type")),
    sqlite_where=IS_FLAGGED,
    postgresql_where=IS_FLAGGED,
)
Index(
    "ix_identifier_busy",
    *(_identifiers.c[name] for name in ("degree", "number")),
    sqlite_where=IS_BUSY,
    postgresql_where=IS_BUSY,
)
_evidence = Table(
    "evidence",
    metadata,
    Column("number", _number, primary_key=True, autoincrement=False),
    Column("a", BigInteger, nullable=False, index=True),
    Column("b", BigInteger, nullable=False, index=True),
    Column("rule", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("messages", LargeBinary, nullable=False),
    Column("live", Boolean, nullable=False),
)
_log = Table(
    "identity_log",
    metadata,
    Column("id", Text, primary_key=True),
    Column("op", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("winner", BigInteger, nullable=False, index=True),
    Column("loser", BigInteger, nullable=False, index=True),
    Column("leaves", Integer, nullable=False),
    Column("cause", Text, nullable=False),
    Index("ix_identity_log_at", "at", "op"),
)
_hashes = Table(
    "identifier_hash",
    metadata,
    Column("number", _number, primary_key=True, autoincrement=False),
    Column("plain", BigInteger, nullable=False),
)
_tombstones = Table(
    "tombstone",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("erased_at", BigInteger, nullable=False),
)
_person_tally = Table(
    "person_tally",
    metadata,
    Column("quarter", BigInteger, primary_key=True, autoincrement=False),
    Column("people", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
_identifier_tally = Table(
    "identifier_tally",
    metadata,
    Column("type", Text, primary_key=True),
    Column("identifiers", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

_log_tally = Table(
    "identity_tally",
    metadata,
    Column("quarter", BigInteger, primary_key=True, autoincrement=False),
    Column("op", Text, primary_key=True),
    Column("lines", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
IDENTIFIERS, EVIDENCE, IDENTITY_LOG, IDENTITY_TALLY = _identifiers, _evidence, _log, _log_tally
"""For the room's other store, `quality.store`."""
_NODE = [column.name for column in _identifiers.columns]
_SEEN = ["degree", "accounts", "first_seen", "last_seen"]
_MOVED = ["person", "component", "flags", *_SEEN]
_LINK = [column.name for column in _evidence.columns]
_COUNTED = ["count", "first", "last"]
_RENAMED = ["rule", "messages", "live", *_COUNTED]
NodeRow = Row[Any]
_GRAPH = "identity"
"""The graph's revision is kept as a position: its number, and a mark of who wrote it."""


def lock(tx: Transaction) -> Position:
    """Keep others from changing the graph until this transaction ends; which revision of it this is."""
    return lock_position(tx, _GRAPH)


def write_revision(tx: Transaction, revision: Position) -> None:
    """Say that the graph was changed: whoever remembers an earlier revision must load anew."""
    move_position(tx, _GRAPH, revision)


def select_nodes(tx: Transaction, numbers: Collection[Leaf]) -> Sequence[NodeRow]:
    """Rows of the identifiers themselves."""
    return tx.execute(select(_identifiers).where(among(_identifiers.c.number, numbers))).all()


def select_groups(tx: Transaction, numbers: Collection[Leaf]) -> Sequence[Sequence[Any]]:
    """Rows of all identifiers that hang together with the given ones."""
    components = select(_identifiers.c.component).where(among(_identifiers.c.number, numbers))
    return tx.execute(select(_identifiers).where(_identifiers.c.component.in_(components))).all()


def all_nodes(tx: Transaction) -> Iterator[Sequence[Any]]:
    """Every identifier, person by person."""
    query = select(_identifiers).order_by(_identifiers.c.person, _identifiers.c.first_seen, _identifiers.c.number)
    yield from tx.execute(query, execution_options={"yield_per": 5_000})


def identifiers_page(tx: Transaction, after: Leaf, limit: int) -> list[tuple[Leaf, str, str]]:
    """Leaf, type and value of identifiers behind a leaf, in order of leaves."""
    columns = (_identifiers.c.number, _identifiers.c.type, _identifiers.c.value)
    query = select(*columns).where(_identifiers.c.number > after).order_by(_identifiers.c.number).limit(limit)
    return [(number, type_, value) for number, type_, value in tx.execute(query)]


def find_people(tx: Transaction, numbers: Collection[Leaf]) -> dict[Leaf, Person]:
    """Whose each identifier is now."""
    query = select(_identifiers.c.number, _identifiers.c.person).where(among(_identifiers.c.number, numbers))
    return {row.number: row.person for row in tx.execute(query)}


def find_standing(tx: Transaction, numbers: Collection[Leaf]) -> dict[Leaf, tuple[Person, int]]:
    """Whose each identifier is now, and its flags."""
    columns = (_identifiers.c.number, _identifiers.c.person, _identifiers.c.flags)
    found = tx.execute(select(*columns).where(among(_identifiers.c.number, numbers))).all() if numbers else ()
    return {row.number: (row.person, row.flags) for row in found}


def people_page(tx: Transaction, after: Person, limit: int) -> list[Person]:
    """People by number, those behind `after`: each bears the number of one of their identifiers."""
    number = _identifiers.c.number
    query = select(number).where(number > after, _identifiers.c.person == number)
    return list(tx.scalars(query.order_by(number).limit(limit)))


def select_recent(
    tx: Transaction, before: tuple[Instant, Leaf] | None, limit: int
) -> list[tuple[Person, Instant, Leaf]]:
    """People by the identifier that was seen last, the latest first: `(person, last_seen, number)`.

    A person stands where the latest of their identifiers stands; theirs hang together, so only those are asked.
    """
    here, other = _identifiers, _identifiers.alias("other")
    later = or_(
        other.c.last_seen > here.c.last_seen,
        and_(other.c.last_seen == here.c.last_seen, other.c.number > here.c.number),
    )
    beside = and_(other.c.component == here.c.component, other.c.person == here.c.person)
    query = select(here.c.person, here.c.last_seen, here.c.number).where(~exists().where(beside, later))
    if before is not None:
        query = query.where(here.c.last_seen <= before[0], comes_before(here.c.last_seen, here.c.number, before))
    query = query.order_by(here.c.last_seen.desc(), here.c.number.desc()).limit(limit)
    return [(row.person, row.last_seen, row.number) for row in tx.execute(query)]


def insert_nodes(tx: Transaction, nodes: Iterable[Node]) -> None:
    """Write identifiers seen for the first time."""
    bulk_insert(
        tx,
        _identifiers,
        _NODE,
        [
            (
                node.number,
                node.type.name,
                node.value,
                node.person,
                node.group,
                node.flags,
                node.degree,
                node.accounts,
                node.first_seen,
                node.last_seen,
                node.erased_at,
            )
            for node in nodes
        ],
    )


def add_tallies(tx: Transaction, people: Mapping[Instant, int], identifiers: Mapping[str, int]) -> None:
    """Count people by when they were first seen, and identifiers by type; what goes away is negative."""
    by_quarter: Counter[Instant] = Counter()
    for at, count in people.items():
        by_quarter[quarter_of(at)] += count
    bulk_add(tx, _person_tally, ["quarter", "people"], [(at, count) for at, count in by_quarter.items() if count])
    bulk_add(tx, _identifier_tally, ["type", "identifiers"], [(type_, n) for type_, n in identifiers.items() if n])


def count_people(tx: Transaction, since: Instant | None = None) -> int:
    """How many people there are, or of them those first seen since an instant (to a quarter of an hour)."""
    query = select(func.sum(_person_tally.c.people))
    if since is not None:
        query = query.where(_person_tally.c.quarter >= since)
    return int(tx.scalar(query) or 0)


def count_identifiers(tx: Transaction) -> dict[str, int]:
    """How many identifiers of each type there are; a type without any is left out."""
    return {row[0]: row[1] for row in tx.execute(select(_identifier_tally)) if row[1]}


def select_plains(tx: Transaction, numbers: Collection[Leaf]) -> dict[Leaf, Leaf]:
    """Of leaves of hashes those of the plain identifiers, where they were seen."""
    query = select(_hashes).where(among(_hashes.c.number, numbers))
    return {row.number: row.plain for row in tx.execute(query)} if numbers else {}


def insert_hashes(tx: Transaction, rows: Collection[tuple[Leaf, Leaf]]) -> None:
    """Write the leaf of the hash of each new plain identifier, and its own."""
    bulk_insert(tx, _hashes, ["number", "plain"], rows)


def delete_links(tx: Transaction, numbers: Collection[int]) -> None:
    """Take away links in whose place others stand."""
    if numbers:
        tx.execute(delete(_evidence).where(among(_evidence.c.number, numbers)))


def update_seen(tx: Transaction, nodes: Iterable[Node]) -> None:
    """Write the dates and counts of known identifiers."""
    rows = [(node.number, node.degree, node.accounts, node.first_seen, node.last_seen) for node in nodes]
    _update(tx, _identifiers, _SEEN, rows)


def update_moved(tx: Transaction, nodes: Iterable[Node]) -> None:
    """Write all that can change of known identifiers."""
    rows = [
        (
            node.number,
            node.person,
            node.group,
            node.flags,
            node.degree,
            node.accounts,
            node.first_seen,
            node.last_seen,
        )
        for node in nodes
    ]
    _update(tx, _identifiers, _MOVED, rows)


def select_links(tx: Transaction, numbers: Collection[int]) -> list[Link]:
    """Links by their numbers."""
    return _links(tx, select(_evidence).where(among(_evidence.c.number, numbers)))


def select_links_of(tx: Transaction, nodes: Collection[Leaf], limit: int | None = None) -> list[Link]:
    """All links of identifiers, cut ones too; none twice. At most `limit` of them, the strongest."""
    query = select(_evidence).where(or_(among(_evidence.c.a, nodes), among(_evidence.c.b, nodes)))
    if limit is not None:
        query = query.order_by(_evidence.c.count.desc(), _evidence.c.number).limit(limit)
    return _links(tx, query)


def insert_links(tx: Transaction, links: Iterable[Link]) -> None:
    """Write links seen for the first time."""
    rows = [
        (
            link.number,
            link.a,
            link.b,
            link.rule,
            link.count,
            link.first,
            link.last,
            _as_json(link),
            link.live,
        )
        for link in links
    ]
    bulk_insert(tx, _evidence, _LINK, rows)


def update_counts(tx: Transaction, links: Iterable[Link]) -> None:
    """Write counts and dates of known links."""
    _update(tx, _evidence, _COUNTED, [(link.number, link.count, link.first, link.last) for link in links])


def update_links(tx: Transaction, links: Iterable[Link]) -> None:
    """Write all that can change of known links."""
    rows = [(link.number, link.rule, _as_json(link), link.live, link.count, link.first, link.last) for link in links]
    _update(tx, _evidence, _RENAMED, rows)


def append_log(tx: Transaction, entries: Collection[LogEntry]) -> None:
    """Write lines of the identity log, and count them; a line that is there stays."""
    names = [column.name for column in _log.columns]
    bulk_insert(tx, _log, names, [tuple(getattr(entry, name) for name in names) for entry in entries])
    lines = Counter((quarter_of(entry.at), entry.op) for entry in entries)
    bulk_add(tx, _log_tally, ["quarter", "op", "lines"], [(*key, count) for key, count in lines.items()])


def select_log(
    tx: Transaction, people: Collection[Person] | None, after: tuple[Instant, str] | None, limit: int
) -> list[LogEntry]:
    """Lines of the log, the latest first; of some people or of all."""
    query = select(_log).order_by(_log.c.at.desc(), _log.c.id).limit(limit)
    if after is not None:
        at, id_ = after
        query = query.where(or_(_log.c.at < at, and_(_log.c.at == at, _log.c.id > id_)))
    if people is not None:
        query = query.where(or_(among(_log.c.winner, people), among(_log.c.loser, people)))
    return [LogEntry(*row) for row in tx.execute(query)]


def delete_log(tx: Transaction, numbers: Collection[Leaf]) -> None:
    """Take away every line that names one of these."""
    tx.execute(delete(_log).where(or_(among(_log.c.winner, numbers), among(_log.c.loser, numbers))))


def has_tombstones(tx: Transaction) -> bool:
    """Whether anything was ever erased."""
    return tx.execute(select(_tombstones.c.hash).limit(1)).first() is not None


def select_tombstones(tx: Transaction, hashes: Collection[str]) -> dict[str, Instant]:
    """When each was erased; those that never were are left out."""
    query = select(_tombstones).where(among(_tombstones.c.hash, hashes))
    return {row.hash: row.erased_at for row in tx.execute(query)}


def write_tombstones(tx: Transaction, hashes: Collection[str], at: Instant) -> None:
    """Remember what was erased; a later erasure takes the place of an earlier."""
    bulk_upsert(tx, _tombstones, ["hash", "erased_at"], [(hash_, at) for hash_ in sorted(set(hashes))])


def delete_tombstones(tx: Transaction) -> None:
    """Forget every erasure: an instance that is filled anew from nothing."""
    tx.execute(delete(_tombstones))


def delete_nodes(tx: Transaction, numbers: Collection[Leaf]) -> None:
    """Take identifiers and every trace of them out of the graph; they are counted no longer."""
    mine = select(_identifiers).where(among(_identifiers.c.number, numbers))
    going = tx.execute(mine).all()
    people = Counter(row.first_seen for row in going if row.person == row.number)
    types = Counter(row.type for row in going)
    add_tallies(tx, {at: -n for at, n in people.items()}, {type_: -n for type_, n in types.items()})
    tx.execute(delete(_identifiers).where(among(_identifiers.c.number, numbers)))
    hashes = [leaf for row in going if (leaf := hash_leaf(row.type, row.value)) is not None]
    tx.execute(delete(_hashes).where(among(_hashes.c.number, hashes)))
    tx.execute(delete(_evidence).where(or_(among(_evidence.c.a, numbers), among(_evidence.c.b, numbers))))


def _links(tx: Transaction, query: Select[Any]) -> list[Link]:
    found = [Link(*row) for row in tx.execute(query).all()]
    for link in found:
        link.stored = True
    return found


def messages_of(link: Link) -> list[tuple[Instant, str, str]]:
    """The messages that a link names, unpacked in place."""
    if isinstance(link.messages, bytes):
        link.messages = [(at, message, source) for at, message, source in decode_json(link.messages)]
    return link.messages


def _as_json(link: Link) -> bytes:
    return link.messages if isinstance(link.messages, bytes) else encode_json(link.messages)


def _update(tx: Transaction, table: Table, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Set columns of many rows by number; the first of each row is the number."""
    if not rows:
        return
    if tx.dialect.name == "sqlite":
        changed = [(*row[1:], row[0]) for row in rows]
        marks = ", ".join(f"{name} = ?" for name in names)
        tx.exec_driver_sql(f"UPDATE {table.name} SET {marks} WHERE number = ?", changed)  # noqa: S608 — our own names
        return
    kinds = {name: table.c[name].type.compile(dialect=tx.dialect) for name in ("number", *names)}
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in kinds.items())
    values = ", ".join(f"{name} = given.{name}" for name in names)
    statement = (
        f"UPDATE {table.name} SET {values} FROM unnest({arrays}) AS given({', '.join(kinds)}) "  # noqa: S608 — our own
        f"WHERE {table.name}.number = given.number"
    )
    tx.exec_driver_sql(statement, dict(zip(kinds, map(list, zip(*rows, strict=True)), strict=True)))
