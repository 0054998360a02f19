"""Which datasets were added."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "datasets",
        sa.Column("slug", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("title", "folder", "file", "at")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("datasets")
