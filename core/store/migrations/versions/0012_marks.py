"""What people say of models: a note, and whether one is retired."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "marks",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("dataset", "model", "note")),
        sa.Column("retired", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("who", "at")),
        sqlite_autoincrement=True,
    )
    op.create_index("marks_of_dataset", "marks", ["dataset", "id"])
