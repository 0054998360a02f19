"""Secrets of second factors, encrypted, and recovery codes, as hashes."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "second_factors",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("secret", sa.String, nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("is_on", sa.Integer, nullable=False),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("digest", sa.String, primary_key=True),
    )
