"""Categories that mean the same are told from those that only look alike."""

import numpy as np
import pytest

from core.schema.facts import Facts, Form
from core.schema.same_words import same


def of(counts: dict[str, int]) -> Facts:
    texts = (*counts,)
    values = np.repeat(np.arange(len(texts), dtype=float), list(counts.values()))
    return Facts("x", Form.TEXT, values, texts, len(texts))


@pytest.mark.parametrize(
    ("counts", "meant"),
    [
        ({"Female": 50, "Male": 40, "F": 3, "M": 2, "Femal": 1, "U": 4}, {"F": "Female", "M": "Male", "Femal": "Female"}),
        ({"CC": 9, "Credit Card": 30, "COD": 8, "Cash on Delivery": 5}, {"CC": "Credit Card", "COD": "Cash on Delivery"}),
        ({"credit-card": 3, "Credit card": 30, "cash": 9}, {"credit-card": "Credit card"}),
        ({"NSW": 9, "New South Wales": 3, "VIC": 8, "Victoria": 2}, {"NSW": "New South Wales", "VIC": "Victoria"}),
        ({"Trier": 90, "Treir": 2, "Bonn": 50}, {"Treir": "Trier"}),
    ],
)  # fmt: skip
def test_what_is_misspelt_or_shortened_means_the_word_that_is_common(counts, meant):
    assert same(of(counts)) == meant


@pytest.mark.parametrize(
    "counts",
    [
        {"Engineer II": 90, "Engineer III": 3},
        {"Level 1": 90, "Level 2": 3},
        {"A": 40, "AB": 9, "B": 30, "Bronze": 9},
        {"Vienna": 40, "Vienne": 30},
        {"typical": 90, "atypical": 3},
        {"A+": 9, "A-": 9, "A": 30},
        {"S": 9, "M": 9, "Large": 9, "L": 9},
    ],
)
def test_what_only_looks_alike_means_its_own(counts):
    assert same(of(counts)) == {}
