"""Tables that came together are looked at, decided and made a dataset as one."""

from __future__ import annotations

import io
import zipfile

import pandas as pd

from core.datasets import staged as work
from tests.callbacks.dash_client import components, text
from tests.callbacks.data.test_mapping import brought, looked, page, post


def archive(**tables: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in tables.items():
            packed.writestr(f"{name}.csv", content)
    return held.getvalue()


PEOPLE = "Customer,Age\n" + "".join(f"C{n},{20 + n * 7 % 50}\n" for n in range(60))
SOLD = "Customer,Order date,Amount\n" + "".join(
    f"C{n % 50 + 20},2024-{1 + n % 12:02}-{1 + n % 28:02},{1 + n % 31}.5\n" for n in range(300)
)


def flips(drawn) -> dict[str, str]:
    found = [one["props"] for one in components(drawn) if "data-flip" in one["props"]]
    return {one["data-value"]: text(one["children"]) for one in found}


def test_an_archive_of_customers_and_orders_is_a_dataset_of_both_decided_by_clicks(
    administrator, files, services
):
    staged = brought(administrator, files, services, archive(people=PEOPLE, sold=SOLD), "shop.zip")
    drawn = page(administrator, staged)
    said = text(drawn)
    assert "people.csv and sold.csv belong together by Customer: 40 of 60 customers have orders" in said
    assert "60 order lines of sold.csv name nobody in people.csv" in said
    ways = {"without-match-left-out": "Leave them out", "unknown-customers-counted": "Count them"}
    assert ways.items() <= flips(drawn).items()
    post(administrator, staged, "mapping", {"choices": {"": [*ways]}})
    staged = looked(files, services, files.find(staged.id))
    arguments = {"id": staged.id, "title": "Shop", "by": "ada-admin"}
    slug = work.make_work(services, arguments)["slug"]
    dataset = services.workspaces.catalogue.find(slug)
    held = pd.read_csv(dataset.file)
    assert (dataset.version.rows, dataset.file.name) == (50, "shop.csv")
    assert held["Customer"].tolist() == [f"C{n}" for n in [*range(20, 60), *range(60, 70)]]
    services.workspaces.catalogue.remove(slug)
