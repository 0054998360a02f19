"""Links for a new password, as hashes, and where they may be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reset_links",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("password", sa.String, nullable=False),
        sa.Column("expires", sa.Double, nullable=False),
    )
    op.create_table(
        "account_emails",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("email", sa.String, nullable=False),
    )
