"""What people call segments, and note about them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
SAID = ("name", "name_by", "name_at", "note", "note_by", "note_at")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "segment_names",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("dataset", sa.String, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("segment", sa.Integer, nullable=False),
        sa.Column("members", sa.String, nullable=False),
        *(sa.Column(name, sa.String) for name in SAID),
        sqlite_autoincrement=True,
    )
    op.create_index("segment_names_of_dataset", "segment_names", ["dataset", "id"])
    op.create_index("segment_names_of_model", "segment_names", ["dataset", "model", "segment"], unique=True)


def downgrade() -> None:
    """Take it away."""
    op.drop_table("segment_names")
