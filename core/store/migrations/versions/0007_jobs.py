"""Long work, and who does it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
TEXTS = (
    "dataset",
    "kind",
    "arguments",
    "model",
    "owner",
    "owner_key",
    "equal",
    "signature",
    "again_by",
    "state",
)
SAID = ("words", "error", "cancelled_by", "worker")
NUMBERS = ("created", "share", "started", "ended", "beat")


def upgrade() -> None:
    """Make the tables; of equal jobs one is under way."""
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        *(sa.Column(name, sa.String, nullable=False) for name in (*TEXTS, *SAID)),
        *(sa.Column(name, sa.Double, nullable=False) for name in NUMBERS),
        sa.Column("deaths", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String) for name in ("claim", "result")),
        sqlite_autoincrement=True,
    )
    under_way = sa.text("state IN ('waiting', 'running')")
    op.create_index(
        "jobs_one_under_way",
        "jobs",
        ["equal"],
        unique=True,
        sqlite_where=under_way,
        postgresql_where=under_way,
    )
    op.create_index("jobs_by_state", "jobs", ["state", "number"])
    op.create_index("jobs_equal", "jobs", ["equal", "number"])
    op.create_index("jobs_claimed", "jobs", ["claim"])
    op.create_table(
        "workers",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("beat", sa.Double, nullable=False),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("workers")
    op.drop_table("jobs")
