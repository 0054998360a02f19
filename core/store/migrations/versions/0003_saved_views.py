"""What users look at, under a name."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "saved_views",
        sa.Column("id", sa.String, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("dataset", "owner", "name", "address", "saved")
        ),
    )
    op.create_index("saved_views_of_owner", "saved_views", ["dataset", "owner"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("saved_views")
