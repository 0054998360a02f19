from __future__ import annotations

from core.jobs.kinds import WORK


def test_kinds_of_the_product_can_all_be_done():
    assert WORK
    assert all(callable(one.doing()) and one.title for one in WORK.values())
