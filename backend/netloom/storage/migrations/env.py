"""Run by alembic, on the connection that `SqlStore.start` hands in."""

from alembic import context

from netloom.storage.tables import Table

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Table.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
