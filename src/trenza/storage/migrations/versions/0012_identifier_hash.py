"""From the SHA-256 of an e-mail or a phone to the plain one: a hash that comes later is told whose it is."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
_PAGE = 5_000
_63_BITS = (1 << 63) - 1
_identifier = sa.table("identifier", sa.column("number"), sa.column("type"), sa.column("value"))


def upgrade() -> None:
    """Build the table, and fill it from what is there."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    hashes = op.create_table(
        "identifier_hash",
        sa.Column("number", number, autoincrement=False, nullable=False),
        sa.Column("plain", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_identifier_hash")),
    )
    after = -1
    while page := _page(after):
        op.bulk_insert(hashes, [{"number": _leaf(row.type, row.value), "plain": row.number} for row in page])
        after = page[-1].number


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("identifier_hash")


def _page(after: int) -> list[sa.Row[tuple[int, str, str]]]:
    columns = _identifier.c
    query = sa.select(columns.number, columns.type, columns.value).where(
        columns.number > after, columns.type.in_(["email", "phone"])
    )
    return list(op.get_bind().execute(query.order_by(columns.number).limit(_PAGE)))


def _leaf(type_: str, value: str) -> int:
    """As `trenza.identity` reckons it today; what a migration did once it does for ever."""
    name = f"{type_}_sha256:{hashlib.sha256(value.encode()).hexdigest()}"
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) & _63_BITS
