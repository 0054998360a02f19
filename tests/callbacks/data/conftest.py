from __future__ import annotations

import pytest
from sqlalchemy import delete

from core.datasets import staged as work
from core.jobs.queue import State
from core.services import create_services
from core.store.arriving_files import ArrivingFiles
from core.store.tables import jobs


@pytest.fixture(scope="module")
def services(settings, app):
    """Another process's, as the worker's are."""
    return create_services(settings)


@pytest.fixture(scope="module", autouse=True)
def nothing_else_waits(services):
    """Workers of these tests do what these tests ask for, not the evidence that pages before them asked for."""
    services.database.change(delete(jobs).where(jobs.c.state == State.WAITING))


@pytest.fixture
def files(services):
    """Where files wait; those that a test brought go with it."""
    found = work.of(services)
    yield found
    arriving = ArrivingFiles(found)
    for one in (*found.of("ada-admin"), *found.of("vera-viewer"), *arriving.of("ada-admin")):
        found.drop(one.id)
