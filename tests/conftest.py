"""What several tests share: the real file, where there is one, and the sample."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.accounts.attempts import LIMITS
from core.settings import Settings
from core.store.database import Database, opened
from tests.support.compiled import compiled_once
from tests.support.fits import fitted_anew, shared_fits
from tests.support.forks import pytest_addoption, pytest_collection, pytest_runtestloop
from tests.support.postgresql import Cluster, cluster, settled
from tests.support.tables import shared_tables

__all__ = [
    "compiled_once",
    "fitted_anew",
    "pytest_addoption",
    "pytest_collection",
    "pytest_runtestloop",
    "shared_fits",
    "shared_tables",
]

ROOT = Path(__file__).resolve().parent.parent
REAL_FILE = ROOT.parent / "shared" / "data" / "customer_segmentation.csv"


@pytest.fixture(scope="session")
def real_file() -> Path:
    """The real customer file; tests that need it skip where it is not."""
    if not REAL_FILE.exists():
        pytest.skip("the real customer file is not on this machine")
    return REAL_FILE


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server; tests that need one skip where there is none."""
    with cluster() as running:
        if running is None:
            pytest.skip("there is no PostgreSQL on this machine")
        yield running


@pytest.fixture
def few_guesses(monkeypatch):
    """Who may be wrong how often, in the same order as in the product, but sooner: what is done then is the same."""
    for name, amount in {
        "account": 4,
        "device": 4,
        "address": 9,
        "name": 12,
        "network": 12,
        "sign-up": 24,
    }.items():
        monkeypatch.setattr(LIMITS[name].rate, "amount", amount)


@pytest.fixture
def where(request, tmp_path) -> Settings:
    """Settings of an empty home, with the database that `tests.support.postgresql.BOTH` asks for, else SQLite."""
    kind = getattr(request, "param", "sqlite")
    return settled(
        tmp_path, None if kind == "sqlite" else getattr(request.getfixturevalue("postgresql"), kind)()
    )


@pytest.fixture
def database(where) -> Iterator[Database]:
    """An empty database."""
    found = opened(where)
    yield found
    found.close()
