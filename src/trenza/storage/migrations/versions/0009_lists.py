"""Lists and counts of pages by index: members, turns, runs, decisions, tasks and what was done to an object."""

from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
_inside = text("inside_since IS NOT NULL")
_open = text("done_at IS NULL")


def upgrade() -> None:
    """Build the indexes."""
    op.drop_index("ix_membership_segment", "membership")
    op.drop_index("ix_segment_change_segment", "segment_change")
    op.drop_index("ix_task_open", "task")
    op.create_index(
        "ix_membership_inside", "membership", ["segment", "person"], sqlite_where=_inside, postgresql_where=_inside
    )
    op.create_index("ix_segment_change_segment", "segment_change", ["segment", "at", "turn"])
    op.create_index("ix_task_open", "task", ["queue", "due", "id"], sqlite_where=_open, postgresql_where=_open)
    op.create_index("ix_task_due", "task", ["due", "id"], sqlite_where=_open, postgresql_where=_open)
    op.create_index("ix_run_journey_ending", "run", ["journey", "ending", "position", "version"])
    op.create_index("ix_decision_journey_step", "decision", ["journey", "step", "verdict"])
    op.create_index("ix_access_audit_object", "access_audit", ["object", "at", "id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_access_audit_object", "access_audit")
    op.drop_index("ix_decision_journey_step", "decision")
    op.drop_index("ix_run_journey_ending", "run")
    op.drop_index("ix_task_due", "task")
    op.drop_index("ix_task_open", "task")
    op.drop_index("ix_segment_change_segment", "segment_change")
    op.drop_index("ix_membership_inside", "membership")
    op.create_index("ix_task_open", "task", ["queue", "due"], sqlite_where=_open, postgresql_where=_open)
    op.create_index("ix_segment_change_segment", "segment_change", ["segment", "at"])
    op.create_index("ix_membership_segment", "membership", ["segment", "inside_since"])
