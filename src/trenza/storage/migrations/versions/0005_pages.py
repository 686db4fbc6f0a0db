"""Indexes for what people page through: the outbox, what was withheld, tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OUTBOX = {"": [], "channel_": ["channel"], "journey_": ["journey"], "state_": ["state"]}


def upgrade() -> None:
    """Build them."""
    for name, first in _OUTBOX.items():
        op.create_index(f"ix_outbox_{name}wanted_at", "outbox", [*first, "wanted_at", "id"])
    _create("ix_decision_withheld", "decision", ["at", "id"], "verdict NOT IN ('sent', 'unknown')")
    _create("ix_task_open", "task", ["queue", "due"], "done_at IS NULL")
    _create("ix_task_done", "task", ["done_at", "id"], "done_at IS NOT NULL")


def downgrade() -> None:
    """Take them away again."""
    for name in ("ix_task_done", "ix_task_open"):
        op.drop_index(name, "task")
    op.drop_index("ix_decision_withheld", "decision")
    for name in _OUTBOX:
        op.drop_index(f"ix_outbox_{name}wanted_at", "outbox")


def _create(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
