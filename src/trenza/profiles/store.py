"""The tables of the room. Facts hang on leaves, suppressions on addresses; nothing is ever rewritten but by erasure.

`trait` is the last version of each name of a leaf, `trait_version` all of them: a micro-batch loads the first and
rarely the second, however often a client repeats itself.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    Select,
    Table,
    Text,
    and_,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from trenza.identity import Leaf
from trenza.kernel import Instant
from trenza.storage import Transaction, among, bulk_insert, bulk_upsert, metadata

_trait = Table(
    "trait",
    metadata,
    Column("leaf", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
)
_version = Table(
    "trait_version",
    metadata,
    Column("leaf", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Text, primary_key=True),
    Column("arrived_at", BigInteger, nullable=False),
    Column("value", LargeBinary, nullable=False),
)
_consent = Table(
    "consent",
    metadata,
    Column("leaf", BigInteger, primary_key=True, autoincrement=False),
    Column("purpose", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Text, primary_key=True),
    Column("arrived_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("evidence", LargeBinary, nullable=False),
)
_suppression = Table(
    "suppression",
    metadata,
    Column("address", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("hashed", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_suppression_hashed", "hashed"),
)
_erasure = Table(
    "erasure",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("subject", LargeBinary),
    Column("receipt", LargeBinary, nullable=False),
)
"""`subject` is who it is about, until every store has forgotten them; then it is null."""
PLAIN, HASHED, WHOLE = 0, 1, 2
"""Forms of a suppression (column `hashed`): by address, by an address's hash, by a leaf."""
TRAIT = ("leaf", "name", "at", "message_id", "value")
VERSION = ("leaf", "name", "at", "message_id", "arrived_at", "value")
CONSENT = ("leaf", "purpose", "channel", "at", "message_id", "arrived_at", "status", "evidence")
SUPPRESSION = ("address", "channel", "message_id", "hashed", "at", "reason")

_LONGEST_SEARCHED = 4_000
"""Octets of a trait's value; the texts in it that are searched are shorter."""

Row = Sequence[Any]


def load_traits(tx: Transaction, leaves: Collection[Leaf]) -> Sequence[Row]:
    """The last version of every trait: `(leaf, name, at, message_id, value)`."""
    return _all(tx, select(*(_trait.c[name] for name in TRAIT)).where(among(_trait.c.leaf, leaves)), leaves)


def load_short_traits(tx: Transaction, leaves: Collection[Leaf]) -> Sequence[Row]:
    """As `load_traits`, but of values that are too long to be searched there is null."""
    value = case((func.length(_trait.c.value) <= _LONGEST_SEARCHED, _trait.c.value))
    columns = (_trait.c[name] for name in TRAIT[:-1])
    return _all(tx, select(*columns, value).where(among(_trait.c.leaf, leaves)), leaves)


def load_versions(tx: Transaction, leaves: Collection[Leaf], names: Collection[str] | None = None) -> Sequence[Row]:
    """Every version of these traits (None: of all): `(leaf, name, at, message_id, value)`, in order of event time."""
    query = select(*(_version.c[name] for name in TRAIT)).where(among(_version.c.leaf, leaves))
    if names is not None:
        query = query.where(among(_version.c.name, names))
    return _all(tx, query.order_by(_version.c.at, _version.c.message_id), leaves)


def latest_versions(tx: Transaction, leaves: Collection[Leaf], limit: int) -> Sequence[Row]:
    """The latest versions of all traits: `(leaf, name, at, message_id, value)`, the latest first."""
    query = select(*(_version.c[name] for name in TRAIT)).where(among(_version.c.leaf, leaves))
    return _all(tx, query.order_by(_version.c.at.desc(), _version.c.message_id.desc()).limit(limit), leaves)


def load_consents(tx: Transaction, leaves: Collection[Leaf]) -> Sequence[Row]:
    """The last word of each leaf on each purpose and channel: `(leaf, purpose, channel, at, message_id, status)`."""
    later = _consent.alias("later")
    newer = or_(
        later.c.at > _consent.c.at,
        and_(later.c.at == _consent.c.at, later.c.message_id > _consent.c.message_id),
    )
    same = and_(*(later.c[name] == _consent.c[name] for name in ("leaf", "purpose", "channel")))
    columns = (_consent.c[name] for name in ("leaf", "purpose", "channel", "at", "message_id", "status"))
    query = select(*columns).where(among(_consent.c.leaf, leaves), ~exists().where(same, newer))
    return _all(tx, query, leaves)


def has_consent(tx: Transaction) -> bool:
    """Whether anybody ever granted a consent; it looks no further than the first."""
    return tx.execute(select(_consent.c.leaf).where(_consent.c.status == "granted").limit(1)).first() is not None


def list_consents(tx: Transaction, leaves: Collection[Leaf]) -> Sequence[Row]:
    """Every word on consent with its evidence (columns of `CONSENT`), in order of event time."""
    query = select(*(_consent.c[name] for name in CONSENT)).where(among(_consent.c.leaf, leaves))
    return _all(tx, query.order_by(_consent.c.at, _consent.c.message_id), leaves)


def load_suppressions(tx: Transaction, addresses: Collection[str]) -> Sequence[Row]:
    """`(address, channel)` of every suppression of these addresses."""
    query = select(_suppression.c.address, _suppression.c.channel).where(among(_suppression.c.address, addresses))
    return _all(tx, query.distinct(), addresses)


def list_suppressions(tx: Transaction, addresses: Collection[str]) -> Sequence[Row]:
    """Suppressions of these addresses (columns of `SUPPRESSION`), in order of event time."""
    query = select(*(_suppression.c[name] for name in SUPPRESSION)).where(among(_suppression.c.address, addresses))
    return _all(tx, query.order_by(_suppression.c.at, _suppression.c.message_id), addresses)


def forms_held(tx: Transaction) -> frozenset[int]:
    """The forms in which suppressions are kept at all, so that nobody looks for the others."""
    forms = (PLAIN, HASHED, WHOLE)
    row = tx.execute(select(*(exists().where(_suppression.c.hashed == form) for form in forms))).one()
    return frozenset(form for form, held in zip(forms, row, strict=True) if held)


def save_traits(tx: Transaction, last: Collection[Row], versions: Collection[Row]) -> None:
    """Write the last versions (columns of `TRAIT`) and all new versions (columns of `VERSION`)."""
    bulk_upsert(tx, _trait, TRAIT, last)
    bulk_insert(tx, _version, VERSION, versions)


def save_consents(tx: Transaction, rows: Collection[Row]) -> None:
    """Append words on consent (columns of `CONSENT`)."""
    bulk_insert(tx, _consent, CONSENT, rows)


def save_suppressions(tx: Transaction, rows: Collection[Row]) -> None:
    """Append suppressions (columns of `SUPPRESSION`)."""
    bulk_insert(tx, _suppression, SUPPRESSION, rows)


def delete_facts(tx: Transaction, leaves: Collection[Leaf]) -> dict[str, int]:
    """Delete everything that hangs on leaves; returns the count of each table."""
    return {
        table.name: tx.execute(delete(table).where(among(table.c.leaf, leaves))).rowcount
        for table in (_trait, _version, _consent)
    }


def list_leaves(tx: Transaction, until: Instant) -> set[Leaf]:
    """Every leaf that something said at or before an instant hangs on."""
    found: set[Leaf] = set()
    for table in (_version, _consent):
        found.update(tx.scalars(select(table.c.leaf).where(table.c.at <= until).distinct()))
    found.update(tx.scalars(select(_trait.c.leaf).where(_trait.c.at <= until).distinct()))
    return found


def list_plain_addresses(tx: Transaction) -> Sequence[str]:
    """Every suppressed address that is not kept as a hash."""
    return tx.scalars(select(_suppression.c.address).where(_suppression.c.hashed == PLAIN).distinct()).all()


def save_erasure(tx: Transaction, id_: str, at: Instant, subject: bytes, receipt: bytes) -> None:
    """Note an erasure that some stores have yet to do."""
    bulk_insert(tx, _erasure, ("id", "at", "subject", "receipt"), [(id_, at, subject, receipt)])


def list_unfinished(tx: Transaction) -> Sequence[Row]:
    """`(subject, receipt)` of erasures that some stores have yet to do, oldest first."""
    query = select(_erasure.c.subject, _erasure.c.receipt).where(_erasure.c.subject.is_not(None))
    return tx.execute(query.order_by(_erasure.c.at, _erasure.c.id)).all()


def find_receipt(tx: Transaction, id_: str) -> bytes | None:
    """The receipt of an erasure that every store has done."""
    return tx.scalar(select(_erasure.c.receipt).where(_erasure.c.id == id_, _erasure.c.subject.is_(None)))


def finish_erasure(tx: Transaction, id_: str, receipt: bytes) -> None:
    """Keep the receipt, and of the person nothing."""
    tx.execute(update(_erasure).where(_erasure.c.id == id_).values(subject=None, receipt=receipt))


def delete_suppressions(tx: Transaction, addresses: Iterable[str]) -> int:
    """Delete the suppressions of addresses; erasure puts hashed ones in their place."""
    return tx.execute(delete(_suppression).where(among(_suppression.c.address, list(addresses)))).rowcount


def _all(tx: Transaction, query: Select[Any], asked: Collection[Any]) -> Sequence[Row]:
    return tx.execute(query).all() if asked else ()
