"""Which files have been scored, or wait to be."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "scored_files",
        sa.Column("id", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("dataset", "owner", "name", "state")),
        sa.Column("made", sa.Double, nullable=False),
        sa.Column("customers", sa.Integer),
        *(sa.Column(name, sa.String) for name in ("model", "notes", "sizes")),
    )
    op.create_index("scored_files_of_owner", "scored_files", ["dataset", "owner"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("scored_files")
