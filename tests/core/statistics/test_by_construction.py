"""Which figures a choice of customers decides by itself."""

import pytest

from core.crossfilter.table import Clause, Selection
from core.statistics.by_construction import Chosen, by_construction, chosen_by
from tests.support.personality import BASIS, PERSONALITY


@pytest.mark.parametrize(
    ("name", "basis", "made"),
    [
        ("Income", BASIS, True),
        ("MntWines", BASIS, True),
        ("MntWines", ["Age"], False),
        ("Total_Purchases", ["NumWebPurchases"], True),
        ("NumCatalogPurchases", BASIS, False),
        ("Response", BASIS, False),
    ],
)
def test_a_field_differs_by_construction_if_it_is_in_the_basis_or_shares_a_sum_with_it(name, basis, made):
    assert by_construction(name, basis, PERSONALITY) == made


@pytest.mark.parametrize(
    ("filters", "name", "chosen"),
    [
        ([], "Income", None),
        (["Income"], "Income", Chosen.BY_FIELD),
        (["Income"], "Response", None),
        (["Income"], "Total_Spending", None),
        (["MntWines"], "Total_Spending", Chosen.BY_PART),
        (["Campaign_Acceptance"], "Response", Chosen.BY_PART),
        (["MntWines_log"], "MntWines", Chosen.BY_FIELD),
        (["Segment"], "Total_Spending", Chosen.BY_SEGMENT),
        (["Segment"], "Response", None),
        (["Segment", "Response"], "Response", Chosen.BY_FIELD),
    ],
)
def test_a_figure_is_decided_by_filters_on_itself_on_parts_of_it_and_on_what_was_made_from_it(
    model, filters, name, chosen
):
    clauses = tuple(Clause(field, frozenset([0])) for field in filters)
    selection = Selection(model.crossfilter.axes, clauses)
    assert chosen_by(selection, name, model.card.parameters.basis, model.schema) == chosen


def test_a_date_decides_the_days_that_are_reckoned_from_it(model):
    selection = model.crossfilter.selection("Dt_Customer=last:90")
    assert chosen_by(selection, "Customer_Tenure", (), model.schema) == Chosen.BY_FIELD
    assert chosen_by(selection, "Income", (), model.schema) is None
