"""People by when they were last seen."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the index."""
    op.create_index("ix_identifier_last_seen", "identifier", ["last_seen", "number"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_identifier_last_seen", "identifier")
