"""Accounts, where they are kept in the database."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
TEXTS = ("username", "password_hash", "role", "created", "last_sign_in", "active", "session_version")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "accounts",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        *(sa.Column(name, sa.String, nullable=False) for name in TEXTS),
        sqlite_autoincrement=True,
    )
