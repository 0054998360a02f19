"""Tables that tests share: they are made once, and an empty database is a copy of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.store import database
from core.store.files import private_folder


@pytest.fixture(scope="session", autouse=True)
def shared_tables(tmp_path_factory):
    """No process of a run takes the steps of all migrations more than once in SQLite."""
    made, plain = tmp_path_factory.mktemp("tables") / database.NAME, database._sqlite
    engine = plain(made)
    with database.Database(engine).changing() as connection:
        database.migrate(connection)
    engine.dispose()

    def copied(path: Path) -> Engine:
        if not path.exists():
            shutil.copy(made, private_folder(path.parent) / path.name)
        return plain(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_sqlite", copied)
        yield
