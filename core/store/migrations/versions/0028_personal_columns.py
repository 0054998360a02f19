"""Which columns owners said are personal, or are not."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "personal_columns",
        *(sa.Column(name, sa.String, primary_key=True) for name in ("dataset", "name")),
        sa.Column("personal", sa.Integer, nullable=False),
    )
