"""Which browsers an account is signed in with."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("account", "version", "device")),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("began", "seen")),
        sa.Column("ended", sa.Integer, nullable=False),
    )
    op.create_index("sessions_of_account", "sessions", ["account"])
