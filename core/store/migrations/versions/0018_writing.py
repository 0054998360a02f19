"""The currency of a dataset, and the language of its numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "writing",
        sa.Column("dataset", sa.String, primary_key=True),
        sa.Column("currency", sa.String),
        sa.Column("locale", sa.String, nullable=False),
    )
