"""Who names columns gets them, and nothing else, as what segments are built on."""

import numpy as np
import pytest

from core.errors import SchemaError
from core.schema.facts import Facts, Form
from core.schema.guess import guess
from core.schema.named_basis import built_on

NUMBER = np.random.default_rng(0)
FACTS = {
    "customer_id": Facts("customer_id", Form.NUMBER, np.arange(90.0), distinct=90),
    "Income": Facts("Income", Form.NUMBER, NUMBER.normal(5e4, 9e3, 90), distinct=90),
    "visits": Facts("visits", Form.NUMBER, NUMBER.poisson(9, 90).astype(float), distinct=15),
    "grade": Facts("grade", Form.NUMBER, np.arange(90.0) % 3, distinct=3),
    "Response": Facts("Response", Form.FLAG, np.arange(90.0) % 2, texts=("0", "1"), distinct=2),
    "city": Facts("city", Form.TEXT, np.arange(90.0) % 2, texts=("A", "B"), distinct=2),
}
SCHEMA = guess(list(FACTS.values()), "customers").schema


@pytest.mark.parametrize(
    ("names", "basis"),
    [
        (["visits", "INCOME"], ("Visits", "Income")),
        (["Income", "Income"], ("Income",)),
        (["grade", "income"], ("Grade", "Income")),
    ],
)
def test_named_columns_are_the_basis_in_any_case_of_letters(names, basis):
    found = built_on(names, FACTS, SCHEMA)
    assert found.basis == basis
    assert set(found) == set(SCHEMA)
    assert all(found[name].kind.is_number for name in basis)


def test_where_nothing_could_be_told_of_a_table_named_columns_are_all_it_has():
    assert tuple(built_on(["visits", "grade"], FACTS, None)) == ("Visits", "Grade")


@pytest.mark.parametrize("name", ["nothing", "customer_id", "city", "Response"])
def test_what_is_no_quantity_or_what_segments_are_to_explain_is_refused(name):
    with pytest.raises(SchemaError):
        built_on(["Income", name], FACTS, SCHEMA)
