"""Reports that are sent every week: to whom, of what, when next, and what the last one said."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
TEXTS = ("dataset", "owner", "email", "page", "address", "form", "locale", "site", "zone", "told")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "weekly_reports",
        sa.Column("id", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in TEXTS),
        sa.Column("whole", sa.Integer, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
    )
    op.create_index("weekly_reports_due", "weekly_reports", ["due"])
