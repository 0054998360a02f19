"""Why customers are in another segment, in words."""

from __future__ import annotations

from core.datasets.migration_told import reason
from core.model.kin import Flow
from core.numbers import Numbers
from tests.support.personality import PERSONALITY


def test_customers_who_changed_while_their_median_did_not_are_not_said_to_go_from_it_to_itself():
    flow = Flow(1, 2, 11, "changed", "Income", 12_906.0, 12_906.0)
    assert reason(flow, PERSONALITY, Numbers()) == (
        "They changed, most in Income, though not its median (12,906)."
    )
    assert "from 12,906 to 13,000" in reason(
        Flow(1, 2, 11, "changed", "Income", 12_906.0, 13_000.0), PERSONALITY, Numbers()
    )
