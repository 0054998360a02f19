from __future__ import annotations

import pytest

from core.datasets import staged as work
from core.services import create_services


@pytest.fixture(scope="module")
def services(settings, app):
    """Another process's, as the worker's are."""
    return create_services(settings)


@pytest.fixture
def files(services):
    """Where files wait; those that a test brought go with it."""
    found = work.of(services)
    yield found
    for one in (*found.of("ada-admin"), *found.of("vera-viewer")):
        found.drop(one)
