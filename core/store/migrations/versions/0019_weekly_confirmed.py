"""Whether the address of a weekly report was confirmed, and the model whose segments it is of."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add both; those that were asked for before are sent once their owners have confirmed them."""
    op.add_column("weekly_reports", sa.Column("confirmed", sa.Integer, nullable=False, server_default="0"))
    op.add_column("weekly_reports", sa.Column("model", sa.String, nullable=False, server_default=""))
