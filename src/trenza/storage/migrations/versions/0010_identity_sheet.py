"""The quality sheet of identity: what joins nobody and the busiest identifiers by index, the log's lines by a tally."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
_flagged = text("flags != 0")
_busy = text("flags = 0 AND degree >= 16")


def upgrade() -> None:
    """Build them; the lines that are in the log already are counted."""
    flagged = ["flags", "degree", "number", "type"]
    op.create_index("ix_identifier_flagged", "identifier", flagged, sqlite_where=_flagged, postgresql_where=_flagged)
    op.create_index(
        "ix_identifier_busy", "identifier", ["degree", "number"], sqlite_where=_busy, postgresql_where=_busy
    )
    op.drop_index("ix_identity_log_at", "identity_log")
    op.create_index("ix_identity_log_at", "identity_log", ["at", "op"])
    op.create_table(
        "identity_tally",
        sa.Column("quarter", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", "op", name=op.f("pk_identity_tally")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO identity_tally (quarter, op, lines) "
        "SELECT at / 900000 * 900000, op, count(*) FROM identity_log GROUP BY 1, 2"
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("identity_tally")
    op.drop_index("ix_identity_log_at", "identity_log")
    op.create_index("ix_identity_log_at", "identity_log", ["at"])
    op.drop_index("ix_identifier_busy", "identifier")
    op.drop_index("ix_identifier_flagged", "identifier")
