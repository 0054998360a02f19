"""Who is what in which dataset; what is here already, everybody who signs in goes on seeing."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Make the table, and let everybody be a viewer of every dataset there is."""
    members = op.create_table(
        "members",
        *(sa.Column(name, sa.String, primary_key=True) for name in ("dataset", "username")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("role", "who", "at")),
    )
    slugs = op.get_bind().scalars(sa.text("SELECT slug FROM datasets")).all()
    rows = [{"dataset": slug, "username": "", "role": "viewer", "who": "", "at": ""} for slug in {"", *slugs}]
    op.bulk_insert(members, rows)
