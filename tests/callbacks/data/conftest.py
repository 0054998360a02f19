from __future__ import annotations

import pytest

from core.datasets import staged as work
from core.services import create_services
from core.store.arriving_files import ArrivingFiles


@pytest.fixture(scope="module")
def services(settings, app):
    """Another process's, as the worker's are."""
    return create_services(settings)


@pytest.fixture
def files(services):
    """Where files wait; those that a test brought go with it."""
    found = work.of(services)
    yield found
    arriving = ArrivingFiles(found)
    for one in (*found.of("ada-admin"), *found.of("vera-viewer"), *arriving.of("ada-admin")):
        found.drop(one.id)
