"""A source may carry a limit: events a second, and at once."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sources that are there already have none."""
    with op.batch_alter_table("source") as source:
        source.add_column(sa.Column("rate", sa.BigInteger(), nullable=False, server_default="0"))
        source.add_column(sa.Column("burst", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("source") as source:
        source.drop_column("burst")
        source.drop_column("rate")
