"""Which model was made live by whom, and what was taken over from files."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "takeovers",
        sa.Column("what", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "deployments",
        sa.Column("id", sa.Integer, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("dataset", "settings", "model", "parameters", "who", "at")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("deployments_of_dataset", "deployments", ["dataset", "id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("deployments")
    op.drop_table("takeovers")
