"""Numbers with a unit behind each are numbers, of that unit and no other."""

from __future__ import annotations

import pytest

from core.data.read import read_customers
from core.datasets.intake import propose
from core.errors import DataError
from core.schema.schema import Template

PLACES = range(40)


def shop(tmp_path, values, name="shop.csv"):
    file = tmp_path / name
    rows = [
        f"{1000 + place};{place * 7 % 31};{place * 11 % 37};{value}" for place, value in enumerate(values)
    ]
    file.write_text("\n".join(["customer_id;visits;orders;weight", *rows]))
    return file


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{}.5 kg", "“0.5 kg” is read as 0.5, in kg, as all are."),
        ("{}.5kg", "“0.5kg” is read as 0.5, in kg, as all are."),
        ("{},5 kg", "“0,5 kg” is read as 0,5, in kg, as all are."),
        ("{}.5 years old", "“0.5 years old” is read as 0.5, in years old, as all are."),
        ("{}.5 Sterne", "“0.5 Sterne” is read as 0.5, in sterne, as all are."),
    ],
)
def test_a_unit_that_all_have_is_told_and_taken_off(written, told, tmp_path):
    found = propose(shop(tmp_path, [written.format(place) for place in PLACES]), max_mb=50)
    assert found.read.frame["Weight"].tolist() == [place + 0.5 for place in PLACES]
    assert f"weight: {told}" in [one.told for one in found.decisions]


def test_one_of_a_unit_and_several_are_the_same(tmp_path):
    values = [f"{place % 9} {'Monat' if place % 9 == 1 else 'Monate'}" for place in PLACES]
    assert propose(shop(tmp_path, values), max_mb=50).read.frame["Weight"].tolist() == [
        place % 9 for place in PLACES
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([f"{place} {'kg' if place % 2 else 'g'}" for place in PLACES], "Numbers in several units (g, kg): write all in one to use them."),
        ([f"{place}A" for place in PLACES], "Nearly every row has a text of its own: 40 different values in 40 rows."),
        ([f"{1 + place % 12} am" for place in PLACES], "Text with 12 different values: it describes."),
        ([f"{place // 1.5:.0f} {place % 3}" for place in PLACES], None),
    ],
)  # fmt: skip
def test_what_has_not_one_unit_is_no_number(values, said, tmp_path):
    [weight] = [
        one for one in propose(shop(tmp_path, values), max_mb=50).guessed.columns if one.column == "weight"
    ]
    assert said is None or weight.reason == said


def test_the_next_file_is_read_in_the_unit_of_the_first_and_refused_in_another(tmp_path):
    schema = propose(shop(tmp_path, [f"{place}.5 kg" for place in PLACES]), max_mb=50).schema
    plain = shop(tmp_path, [f"{place}.5" for place in PLACES], "plain.csv")
    assert read_customers(plain, schema, Template()).frame["Weight"].sum() == sum(PLACES) + 20
    grams = shop(tmp_path, [f"{place}500 g" for place in PLACES], "grams.csv")
    with pytest.raises(DataError, match=r"no readable value in Weight \('0500 g'"):
        read_customers(grams, schema, Template())
    mixed = shop(tmp_path, [f"{place} {'g' if place == 7 else 'kg'}" for place in PLACES], "mixed.csv")
    read = read_customers(mixed, schema, Template())
    assert read.frame["Weight"].sum() == sum(PLACES) - 7
    assert read.notes.unreadable["Weight"].count == 1
