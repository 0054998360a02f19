"""Versions of a dataset, and which of them was live when: what was added before is the first."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
_FIRST = """
INSERT INTO versions (dataset, number, folder, file, way, who, at, changes)
SELECT slug, 1, '', file, 'added', '', at, '' FROM datasets
"""
_CHOSEN = "INSERT INTO version_choices (dataset, version, who, at) SELECT slug, 1, '', at FROM datasets"


def upgrade() -> None:
    """Make the tables, with a version for each dataset."""
    op.create_table(
        "versions",
        sa.Column("dataset", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *_texts("folder", "file", "way"),
        sa.Column("rows", sa.Integer, nullable=True),
        sa.Column("segments", sa.Integer, nullable=True),
        *_texts("who", "at", "changes"),
    )
    op.create_table(
        "version_choices",
        sa.Column("id", sa.Integer, primary_key=True),
        *_texts("dataset"),
        sa.Column("version", sa.Integer, nullable=False),
        *_texts("who", "at"),
        sqlite_autoincrement=True,
    )
    op.create_index("version_choices_of_dataset", "version_choices", ["dataset", "id"])
    op.execute(_FIRST)
    op.execute(_CHOSEN)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]
