"""What columns are for, remembered for the next file of that shape."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "mappings",
        sa.Column("shape", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("content", "who", "at")),
    )
