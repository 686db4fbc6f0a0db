"""Probable matches: records, the keys they are looked up by, and candidates."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the tables."""
    op.create_table(
        "match_record",
        sa.Column("leaf", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("leaf"),
    )
    op.create_table(
        "match_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "leaf"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_match_key_leaf", "match_key", ["leaf"])
    op.create_table(
        "match_leaf",
        sa.Column("leaf", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("leaf", "record"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "match_candidate",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("one", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_bridge", sa.Boolean(), nullable=False),
        sa.Column("base", sa.Float(), nullable=False),
        sa.Column("steps", sa.LargeBinary(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_match_candidate_one", "match_candidate", ["one"])
    op.create_index("ix_match_candidate_other", "match_candidate", ["other"])
    op.create_index("ix_match_candidate_state", "match_candidate", ["state", "weight", "id"])


def downgrade() -> None:
    """Take them away again."""
    for table in ("match_candidate", "match_leaf", "match_key", "match_record"):
        op.drop_table(table)
