"""The audit log: a chain of entries, of which each has the hash of its content and of the one before."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("at", "event", "outcome", "who", "address", "told", "hash")
        ),
    )
    op.create_index("audit_entries_of_event", "audit_entries", ["event", "at"])
    op.create_index("audit_entries_by_time", "audit_entries", ["at"])
