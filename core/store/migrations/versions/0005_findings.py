"""What was computed about models."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "findings",
        *(sa.Column(name, sa.String, primary_key=True) for name in ("dataset", "model", "name")),
        sa.Column("content", sa.String, nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("findings")
