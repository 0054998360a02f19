"""Files that wait until somebody has said what their columns are."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    names = ("owner", "name", "digest", "mapping", "looking", "making", "made")
    texts = [sa.Column(name, sa.String, nullable=False) for name in names]
    op.create_table(
        "staged_files",
        sa.Column("id", sa.String, primary_key=True),
        *texts,
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("look", sa.String),
    )
    op.create_index("staged_files_of_owner", "staged_files", ["owner", "at"])
