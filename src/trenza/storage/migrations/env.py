"""Alembic's way in: it runs in the transaction that `upgrade` hands over."""

from alembic import context

from trenza.storage.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
