"""Customers who were erased: known by a salted hash, so that no later file brings them back; the ID only until it is done."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("dataset", "customer", "salt", "hash", "state", "who", "at", "told")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("erasures_of_dataset", "erasures", ["dataset", "id"])
