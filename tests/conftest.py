"""What several tests share: the real file, where there is one, and the sample."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REAL_FILE = ROOT.parent / "shared" / "data" / "customer_segmentation.csv"


@pytest.fixture(scope="session")
def real_file() -> Path:
    """The real customer file; tests that need it skip where it is not."""
    if not REAL_FILE.exists():
        pytest.skip("the real customer file is not on this machine")
    return REAL_FILE
