"""What Alembic asks for: the steps run in the transaction of who calls."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
