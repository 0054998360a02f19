"""Tokens of programs: their hashes, whom they stand for, what for, and how often they came."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
TEXTS = ("owner", "name", "role", "dataset")
TIMES = ("created", "expires", "revoked", "used")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "tokens",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("hash", sa.String, nullable=False, unique=True),
        *(sa.Column(name, sa.String, nullable=False) for name in TEXTS),
        *(sa.Column(name, sa.Double, nullable=False) for name in TIMES),
        sa.Column("minute", sa.BigInteger, nullable=False),
        sa.Column("asked", sa.Integer, nullable=False),
    )
    op.create_index("tokens_of_owner", "tokens", ["owner"])
