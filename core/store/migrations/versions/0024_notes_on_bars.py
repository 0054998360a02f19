"""Which bar of a chart a note on a page is about; none of those that are there."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the column."""
    op.add_column("page_notes", sa.Column("about", sa.String, nullable=False, server_default=""))
