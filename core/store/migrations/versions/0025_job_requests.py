"""Which request a long calculation was asked for by, for the log."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the column; processes of the version before, which don't know it, still add jobs."""
    op.add_column("jobs", sa.Column("request", sa.String, nullable=False, server_default=""))
