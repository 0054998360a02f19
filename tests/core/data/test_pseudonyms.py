"""Addresses that name customers are codes, the same wherever the customer is."""

from __future__ import annotations

import pyarrow as pa

from core.data.people import People
from core.data.pseudonyms import pseudonym, pseudonyms
from core.data.read import read_customers
from core.datasets.intake import propose
from core.datasets.templates import template_of


def test_the_code_of_an_address_does_not_tell_it_and_is_the_same_however_it_is_written():
    code = pseudonym("Ana.Kim@mail.example")
    assert code == pseudonym(" ana.kim@MAIL.example")
    assert "ana" not in code
    assert "@" not in code
    assert pseudonyms(pa.chunked_array([["Ana.Kim@mail.example", "K-7"]])).to_pylist() == [code, "K-7"]


def test_a_customer_is_found_by_the_address_that_no_table_holds(tmp_path):
    rows = "".join(f"p{n}@mail.example,{20 + n},{n * 7 % 40 + 0.5},{n % 6}\n" for n in range(40))
    file = tmp_path / "members.csv"
    file.write_text(f"E-mail,Age,Spent,Visits\n{rows}", encoding="utf-8")
    schema = propose(file, max_mb=5).schema
    frame = read_customers(file, schema, template_of(schema)).frame
    assert not frame["ID"].str.contains("@").any()
    People.write(frame, tmp_path / "people.arrow")
    people = People.open(tmp_path / "people.arrow", schema)
    assert people.place("P7@mail.example") == 7
    assert people.place(str(frame["ID"][7])) == 7
