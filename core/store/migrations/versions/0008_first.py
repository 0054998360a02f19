"""The first tables. (What went before it, step by step, was in no release.)"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table("takeovers", *_keys("what"), *_texts("at"))
    op.create_table(
        "deployments",
        _number("id"),
        *_texts("dataset", "settings", "model", "parameters", "who", "at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "segment_names",
        _number("id"),
        *_texts("dataset", "model", "members"),
        sa.Column("segment", sa.Integer, nullable=False),
        *_texts("name", "name_by", "name_at", "note", "note_by", "note_at", null=True),
        sqlite_autoincrement=True,
    )
    op.create_table("saved_views", *_keys("id"), *_texts("dataset", "owner", "name", "address", "saved"))
    op.create_table("attempts", _number("id"), *_texts("key"), *_floats("moment", "expires"))
    op.create_table("findings", *_keys("dataset", "model", "name"), *_texts("content"))
    op.create_table("datasets", *_keys("slug"), *_texts("title", "folder", "file", "at"))
    _make_jobs()
    op.create_index("deployments_of_dataset", "deployments", ["dataset", "id"])
    op.create_index("segment_names_of_dataset", "segment_names", ["dataset", "id"])
    op.create_index("segment_names_of_model", "segment_names", ["dataset", "model", "segment"], unique=True)
    op.create_index("saved_views_of_owner", "saved_views", ["dataset", "owner"])
    op.create_index("attempts_by_key", "attempts", ["key", "moment"])
    op.create_index("attempts_by_end", "attempts", ["expires"])


def _make_jobs() -> None:
    """Of equal jobs one is under way."""
    op.create_table(
        "jobs",
        _number("number"),
        sa.Column("id", sa.String, nullable=False, unique=True),
        *_texts(
            "dataset", "kind", "arguments", "model", "owner", "owner_key", "equal", "signature", "again_by"
        ),
        *_texts("state", "words", "error", "cancelled_by", "worker"),
        *_floats("created", "share", "started", "ended", "beat"),
        sa.Column("deaths", sa.Integer, nullable=False),
        *_texts("claim", "result", null=True),
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
    pid = sa.Column("pid", sa.Integer, nullable=False)
    op.create_table("workers", *_keys("token"), *_texts("host"), pid, *_floats("beat"))


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True)


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, primary_key=True) for name in names]


def _texts(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=null) for name in names]


def _floats(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double, nullable=False) for name in names]
