"""Two files as one: read again, it is what was joined."""

from __future__ import annotations

import pandas as pd
import pytest

from core.data.read import read_customers
from core.datasets import joined
from core.datasets.catalogue import Dataset
from core.datasets.templates import PERSONALITY
from core.errors import DataError
from core.schema.schema import Template
from core.settings import ROOT
from tests.datasets.tables import TABLES

SAMPLE = pd.read_csv(ROOT / "data" / "customers.csv", dtype=str)
NAMED = {name: make() for name, make in TABLES.items() if name != "wholesale"}


@pytest.mark.parametrize("name", [*NAMED, "personality"])
def test_a_joined_file_is_read_as_what_was_joined(tmp_path, name):
    frame = SAMPLE if name == "personality" else NAMED[name].frame
    schema = PERSONALITY if name == "personality" else NAMED[name].schema
    dataset = Dataset("any", "Any", tmp_path / "whole.csv", tmp_path, schema)
    for part, rows in {"whole": frame, "half": frame.iloc[::2]}.items():
        rows.to_csv(tmp_path / f"{part}.csv", index=False)
    whole, half = (
        read_customers(tmp_path / f"{part}.csv", schema, dataset.template) for part in ("whole", "half")
    )
    found = joined.write(joined.by_key(whole, half), tmp_path / "joined.csv", dataset, max_mb=10)
    assert found.frame["ID"].astype(str).tolist() == whole.frame["ID"].astype(str).tolist()
    pd.testing.assert_frame_equal(
        found.frame[whole.frame.columns], whole.frame, check_dtype=False, check_like=True
    )


def test_three_decimals_are_not_read_as_thousands(tmp_path):
    telecom = NAMED["telecom"]
    dataset = Dataset("any", "Any", tmp_path / "x.csv", tmp_path, telecom.schema)
    amounts = [f"{n % 90 + 1}.125" for n in range(len(telecom.frame))]
    telecom.frame.assign(MonthlyCharges=amounts).to_csv(tmp_path / "x.csv", index=False)
    read = read_customers(tmp_path / "x.csv", telecom.schema, Template())
    read.frame["MonthlyCharges"] = [float(one) for one in amounts]
    found = joined.write(read.frame, tmp_path / "joined.csv", dataset, max_mb=10)
    assert found.frame["MonthlyCharges"].max() < 100


def test_what_would_be_read_otherwise_is_refused(tmp_path):
    cards = NAMED["cards"]
    dataset = Dataset("any", "Any", tmp_path / "x.csv", tmp_path, cards.schema)
    cards.frame.to_csv(tmp_path / "x.csv", index=False)
    read = read_customers(tmp_path / "x.csv", cards.schema, Template())
    with pytest.raises(DataError, match="a joined file can't hold"):
        joined.write(
            read.frame.assign(BALANCE=read.frame["BALANCE"].mask(read.frame.index == 0, 1e13)),
            tmp_path / "joined.csv",
            dataset,
            max_mb=10,
        )
