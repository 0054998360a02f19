"""Attempts to sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("moment", sa.Float, nullable=False),
        sa.Column("expires", sa.Float, nullable=False),
    )
    op.create_index("attempts_by_key", "attempts", ["key", "moment"])
    op.create_index("attempts_by_end", "attempts", ["expires"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("attempts")
