"""What columns tell of one another."""

import numpy as np
import pandas as pd

from core.schema.facts import Facts, Form
from core.schema.relations import _correlations, copies

DRAWN = np.random.default_rng(0)


def test_many_columns_are_compared_at_once_over_the_rows_that_two_share():
    columns = {name: DRAWN.normal(size=300) for name in "abc"}
    columns |= {
        "d": 3 * columns["a"] + 1,
        "e": np.exp(columns["b"]),
        "f": np.full(300, np.nan),
        "g": np.ones(300),
    }
    columns["h"] = np.where(np.arange(300) < 250, np.nan, columns["c"])
    columns["i"] = 1e9 + columns["a"]
    facts = [Facts(name, Form.NUMBER, values) for name, values in columns.items()]
    expected = pd.DataFrame(columns).corr().abs().fillna(0)
    np.testing.assert_allclose(_correlations(facts), expected, atol=1e-6)
    assert copies(facts) == {"d": "a", "e": "b", "h": "c", "i": "a"}
