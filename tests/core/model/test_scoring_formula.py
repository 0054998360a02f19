"""The model in a spreadsheet gives every customer the segment that the pipeline gives, by a spreadsheet's own engine."""

from __future__ import annotations

import ironcalc
import numpy as np
import pandas as pd
import pytest

from core.model.curves import Curve, Shape
from core.model.scoring_formula import CONTINENTAL, ENGLISH, TYPICAL, as_formula, as_text, as_workbook
from core.model.space import Space
from core.scoring.prediction import score

NAMES = {1: "=1+1", 2: "Second", 3: "https://third", 4: "4", 5: "5", 6: "6"}


@pytest.fixture(scope="module")
def customers(model) -> pd.DataFrame:
    found = model.table[["ID", *model.space.basis, "Segment"]]
    assert found[list(model.space.basis)].isna().any(axis=None), "there are gaps"
    return found


def test_the_workbook_agrees_about_customers_with_and_without_gaps(model, customers, tmp_path):
    with_gaps = customers.isna().any(axis=1)
    customers = pd.concat([customers[with_gaps], customers[~with_gaps][:300]])
    labels = [model.schema.label(name) for name in model.space.basis]
    (tmp_path / "model.xlsx").write_bytes(as_workbook(model.space, labels, NAMES, rows=len(customers)))
    book = ironcalc.load_from_xlsx(str(tmp_path / "model.xlsx"), "en", "UTC")
    assert [book.get_cell_value(0, 1, column) for column in (1, 2, 10)] == ["Customer", labels[0], "Name"]
    assert book.get_cell_value(0, 2, 1) == TYPICAL
    for place, row in enumerate(customers.drop(columns="Segment").to_numpy(dtype=object), start=2):
        for column, value in enumerate(row, start=1):
            if pd.isna(value):
                book.clear_cell_contents(0, place, column)
            else:
                book.update_cell_with_number(0, place, column, float(value))
    book.evaluate()
    column = len(labels) + 2
    found = [book.get_cell_value(0, place, column) for place in range(2, len(customers) + 2)]
    assert found == customers["Segment"].tolist()
    named = {book.get_cell_value(0, place, column + 1) for place in range(2, len(customers) + 2)}
    assert named == set(NAMES.values()), "names are text, whatever they look like"


def test_the_formula_agrees_about_every_customer(model, customers):
    book = ironcalc.create("model", "en", "UTC")
    for place, row in enumerate(customers.drop(columns=["ID", "Segment"]).to_numpy(dtype=float), start=2):
        for column, value in enumerate(row, start=2):
            if not np.isnan(value):
                book.update_cell_with_number(0, place, column, float(value))
        book.set_user_input(0, place, 12, as_formula(model.space, row=place))
    book.evaluate()
    found = [book.get_cell_value(0, place, 12) for place in range(2, len(customers) + 2)]
    assert found == customers["Segment"].tolist()


def test_below_zero_a_curve_goes_on_and_a_logarithm_ends_as_the_model_has_it(tmp_path):
    curves = (Curve(Shape.LOGARITHM), Curve(Shape.YEO_JOHNSON, 0.3), Curve(Shape.YEO_JOHNSON, 2.0))
    centres = np.array([[0.0] * 3, [2.0, -1, -1]])
    space = Space(tuple("ABC"), np.zeros(3), np.full(3, -0.5), np.ones(3), centres, curves)
    values = np.random.default_rng(1).normal(0, 4, size=(200, 3))
    wanted = score(space, values).segment.tolist()
    (tmp_path / "model.xlsx").write_bytes(as_workbook(space, list("ABC"), {1: "One", 2: "Two"}))
    book = ironcalc.load_from_xlsx(str(tmp_path / "model.xlsx"), "en", "UTC")
    for place, row in enumerate(values.tolist(), start=2):
        for column, value in enumerate(row, start=2):
            book.update_cell_with_number(0, place, column, value)
        book.update_cell_with_text(0, place, 1, "somebody")
        book.set_user_input(0, place, 9, as_formula(space, row=place))
    book.evaluate()
    assert [[book.get_cell_value(0, place, column) for place in range(2, 202)] for column in (5, 9)] == [
        wanted,
        wanted,
    ]


def test_who_stands_between_two_is_in_the_first_and_signs_are_of_the_country():
    centres = np.array([[1.0, 0.0], [-1.0, 0.0]])
    space = Space(("A", "B"), np.array([0.5, 1e-7]), np.array([0.0, -0.1]), np.ones(2), centres)
    book = ironcalc.create("model", "en", "UTC")
    for row, value in ((2, 0.0), (3, -3.0), (4, "none")):
        if isinstance(value, str):
            book.update_cell_with_text(0, row, 2, value)
        else:
            book.update_cell_with_number(0, row, 2, value)
        book.set_user_input(0, row, 9, as_formula(space, row=row))
    book.evaluate()
    assert [book.get_cell_value(0, row, 9) for row in (2, 3, 4)] == [1, 2, 1]
    english, german = (as_formula(space, signs=signs) for signs in (ENGLISH, CONTINENTAL))
    assert german.replace(",", ".").replace(";", ",") == english
    assert as_text(space, ["Age", "Income"], {1: "One", 2: "Two"}).count("=LET(") == 2


def test_a_formula_that_is_too_long_for_excel_says_so():
    draw = np.random.default_rng(1)
    basis, centres = tuple(f"F{place}" for place in range(25)), draw.normal(size=(12, 25))
    space = Space(basis, *draw.normal(size=(3, 25)), centres)
    assert "take the workbook there" in as_text(space, basis, {1: "One"})
