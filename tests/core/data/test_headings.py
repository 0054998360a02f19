"""What headings mean, as people write them."""

from __future__ import annotations

import pytest

from core.data.read import read_customers as any_customers
from core.datasets.intake import propose
from core.errors import SchemaError
from core.schema.schema import Template
from data.sample.customers import COLUMNS
from tests.core.data.files import as_csv, customers
from tests.support.personality import FIELDS, FILE_COLUMNS, HEADINGS, read_customers

MEANT = {
    "ID": ("CustomerID", "client_id", "CODE_ID", "Member number", "num_client", "Kunden-Nr.", "id_cliente"),
    "Year_Birth": ("Birth Year", "Year of birth", "Ano_Nascimento", "Geburtsjahr", "DOB", "Année de naissance"),
    "Income": ("Annual Income", "Income (EUR)", "Income [€]", "income_usd", "Renda Anual", "salario_anual_dolar"),
    "Kidhome": ("KidAtHome", "Kids at home"),
    "Dt_Customer": ("CustomerEnroll", "Enrolment date", "Data de cadastro", "date_joined"),
    "Recency": ("DaysLastPurchase", "days since last purchase", "Recência"),
    "MntWines": ("AmtLiquor", "MntCoke", "Wines", "Gasto_Vinhos", "Amount spent on wine", "Wines spending"),
    "MntGoldProds": ("MntGoldProducts", "Gold"),
    "NumWebPurchases": ("Web purchases", "Purchases on the web", "Compras_Web", "Number of web purchases"),
    "NumStorePurchases": ("StorePurchases", "NumComprasLoja"),
    "NumWebVisitsMonth": ("Web visits per month", "NumVisitasWebMes", "web_visits"),
    "AcceptedCmp3": ("Campaign 3", "AceitouCampanha3", "Accepted campaign 3"),
    "Response": ("AcceptedCmp6", "Accepted last campaign", "Resposta"),
    "Age": ("Âge", "Idade"),
    "Total_Spending": ("MntTotal", "Total spending", "Total Amount Spent"),
    "Customer_Tenure": ("Customer_Days",),
    "": ("Annual Income (k$)", "Income (thousand EUR)", "Quantity", "Order ID", "Date", "Total", "Name", "Churn"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "heading"), [(field, one) for field, all_ in MEANT.items() for one in all_]
)
def test_a_heading_means_a_field(field, heading):
    assert HEADINGS.meaning(heading) == field


def test_labels_are_understood_as_our_workbooks_have_them():
    rows = customers({}, {})
    frame = read_customers(as_csv(rows, heading=lambda name: FIELDS[name].label)).frame
    assert tuple(frame) == FILE_COLUMNS


def test_a_heading_by_its_meaning_is_told():
    read = read_customers(
        as_csv(customers({}), heading=lambda name: "Annual salary" if name == "Income" else name)
    )
    [said] = [one.sentence for one in read.notes.remarks]
    assert said == "One column read by what the heading means: 'Annual salary' as Income."


def test_the_name_itself_goes_before_a_heading_that_means_the_same():
    header = ["CustomerID", *COLUMNS, "Salary"]
    assert HEADINGS.named(header, source="file") == header


@pytest.mark.parametrize(
    "name", [*(one for one in FIELDS if FIELDS[one].derived), "Segment", "Segment_Name", "Firmness"]
)
def test_a_column_with_a_name_of_ours_stays_apart_untouched(name):
    rows = [row | {name: f"theirs {place}"} for place, row in enumerate(customers({}, {}))]
    read = read_customers(as_csv(rows, columns=(*COLUMNS, name)))
    assert read.frame[f"{name} (file)"].tolist() == ["theirs 0", "theirs 1"]
    assert name not in read.frame
    assert read.notes.extra_columns == (f"{name} (file)",)


def test_two_columns_of_one_name_that_is_not_ours_are_both_kept():
    header = [*COLUMNS, "Notes", "Notes", "notes"]
    assert HEADINGS.named(header, source="file")[-3:] == ["Notes", "Notes (2)", "notes"]


def test_two_columns_of_one_field_are_refused():
    with pytest.raises(SchemaError, match="more than one column named Income"):
        HEADINGS.named([*COLUMNS, "income"], source="file")


def test_what_no_segment_needs_may_be_missing():
    needed = (
        "Age",
        "Income",
        "Total_Spending",
        "NumWebPurchases",
        "NumStorePurchases",
        "NumWebVisitsMonth",
        "Recency",
    )
    rows = [row | {"Age": 40, "Total_Spending": 500} for row in customers({}, {}, {})]
    read = read_customers(as_csv(rows, columns=needed))
    assert read.frame["ID"].tolist() == [1, 2, 3]
    assert read.frame[["Education", "Response", "MntWines", "Dt_Customer"]].isna().all(axis=None)
    said = {one.name: one.sentence for one in read.notes.remarks}
    assert (
        said["no_id"] == "The file has no column for an ID: customers are called by the number of their row."
    )
    assert "nothing on Education, Marital status" in said["absent"]


@pytest.mark.parametrize("column", ["Income", "Recency", "NumWebPurchases", "MntWines", "Year_Birth"])
def test_what_segments_need_may_not(column):
    columns = [one for one in COLUMNS if one != column]
    with pytest.raises(SchemaError, match=f"no column for .*{column}"):
        read_customers(as_csv(customers({}), columns=columns))


@pytest.mark.parametrize(
    "heading", ["Recency (weeks)", "Recency [Monate]", "MntWines (%)", "Income (monthly)", "Income (log)"]
)
def test_a_heading_in_another_unit_is_not_ours(heading):
    assert HEADINGS.meaning(heading) == ""


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Recency (days)", "Recency"),
        ("Income (USD/year)", "Income"),
        ("Web visits (last month)", "NumWebVisitsMonth"),
    ],
)
def test_a_heading_in_our_unit_is_ours(heading, field):
    assert HEADINGS.meaning(heading) == field


@pytest.mark.parametrize(
    ("head", "hint"),
    [
        ("Customer ID,Annual income,No. of orders,spend", "If “Annual income” is income and “No. of orders” is orders, head them so in the file."),
        ("Customer ID,incom,orders,spend", "If “incom” is income, head it so in the file."),
        ("Customer ID,income 2023,income 2024,orders,spend", "Rename the columns in the file, or export it again with these columns."),
    ],
)  # fmt: skip
def test_a_column_that_seems_to_be_called_otherwise_now_is_named(head, hint, tmp_path):
    def written(name, header):
        rows = [",".join(str(100 + place * 7 * (column + 1) % 97) for column in range(header.count(",") + 1)) for place in range(40)]  # fmt: skip
        file = tmp_path / name
        file.write_text("\n".join([header, *rows]))
        return file

    schema = propose(written("first.csv", "Customer ID,income,orders,spend"), max_mb=50).schema
    with pytest.raises(SchemaError) as refused:
        any_customers(written("next.csv", head), schema, Template())
    assert str(refused.value).endswith(hint)
