"""Several files that belong together become one table, and what does not fit is counted and told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.read import read_customers
from core.datasets.intake import Proposal
from core.datasets.templates import template_of
from core.datasets.together import propose_together
from core.datasets.told import told
from core.numbers import plain
from core.schema.column_guess import Role
from core.schema.decisions import choices_of
from core.schema.grain import Grain


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path


def customers(count: int = 80, first: int = 1000) -> pd.DataFrame:
    draw = np.random.default_rng(first)
    return pd.DataFrame(
        {
            "customer_id": [f"C{first + n}" for n in range(count)],
            "Age": draw.integers(18, 80, count),
            "Income": draw.integers(10_000, 90_000, count),
            "City": draw.choice(["Rome", "Oslo"], count),
        }
    )


def orders(who: list[str], first: int = 500) -> pd.DataFrame:
    """Three orders of each, on three days; of one euro and a half, two and a half, and three and a half."""
    rows = [(one, number) for one in who for number in range(3)]
    days = [f"{1 + 5 * place % 28:02}.{1 + place % 11:02}.2024" for place in range(len(rows))]
    return pd.DataFrame(
        {
            "Order No": range(first, first + len(rows)),
            "Customer": [one for one, _ in rows],
            "Order date": days,
            "Amount": [f"{1 + number},50" for _, number in rows],
        }
    )


def kept(frame: pd.DataFrame, file: Path, sep: str = ",") -> Path:
    frame.to_csv(file, index=False, sep=sep)
    return file


def asked(folder: Path, *files: Path, said: tuple[str, ...] = ()) -> Proposal:
    into = folder / "into"
    into.mkdir(exist_ok=True)
    return propose_together(files, into, max_mb=20, choices=choices_of(said))


def table(found: Proposal) -> pd.DataFrame:
    """The customers of the file of the dataset, by the headings that the page shows."""
    assert found.refused == ""
    if found.file.suffix == ".csv":
        frame = pd.read_csv(found.file, dtype=str, keep_default_na=False)
        return frame.set_index(frame.columns[0])
    frame = read_customers(found.file, found.schema, template_of(found.schema)).frame
    return frame.set_index("ID").rename(columns=found.schema.label)


def problems(found: Proposal) -> list[str]:
    return [plain(one.what) for one in found.problems]


@pytest.fixture
def shop(folder) -> tuple[Path, Path]:
    """Of 80 customers the last 20 ordered nothing; two who ordered are nobody."""
    known = customers()
    sold = orders([*known["customer_id"][:60], "X1", "X2"])
    return kept(known, folder / "customers.csv"), kept(sold, folder / "orders.csv", ";")


@pytest.mark.parametrize("turned", [False, True], ids=["customers first", "orders first"])
def test_customers_get_what_their_orders_add_up_to_and_orphans_are_counted_both_ways(shop, folder, turned):
    found = asked(folder, *(reversed(shop) if turned else shop))
    joined, whole = found.joined, table(found)
    assert (len(whole), found.guessed.grain) == (80, Grain.CUSTOMERS)
    assert whole.loc["C1000", ["Purchases", "Total spent", "First order"]].tolist() == [
        3,
        7.5,
        pd.Timestamp("2024-01-01"),
    ]
    assert whole.loc["C1070", ["Purchases", "Total spent", "RFM group"]].tolist() == [0, 0, "No orders"]
    assert np.isnan(whole.loc["C1070", "Recency"])
    assert joined["key"] == {"left": "customer_id", "right": "Customer", "spelling": True}
    assert (joined["matched"], joined["left"]["rows"], joined["right"]["rows"]) == (60, 80, 186)
    assert joined["orphans"]["left"] == {
        "rows": 20,
        "keys": 20,
        "examples": ("C1060", "C1061", "C1062"),
        "kept": True,
    }
    assert joined["orphans"]["right"] == {"rows": 6, "keys": 2, "examples": ("X1", "X2"), "kept": False}
    assert any(one.startswith("20 customers of 80 in customers.csv have no order") for one in problems(found))
    assert any(
        one.startswith("6 rows of 186 in orders.csv name 2 customers not in") for one in problems(found)
    )


def test_currencies_that_are_mixed_in_the_orders_are_told_beside_customers(folder):
    known = customers()
    sold = orders([*known["customer_id"]])
    sold = sold.assign(Currency=["USD" if place % 9 == 0 else "EUR" for place in range(len(sold))])
    found = asked(folder, kept(known, folder / "customers.csv"), kept(sold, folder / "orders.csv", ";"))
    assert any(one.startswith("orders.csv: Currency: amounts are in EUR and USD") for one in problems(found))


def test_the_joined_file_is_read_as_its_parts_and_builds_segments_on_both(shop, folder):
    found = asked(folder, *shop)
    roles = {one.column: one.role for one in found.guessed.columns}
    assert {name for name, one in roles.items() if one is Role.BASIS} == {
        "Age",
        "Income",
        "Recency",
        "Purchases",
    }
    assert roles["Total spent"] is Role.VALUE
    schema = found.schema
    read = read_customers(found.file, schema, template_of(schema))
    assert read.frame["Total_Spent"].sum() == 60 * 7.5
    assert read.frame["Recency_Days"].isna().sum() == 20


def test_who_is_only_in_one_file_is_counted_or_left_out_as_said(shop, folder):
    whole = table(asked(folder, *shop, said=("=without-match-left-out", "=unknown-customers-counted")))
    assert len(whole) == 62
    assert whole.loc["X1", "Purchases"] == 3
    assert np.isnan(whole.loc["X1", "Age"])
    assert "C1070" not in whole.index


def test_orders_by_address_are_of_customers_by_number(folder):
    known = customers().assign(Email=[f"ada{n}@example.org" for n in range(80)])
    sold = orders([*known["Email"][:60].str.upper(), "x@example.org"]).rename(columns={"Customer": "Email"})
    found = asked(folder, kept(known, folder / "customers.csv"), kept(sold, folder / "orders.csv"))
    whole = table(found)
    assert whole.loc["C1000", "Total spent"] == 7.5
    assert whole["Purchases"].sum() == 180


def test_a_key_can_be_named_from_either_side_and_one_that_is_none_is_refused(shop, folder):
    assert asked(folder, *shop, said=("=key:Customer=customer_id",)).joined["matched"] == 60
    refused = asked(folder, *shop, said=("=key:Nobody=customer_id",)).refused
    assert refused.startswith("Found the key 'Nobody=customer_id'. Expected a column of each of two tables")


def numbered(count: int, form: str) -> list[str]:
    return [form.format(n) for n in range(1, count + 1)]


def test_zeros_before_keys_are_ignored_where_one_file_lacks_them_and_it_is_said(folder):
    known = customers(50).assign(customer_id=numbered(50, "{}"))
    streets = pd.DataFrame({"Kundennr": numbered(40, " {:05}"), "Ort": ["Ulm"] * 40, "City": ["Rome"] * 40})
    files = kept(known, folder / "kunden.csv"), kept(streets, folder / "adressen.csv")
    found = asked(folder, *files)
    assert (found.joined["matched"], found.joined["key"]["spelling"]) == (40, False)
    spelling = next(one for one in found.decisions if one.what == "spelling of keys")
    assert (spelling.chosen, spelling.others, spelling.rows) == ("zeros-ignored", ("zeros-count",), 40)
    assert table(found).columns.tolist()[-2:] == ["Ort", "City (adressen)"]
    assert asked(folder, *files, said=("=zeros-count",)).joined["matched"] == 0


def test_few_keys_that_differ_by_zeros_are_no_match_and_told_and_never_where_both_are_there(folder):
    ids = ["1", "7", *numbered(50, "{:05}")[2:]]
    streets = pd.DataFrame({"Kundennr": numbered(50, "{:05}"), "Ort": ["Ulm", "Bonn"] * 25})
    other = kept(streets, folder / "adressen.csv")
    one = ["1", *numbered(50, "{:05}")[1:]]
    found = asked(folder, kept(customers(50).assign(customer_id=one), folder / "kunden.csv"), other)
    assert found.joined["matched"] == 49
    assert any(
        "One customer of kunden.csv would be in adressen.csv if zeros" in said for said in problems(found)
    )
    both = asked(
        folder,
        kept(customers(50).assign(customer_id=ids), folder / "beide.csv"),
        other,
        said=("=zeros-ignored",),
    )
    assert both.joined["matched"] == 48
    assert any("since one of the files has both spellings" in said for said in problems(both))


def test_rows_of_another_table_come_beside_and_columns_of_both_are_once_if_they_are_the_same(folder):
    known = customers(40)
    more = known[["customer_id", "City"]].assign(Income=known["Income"] + 1, Visits=range(40)).iloc[::-1]
    more = pd.concat([more, more.iloc[:1].assign(Visits=99)])
    found = asked(folder, kept(known, folder / "customers.csv"), kept(more, folder / "visits.csv"))
    whole = table(found)
    assert whole.columns.tolist() == ["Age", "Income", "City", "Income (visits)", "Visits"]
    assert whole["Visits"].tolist() == [str(n) for n in range(40)]
    assert (found.joined["once"], found.joined["apart"]) == (["City"], {"Income": "Income (visits)"})
    assert any(
        "One row in visits.csv with a customer_id that an earlier one has" in one for one in problems(found)
    )


def test_months_of_one_shape_are_one_file_of_orders_in_whatever_order_their_columns_are(folder):
    who = list(customers()["customer_id"])
    one, two = orders(who[:40]), orders(who[30:], first=5000)
    two = pd.concat([two, one.iloc[:4]])[["Amount", "Customer", "Order No", "Order date"]]
    files = kept(one, folder / "orders_01.csv", ";"), kept(two, folder / "orders_02.csv")
    found = asked(folder, *files)
    assert (found.guessed.grain, found.raw.rows, len(found.read.frame)) == (Grain.ORDERS, 274, 80)
    assert found.joined["appended"] == [
        {
            "files": [{"file": "orders_01.csv", "rows": 120}, {"file": "orders_02.csv", "rows": 154}],
            "repeated": 4,
        }
    ]
    assert (
        plain(found.notes[0])
        == "Put together from 2 files with the same headings: 120 from orders_01.csv and 154 from orders_02.csv."
    )
    assert found.schema.lines
    known = kept(customers(), folder / "customers.csv")
    assert asked(folder, files[0], known, files[1]).joined["matched"] == 80


def test_customers_of_two_regions_are_one_table_and_who_is_in_both_alike_is_counted_once(folder):
    north, south = customers(40), customers(40, first=3000)
    south = pd.concat([south, north.iloc[:3]])
    found = asked(folder, kept(north, folder / "north.csv"), kept(south, folder / "south.csv"))
    assert len(table(found)) == 80
    assert "3 rows are the same as another, of the same file or another: counted once." in problems(found)
    again = pd.concat([south, south.iloc[:1]])
    found = asked(folder, folder / "north.csv", kept(again, folder / "south.csv"))
    assert "4 rows are the same as another, of the same file or another: counted once." in problems(found)


def test_what_was_done_to_read_each_file_is_told_with_its_name_and_rows_that_name_nobody(folder):
    known = kept(customers(40), folder / "customers.csv")
    more = pd.DataFrame({"customer_id": [*WHO[:40], ""], "Visits": range(41)})
    file = kept(more, folder / "visits.csv")
    file.write_text("Visits of the year,\n" + file.read_text())
    found = asked(folder, known, file)
    assert any(one.startswith("visits.csv: One line above the header, left out") for one in found.notes)
    assert "One row in visits.csv without a customer_id: left out." in problems(found)


def other_dates(frame: pd.DataFrame) -> pd.DataFrame:
    days = pd.to_datetime(frame["Order date"], format="%d.%m.%Y").dt.strftime("%m.%d.%Y")
    return frame.assign(**{"Order date": days})


WHO = list(customers()["customer_id"])
REFUSED = {
    "another column": (orders(WHO), orders(WHO).assign(Discount=1), "while one.csv has no Discount"),
    "days and months turned round": (orders(WHO), other_dates(orders(WHO)), "values of Order date that mean something else"),
    "two states of the same": (customers(), customers().assign(Age=30), "customers in more than one of these files"),
    "nothing in common": (customers(), pd.DataFrame({"Product": numbered(30, "P{}"), "Stock": range(30)}), "no column that names the same customers in both"),
    "several rows each and no date": (customers(), pd.DataFrame({"customer_id": WHO * 3, "Score": range(240)}), "240 rows for 80 different customer_id in two.csv"),
    "several rows in both": (
        pd.DataFrame({"customer_id": WHO * 2, "Score": range(160)}),
        pd.DataFrame({"customer_id": WHO * 3, "Channel": ["a", "b", "c"] * 80, "Note": ["x"] * 240}),
        "160 rows of 80 different customer_id in one.csv and 240 rows of 80 different customer_id in two.csv",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_belong_together_is_refused_with_what_was_found(name, folder):
    one, two, said = REFUSED[name]
    found = asked(folder, kept(one, folder / "one.csv", ";"), kept(two, folder / "two.csv", ";"))
    assert said in plain(found.refused)
    assert "Expected" in found.refused
    assert found.schema is None


def test_numbers_of_rows_are_no_key_since_anything_counted_is_among_them(folder):
    known = customers(60).assign(customer_id=range(1, 61)).rename(columns={"customer_id": "Number"})
    other = pd.DataFrame({"Product": numbered(30, "P{}"), "Stock": range(1, 31)})
    assert "no column that names the same" in asked(folder, kept(known, folder / "people.csv"), kept(other, folder / "stock.csv")).refused  # fmt: skip


def test_the_tables_of_a_zip_are_put_together_and_what_does_not_belong_is_told(shop, folder):
    with zipfile.ZipFile(folder / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for one in shop:
            archive.write(one, f"shop/{one.name}")
        archive.writestr("shop/stock.csv", "Product,Stock\n" + "".join(f"P{n},{n}\n" for n in range(30)))
    found = asked(folder, folder / "export.zip")
    assert found.joined["matched"] == 60
    assert any(one.startswith("Left out: customers.csv and stock.csv") for one in problems(found))


def test_tables_of_a_zip_unpack_no_further_together_than_one_file_may(folder):
    with zipfile.ZipFile(folder / "large.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for one in ("a.csv", "b.csv"):
            archive.writestr(one, "ID,Age\n" + "".join(f"{n * n},{n % 90}\n" for n in range(50_000)))
    found = propose_together([folder / "large.zip"], folder, max_mb=1)
    assert "found an archive that unpacks to more than 1 MB" in plain(found.refused)


def test_an_archive_of_very_many_tables_is_refused_before_they_are_read(folder):
    with zipfile.ZipFile(folder / "many.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(61):
            archive.writestr(f"{n}.csv", "no table")
    assert "found 61 tables. Expected at most 60." in plain(asked(folder, folder / "many.zip").refused)


def test_the_sheets_of_a_workbook_are_put_together_where_somebody_says_so(folder):
    known = customers(60)
    more = known[["customer_id"]].assign(Visits=range(60))
    book = folder / "book.xlsx"
    with pd.ExcelWriter(book) as writer:
        known.to_excel(writer, sheet_name="Customers", index=False)
        more.to_excel(writer, sheet_name="Visits", index=False)
    alone = asked(folder, book)
    assert (alone.joined, "joined" in told(alone)) == (None, False)
    sheet = next(one for one in alone.decisions if one.what == "sheet")
    assert "sheets:together" in sheet.others
    found = asked(folder, book, said=("=sheets:together",))
    assert (found.joined["left"]["file"], found.joined["right"]["file"]) == ("Customers", "Visits")
    assert table(found)["Visits"].tolist() == [str(n) for n in range(60)]


def test_markup_and_nul_in_keys_are_text(folder):
    known = customers(40)
    known.loc[3, "customer_id"] = "<script>alert(1)</script>"
    ids = [*known["customer_id"][:30], "<b>x</b>"]
    more = pd.DataFrame({"customer_id": ids, "Visits": range(31)})
    file = kept(more, folder / "visits.csv")
    file.write_bytes(file.read_bytes().replace(b"C1001", b"C10\x0001"))
    found = asked(folder, kept(known, folder / "customers.csv"), file)
    assert found.joined["matched"] == 30
    assert table(found).loc["<script>alert(1)</script>", "Visits"] == "3"
    assert found.joined["orphans"]["right"]["examples"] == ("<b>x</b>",)
