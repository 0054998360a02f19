"""Notes that people leave on what a page shows, their answers, and whether they are resolved."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
TEXTS = ("dataset", "page", "state", "text", "who", "at", "answers", "resolved_by", "resolved_at")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "page_notes",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in TEXTS),
        sqlite_autoincrement=True,
    )
    op.create_index("page_notes_of_state", "page_notes", ["dataset", "page", "state"])
