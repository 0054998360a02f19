"""The first tables. (What went before them, step by step, was in no release.)"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = None


def upgrade() -> None:
    """Make the tables; whoever signs in is a viewer of the default dataset."""
    _make_accounts()
    _make_datasets()
    _make_models()
    _make_jobs()
    _make_what_people_keep()
    for table, columns in _INDEXED.items():
        for called, names in columns.items():
            op.create_index(f"{table}_{called}", table, names.split())
    op.create_index("segment_names_of_model", "segment_names", ["dataset", "model", "segment"], unique=True)


def _make_accounts() -> None:
    texts = "username password_hash role created last_sign_in active session_version"
    key = sa.Column("key", sa.String, nullable=False, unique=True)
    op.create_table("accounts", _number("number"), key, *_texts(texts), sqlite_autoincrement=True)
    op.create_table("account_emails", *_keys("account"), *_texts("email"))
    op.create_table("identities", *_keys("issuer subject"), *_texts("account"))
    op.create_table(
        "sessions", *_keys("id"), *_texts("account version device"), *_reals("began seen"), *_whole("ended")
    )
    op.create_table("second_factors", *_keys("account"), *_texts("secret"), _many("step"), *_whole("is_on"))
    op.create_table("recovery_codes", *_keys("account digest"))
    op.create_table("reset_links", *_keys("digest"), *_texts("account password"), *_reals("expires"))
    op.create_table("attempts", _number("id"), *_texts("key"), *_reals("moment expires"))
    hashed = sa.Column("hash", sa.String, nullable=False, unique=True)
    op.create_table(
        "tokens",
        *_keys("id"),
        hashed,
        *_texts("owner name role dataset"),
        *_reals("created expires revoked used"),
        _many("minute"),
        *_whole("asked"),
    )
    op.create_table("repeats", *_keys("key"), *_texts("asked answer"), *_whole("status"), *_reals("at"))
    number = sa.Column("number", sa.Integer, primary_key=True, autoincrement=False)
    op.create_table("audit_entries", number, *_texts("at event outcome who address told hash"))


def _make_datasets() -> None:
    op.create_table("takeovers", *_keys("what"), *_texts("at"))
    op.create_table("datasets", *_keys("slug"), *_texts("title folder file at"))
    members = op.create_table("members", *_keys("dataset username"), *_texts("role who at"))
    op.bulk_insert(members, [{"dataset": "", "username": "", "role": "viewer", "who": "", "at": ""}])
    op.create_table("writing", *_keys("dataset"), *_texts("currency", null=True), *_texts("locale"))
    op.create_table("personal_columns", *_keys("dataset name"), *_whole("personal"))
    number = sa.Column("number", sa.Integer, primary_key=True, autoincrement=False)
    texts, whole = _texts("folder file way who at changes"), _whole("rows segments", null=True)
    op.create_table("versions", *_keys("dataset"), number, *texts, *whole)
    texts, whole = _texts("dataset who at"), _whole("version")
    op.create_table("version_choices", _number("id"), *texts, *whole, sqlite_autoincrement=True)
    texts = _texts("dataset customer salt hash state who at told")
    op.create_table("erasures", _number("id"), *texts, sqlite_autoincrement=True)
    texts, look = _texts("owner name digest mapping looking making made"), _texts("look", null=True)
    op.create_table("staged_files", *_keys("id"), *texts, *look, _many("size"), *_reals("at"))
    op.create_table("mappings", *_keys("shape"), *_texts("content who at"))


def _make_models() -> None:
    texts = _texts("dataset settings model parameters who at")
    op.create_table("deployments", _number("id"), *texts, sqlite_autoincrement=True)
    texts, whole = _texts("dataset model note who at"), _whole("retired")
    op.create_table("marks", _number("id"), *texts, *whole, sqlite_autoincrement=True)
    texts, whole = _texts("dataset model members"), _whole("segment")
    said = _texts("name name_by name_at note note_by note_at", null=True)
    op.create_table("segment_names", _number("id"), *texts, *whole, *said, sqlite_autoincrement=True)
    op.create_table("findings", *_keys("dataset model name"), *_texts("content"))


def _make_jobs() -> None:
    """Of equal jobs one is under way."""
    texts = "dataset kind arguments model owner owner_key equal signature again_by state words error cancelled_by worker"
    op.create_table(
        "jobs",
        _number("number"),
        sa.Column("id", sa.String, nullable=False, unique=True),
        *_texts(texts),
        *_reals("created share started ended beat"),
        *_whole("deaths"),
        *_texts("claim result", null=True),
        sa.Column("request", sa.String, nullable=False, server_default=""),
        sqlite_autoincrement=True,
    )
    going = sa.text("state IN ('waiting', 'running')")
    op.create_index(
        "jobs_one_under_way", "jobs", ["equal"], unique=True, sqlite_where=going, postgresql_where=going
    )
    op.create_table("workers", *_keys("token"), *_texts("host"), *_whole("pid"), *_reals("beat"))


def _make_what_people_keep() -> None:
    op.create_table("saved_views", *_keys("id"), *_texts("dataset owner name address saved"))
    texts = _texts("dataset page state text who at answers resolved_by resolved_at")
    about = sa.Column("about", sa.String, nullable=False, server_default="")
    op.create_table("page_notes", _number("id"), *texts, about, sqlite_autoincrement=True)
    op.create_table(
        "weekly_reports",
        *_keys("id"),
        *_texts("dataset owner email page address form locale site zone told"),
        *_whole("whole"),
        *_reals("due"),
        sa.Column("confirmed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("model", sa.String, nullable=False, server_default=""),
    )


_INDEXED = {
    "sessions": {"of_account": "account"},
    "attempts": {"by_key": "key moment", "by_end": "expires"},
    "tokens": {"of_owner": "owner"},
    "audit_entries": {"of_event": "event at", "by_time": "at"},
    "version_choices": {"of_dataset": "dataset id"},
    "erasures": {"of_dataset": "dataset id"},
    "staged_files": {"of_owner": "owner at"},
    "deployments": {"of_dataset": "dataset id"},
    "marks": {"of_dataset": "dataset id"},
    "segment_names": {"of_dataset": "dataset id"},
    "jobs": {"by_state": "state number", "equal": "equal number", "claimed": "claim"},
    "saved_views": {"of_owner": "dataset owner"},
    "page_notes": {"of_state": "dataset page state"},
    "weekly_reports": {"due": "due"},
}


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True)


def _keys(names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, primary_key=True) for name in names.split()]


def _texts(names: str, *, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=null) for name in names.split()]


def _whole(names: str, *, null: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=null) for name in names.split()]


def _many(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _reals(names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double, nullable=False) for name in names.split()]
