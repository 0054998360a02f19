"""Tables that came together are looked at, decided and made a dataset as one."""

from __future__ import annotations

import io
import json
import zipfile

import pandas as pd

from core.datasets import staged as work
from core.jobs.kinds import WORK
from core.jobs.queue import Queue
from core.jobs.run import Worker
from core.store.arriving_files import ArrivingFiles
from core.store.database import opened
from core.store.mappings import Mappings
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
    assert "Leave them out if they are no customers yet." in said, "a button says it, and no word for a shell"
    post(administrator, staged, "mapping", {"choices": {"": [*ways]}})
    staged = looked(files, services, files.find(staged.id))
    (held,) = files.path(staged).parent.glob(".together/*/*")
    assert held == work.file_of(services, staged), "what it was before is gone"
    arguments = {"id": staged.id, "title": "Shop", "by": "ada-admin"}
    slug = work.make_work(services, arguments)["slug"]
    dataset = services.workspaces.catalogue.find(slug)
    with zipfile.ZipFile(dataset.file) as kept:
        held = pd.read_csv(kept.open("customers.csv"))
    assert (dataset.version.rows, dataset.file.name) == (50, "shop.zip")
    assert held["Customer"].tolist() == [f"C{n}" for n in [*range(20, 60), *range(60, 70)]]
    services.workspaces.catalogue.remove(slug)
    Mappings(services.database).forget(staged.look["shape"])


def two(administrator, files, services):
    return [
        brought(administrator, files, services, content, name)
        for content, name in ((PEOPLE, "people.csv"), (SOLD, "people.csv"))
    ]


def put(visitor, *identities: object):
    body = {"ids": [*identities]}
    return visitor.client.post("/data/together", json=body, headers={"X-CSRFToken": visitor.token})


def presses(drawn) -> list[str]:
    return [one["props"]["data-together"] for one in components(drawn) if "data-together" in one["props"]]


def test_files_that_belong_together_are_proposed_with_their_key_and_put_together_at_a_press(
    administrator, files, services, settings
):
    people, sold = two(administrator, files, services)
    brought(administrator, files, services, b"\x00\x01\x02" * 999, "broken.csv")
    ticks = [one for one in components(administrator.page("/data")) if "data-tick" in one["props"]]
    assert len(ticks) == 3
    worker = Worker(Queue.of(settings, opened(settings)), WORK, lambda: services)
    while worker.take():
        pass
    drawn = administrator.page("/data")
    assert "belong together by Customer: 40 of 60 customers have orders; 60 order lines" in text(drawn)
    proposed = presses(drawn)[0].split(" ")
    assert sorted(proposed) == sorted([people.id, sold.id])
    kept = files.find(put(administrator, *proposed).json["id"])
    assert (kept.owner, kept.name) == (people.owner, "people and people.zip")
    assert looked(files, services, kept).look["customers"] == 60
    assert files.find(people.id), "the files themselves wait on"


def test_only_the_visitors_own_files_are_put_together_and_two_at_least(administrator, files, services):
    people, sold = two(administrator, files, services)
    other = received(files, "vera-viewer", SOLD)
    assert (put(administrator, people.id, other.id).status_code, len(files.of("ada-admin"))) == (404, 2)
    for ids in (
        [people.id],
        [people.id, people.id],
        [],
        [people.id, 7],
        [people.id, "../../etc"],
        ["x"] * 12,
    ):
        assert put(administrator, *ids).status_code in (400, 404), ids
    assert put(administrator, *[str(n) for n in range(11)]).status_code == 400
    files.path(people).unlink()  # as somebody who removes it in another window does at that moment
    assert put(administrator, people.id, sold.id).status_code == 400
    assert len(files.of("ada-admin")) == 2


def received(files, owner: str, content: str):
    arriving = ArrivingFiles(files).begin(owner, "sold.csv", len(content))
    assert ArrivingFiles(files).add(arriving, 0, io.BytesIO(content.encode()))
    return files.find(arriving.id)


def test_a_key_that_was_not_found_is_chosen_by_a_click(administrator, files, services):
    odd = PEOPLE.replace("Customer,Age", "Number,Age"), SOLD.replace("Customer,", "Who,")
    staged = brought(
        administrator, files, services, archive(people=odd[0], sold=odd[1].replace("C", "c-")), "odd.zip"
    )
    drawn = page(administrator, staged)
    assert "no column that names the same customers in both" in text(drawn)
    assert flips(drawn)["key:Number=Who"] == "Match by Number = Who"
    (content,) = (one["props"]["data-columns"] for one in components(drawn) if "data-columns" in one["props"])
    assert json.loads(content)["id"] == staged.id
    answer = post(administrator, staged, "mapping", {"choices": {"": ["key:Number=Who"]}})
    assert answer.status_code == 200
    assert "0 of 60 customers have orders" in text(
        page(administrator, looked(files, services, files.find(staged.id)))
    )
