"""A source says about whom its write key is answered."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sources that are there already answer about visitors only, too."""
    with op.batch_alter_table("source") as source:
        source.add_column(sa.Column("answers", sa.Text(), nullable=False, server_default="visitors"))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("source") as source:
        source.drop_column("answers")
