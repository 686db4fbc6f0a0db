"""The tables of the room: `definition` (in force), `definition_version` (all that ever were), `definition_revision`."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, and_, or_, select, update

from trenza.definitions.model import Live, Stored
from trenza.kernel import decode_json, encode_json
from trenza.storage import Transaction, among, bulk_insert, bulk_upsert, metadata

_live = Table(
    "definition",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("written", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_definition_file", "file", "position"),
)
_version = Table(
    "definition_version",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
_revision = Table(
    "definition_revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
)
_ONLY = 1
_NUL = "\0"
"""PostgreSQL cannot even compare with it."""


def revision(tx: Transaction) -> int:
    """A number that grows with every change of what is in force; 0 at the beginning."""
    return tx.scalar(select(_revision.c.revision)) or 0


def lock_revision(tx: Transaction) -> None:
    """Let one writer at a time compare and change what is in force."""
    bulk_insert(tx, _revision, ("id", "revision"), [(_ONLY, 0)])
    tx.execute(update(_revision).values(revision=_revision.c.revision))


def bump_revision(tx: Transaction) -> None:
    """The next revision."""
    tx.execute(update(_revision).values(revision=_revision.c.revision + 1))


def list_live(tx: Transaction, kind: str | None = None) -> list[Live]:
    """Everything in force, in the order of the files."""
    asked = select(_live).order_by(_live.c.file, _live.c.position, _live.c.kind, _live.c.key)
    if kind is not None:
        asked = asked.where(_live.c.kind == kind.replace(_NUL, ""))
    return [Live(**row._mapping) for row in tx.execute(asked)]  # noqa: SLF001 — SQLAlchemy's own name for it


def find_live(tx: Transaction, kind: str, key: str) -> Live | None:
    """One document in force; None where there is none."""
    if _NUL in kind + key:
        return None
    row = tx.execute(select(_live).where(_live.c.kind == kind, _live.c.key == key)).first()
    return Live(**row._mapping) if row else None  # noqa: SLF001 — the same


def list_stored(tx: Transaction, wanted: Collection[tuple[str, str, str]] | None = None) -> list[Stored]:
    """Versions by (kind, key, version); without `wanted` those in force."""
    asked = select(_version)
    if wanted is None:
        same = [_version.c[name] == _live.c[name] for name in ("kind", "key", "version")]
        asked = asked.join(_live, and_(*same))
    else:
        asked = asked.where(among(_version.c.version, {version for _, _, version in wanted}))
    rows = tx.execute(asked.order_by(_version.c.kind, _version.c.key, _version.c.version))
    return [_stored(row) for row in rows if wanted is None or (row.kind, row.key, row.version) in wanted]


def list_versions(tx: Transaction, kind: str, key: str) -> list[Stored]:
    """All versions that a document ever had, the newest first."""
    asked = select(_version).where(_version.c.kind == kind, _version.c.key == key)
    return [_stored(row) for row in tx.execute(asked.order_by(_version.c.created_at.desc(), _version.c.version))]


def save_live(tx: Transaction, documents: Sequence[Live]) -> None:
    """Put documents in force, or rewrite where they stand."""
    columns = ("kind", "key", "version", "file", "position", "written", "updated_at")
    bulk_upsert(tx, _live, columns, [tuple(getattr(each, name) for name in columns) for each in documents])


def save_versions(tx: Transaction, versions: Sequence[Stored]) -> None:
    """Keep versions; those that are there already stay as they are."""
    rows = [
        (each.kind, each.key, each.version, each.text, encode_json(each.content), each.created_at) for each in versions
    ]
    bulk_insert(tx, _version, ("kind", "key", "version", "text", "content", "created_at"), rows)


def remove_live(tx: Transaction, keys: Iterable[tuple[str, str]]) -> None:
    """Take documents out of force; their versions stay."""
    gone = [and_(_live.c.kind == kind, _live.c.key == key) for kind, key in keys]
    if gone:
        tx.execute(_live.delete().where(or_(*gone)))


def _stored(row: object) -> Stored:
    values = row._mapping  # type: ignore[attr-defined]  # noqa: SLF001 — SQLAlchemy's own name for it
    return Stored(**{**values, "content": decode_json(values["content"])})
