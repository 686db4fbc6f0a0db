"""The quality sheet of identity by index: what joins nobody, the busiest identifiers, what the log tells of a day."""

from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
_flagged = text("flags != 0")
_busy = text("flags = 0 AND degree >= 16")


def upgrade() -> None:
    """Build the indexes."""
    flagged = ["flags", "degree", "number", "type"]
    op.create_index("ix_identifier_flagged", "identifier", flagged, sqlite_where=_flagged, postgresql_where=_flagged)
    op.create_index(
        "ix_identifier_busy", "identifier", ["degree", "number"], sqlite_where=_busy, postgresql_where=_busy
    )
    op.drop_index("ix_identity_log_at", "identity_log")
    op.create_index("ix_identity_log_at", "identity_log", ["at", "op"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_identity_log_at", "identity_log")
    op.create_index("ix_identity_log_at", "identity_log", ["at"])
    op.drop_index("ix_identifier_busy", "identifier")
    op.drop_index("ix_identifier_flagged", "identifier")
