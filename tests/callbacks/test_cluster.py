"""A dataset of files on shared storage, made by a cluster: whole, or not at all, with a word for what was wrong."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from distributed import LocalCluster
from flask import Flask

from app import create_app
from core.data.raw import read_raw
from core.data.read import read_customers
from core.datasets.clustered import Clustered, cluster_work
from core.errors import ClusterError, DataError, ParterreError
from core.runners import cluster
from core.runners.cluster import Parts, connected
from core.services import Services, create_services
from core.settings import ROOT
from tests.callbacks.dash_client import Visitor, text
from tests.callbacks.test_source import NAMES
from tests.core.runners.test_contract import orders
from tests.support.dask_cluster import clustered, dies, dies_at_three, divided_by_two_less, lasts, squared
from tests.support.postgresql import settled
from tests.support.warehouses import typed


@dataclass(frozen=True)
class House:
    server: Flask
    services: Services
    machines: LocalCluster
    files: Path

    def fit(self, *words: str) -> Result:
        """The command, about the files."""
        scheduler = self.machines.scheduler_address
        asked = ["parterre", "fit", "--data", str(self.files), "--scheduler", scheduler, *words]
        return self.server.test_cli_runner().invoke(args=asked)

    def refused(self, files: Path) -> str:
        """What is said where no dataset can be made of files; nothing of it is left."""
        spaces = self.services.workspaces
        before = [*spaces.catalogue.all()]
        with pytest.raises(ParterreError) as error:
            Clustered(spaces, str(files), self.machines.scheduler_address).add("Refused")
        assert [*spaces.catalogue.all()] == before
        assert not [*(spaces.catalogue.settings.home / "tmp").glob("*")]
        return str(error.value)


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    home, files = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("files")
    table = pd.read_csv(ROOT / "data" / "customers.csv", sep=None, engine="python")
    for number, places in enumerate(np.array_split(np.random.default_rng(0).permutation(len(table)), 3)):
        table.iloc[places].to_parquet(files / f"part-{number}.parquet", index=False)
    table.iloc[:0].to_parquet(files / "part-empty.parquet", index=False)
    settings = settled(home)
    with clustered() as machines:
        yield House(create_app(settings).server, create_services(settings), machines, files)


@pytest.fixture
def copied(house, tmp_path) -> Path:
    return Path(shutil.copytree(house.files, tmp_path / "copied"))


def test_the_cluster_makes_the_model_that_one_machine_makes(house):
    found = house.fit("--title", "By many", "--quiet")
    assert found.exit_code == 0, found.output
    assert "/d/by-many/" in found.output
    assert "2240 customers" in found.output
    alone, spaces = house.services.model, house.services.workspaces
    with spaces.at("by-many"):
        many = house.services.model
    assert many.card.profile.names == alone.card.profile.names
    assert many.card.inertia == pytest.approx(alone.card.inertia, rel=1e-9)
    segments = [one.table.set_index("ID")["Segment"] for one in (alone, many)]
    assert (segments[0] == segments[1].reindex(segments[0].index)).all()
    assert {one.rule: one.rows for one in many.card.rules} == {one.rule: one.rows for one in alone.card.rules}


def test_segments_are_written_back_as_the_served_model_has_them_in_a_new_folder_or_not_at_all(
    house, copied, tmp_path
):
    into = tmp_path / "segments"
    asked = [
        "parterre",
        "score",
        "--scheduler",
        house.machines.scheduler_address,
        "--into",
        str(into),
        "--quiet",
    ]
    copied.joinpath("part-1.parquet").rename(tmp_path / "whole.parquet")
    copied.joinpath("part-1.parquet").write_bytes(b"PAR1 and no more")
    refused = house.server.test_cli_runner().invoke(args=[*asked, "--data", str(copied)])
    assert "part-1.parquet: found a Parquet file that can't be read" in refused.output
    assert not [*tmp_path.glob("segments*")], "all, or none"
    said = house.server.test_cli_runner().invoke(args=[*asked, "--data", str(house.files)])
    assert said.exit_code == 0, said.output
    found = pd.concat([pd.read_parquet(one) for one in sorted(into.glob("*.parquet"))]).set_index("ID")
    model = house.services.model
    expected = model.table.astype({"ID": "str"}).set_index("ID")["Segment"]
    assert (found["Segment"].reindex(expected.index) == expected).all()
    assert len(found) == len(expected)
    assert {*found["Model"]} == {model.card.key}
    first = model.card.profile.segments[0]
    assert f"{first.name}: {first.size} customers" in said.output
    again = house.server.test_cli_runner().invoke(args=[*asked, "--data", str(house.files)])
    assert "found something that is there" in again.output


def test_order_lines_in_several_files_are_the_customers_of_one(house, tmp_path):
    """Also where the lines of one order lie in two of them."""
    lines = typed(read_raw(orders(), name="orders.csv", max_mb=5).columns).rename(columns=NAMES)
    lines["order_number"] = np.arange(len(lines)) // 3
    lines.to_parquet(tmp_path / "whole.parquet", index=False)
    files = tmp_path / "parts"
    files.mkdir()
    for number, start in enumerate((0, 500)):
        lines.iloc[start : start + 500].to_parquet(files / f"{number}.parquet", index=False)
    found = house.server.test_cli_runner().invoke(args=["parterre", "fit", "--data", str(files), "--scheduler", house.machines.scheduler_address, "--quiet"])  # fmt: skip
    assert found.exit_code == 0, found.output
    with house.services.workspaces.at("parts"):
        model = house.services.model
        expected = read_customers(tmp_path / "whole.parquet", model.schema, house.services.dataset.template)
        pd.testing.assert_series_equal(model.table.set_index("ID")["Total_Spent"].sort_index(), expected.frame.set_index("ID")["Total_Spent"].sort_index())  # fmt: skip
    house.services.workspaces.catalogue.remove("parts")


def test_a_job_that_is_run_again_enters_no_second_dataset(house):
    named = {"dask_scheduler": house.machines.scheduler_address, "cluster_data": str(house.files)}
    services = replace(house.services, settings=house.services.settings.model_copy(update=named))
    arguments = {"address": str(house.files), "by": "ada-admin", "asked": "1"}
    found = [cluster_work(services, arguments) for _ in range(2)]
    assert found[0] == found[1]
    assert [one.title for one in house.services.workspaces.catalogue.all()].count("files0") == 1
    house.services.workspaces.catalogue.remove(str(found[0]["slug"]))


def test_the_command_says_what_it_takes_and_how_far_it_is(house):
    help_ = house.server.test_cli_runner().invoke(args=["parterre", "fit", "--help"]).output
    assert "--scheduler" in help_
    assert "--data" in help_
    lacking = house.server.test_cli_runner().invoke(args=["parterre", "fit", "--data", "nowhere"])
    assert lacking.exit_code == 1
    assert "DASK_SCHEDULER" in lacking.output


def test_a_damaged_file_is_named(house, copied):
    whole = (copied / "part-1.parquet").read_bytes()
    (copied / "part-1.parquet").write_bytes(whole[: len(whole) // 2])
    assert "part-1.parquet: found a Parquet file that can't be read" in house.refused(copied)


def test_a_file_that_is_damaged_within_is_named(house, copied):
    whole = bytearray((copied / "part-2.parquet").read_bytes())
    whole[200:2_000] = os.urandom(1_800)
    (copied / "part-2.parquet").write_bytes(bytes(whole))
    assert house.refused(copied).startswith("part-2.parquet")


def test_a_file_with_other_columns_is_named_and_they_are(house, copied):
    path = copied / "part-2.parquet"
    pd.read_parquet(path).rename(columns={"Income": "Incme"}).to_parquet(path, index=False)
    said = house.refused(copied)
    assert "part-2.parquet: found columns without Income; with Incme" in said
    assert "Expected the columns of part-0.parquet" in said


def test_files_of_nobody_and_an_address_without_files_are_told(house, copied, tmp_path):
    for path in copied.glob("part-[0-2].parquet"):
        path.unlink()
    assert "no rows in any file" in house.refused(copied)
    assert "no Parquet file" in house.refused(tmp_path / "nothing")


def test_a_worker_that_is_killed_in_the_middle_costs_nothing_but_time(house, tmp_path):
    with connected(house.machines.scheduler_address) as client:
        parts = Parts.made_by(client, int, {f"part {number}": number for number in range(6)})
        found = parts.then(squared).each(dies_at_three, str(tmp_path / "died"))
    assert (tmp_path / "died").exists()
    assert found == [0, 1, 4, 9, 16, 25]


def test_what_goes_wrong_with_a_part_names_it_whatever_it_is(house):
    with connected(house.machines.scheduler_address) as client:
        parts = Parts.made_by(client, int, {f"part {number}": number for number in range(3)})
        with pytest.raises(DataError, match=r"part 2: found something .*ZeroDivisionError"):
            parts.each(divided_by_two_less)


def test_nobody_waits_for_a_scheduler_that_is_not_there(house, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.3)
    with pytest.raises(ClusterError, match=r"no scheduler that answers at tcp://127\.0\.0\.1:9"), connected("tcp://127.0.0.1:9"):  # fmt: skip
        pass


def posted(visitor: Visitor, form: dict[str, str]) -> int:
    headers = {"X-CSRFToken": visitor.token}
    return visitor.client.post("/d/default/data/cluster", data=form, headers=headers).status_code


@pytest.fixture(scope="module")
def offering(tmp_path_factory) -> Flask:
    """A server whose operator names two addresses."""
    settings = settled(tmp_path_factory.mktemp("offering"))
    named = {
        "dask_scheduler": "tcp://127.0.0.1:9",
        "cluster_data": "s3://shop/customers/, /shared/clubs.parquet",
    }
    return create_app(settings.model_copy(update=named)).server


def test_datasets_are_made_of_what_the_operator_names_and_of_nothing_that_is_sent(offering):
    ada = Visitor.of(offering).sign_up("ada-admin")
    assert posted(ada, {"place": "1"}) == 302
    for sent in ({"place": "2"}, {"place": "-1"}, {"place": "/etc"}, {"address": "file:///etc"}, {}):
        assert posted(ada, sent) == 404, sent
    shown = text(ada.open("/data").json["response"]["shell-page"]["children"])
    assert "Your dataset" in shown, "how far it is"
    assert "Make a dataset of them" not in shown, "one at a time"
    vera = Visitor.of(offering).sign_up("vera-viewer")
    assert posted(vera, {"place": "1"}) == 403


def test_nothing_is_offered_without_a_cluster(house):
    ada = Visitor.of(house.server).sign_up("ada-admin")
    assert posted(ada, {"place": "0"}) == 404


def test_the_job_makes_it_for_who_asked_and_refuses_what_is_no_longer_named(house, monkeypatch):
    done = []
    monkeypatch.setattr(Clustered, "add", lambda self, title, by, asked: done.append((self.address, title, by)) or house.services.workspaces.dataset(""))  # fmt: skip
    named = {"dask_scheduler": "tcp://127.0.0.1:9", "cluster_data": "s3://shop/customers/"}
    services = replace(house.services, settings=house.services.settings.model_copy(update=named))
    cluster_work(services, {"address": "s3://shop/customers/", "by": "ada"})
    assert done == [("s3://shop/customers/", "customers", "ada")]
    with pytest.raises(DataError, match="PARTERRE_CLUSTER_DATA"):
        cluster_work(services, {"address": "file:///etc/", "by": "ada"})


def test_a_part_that_kills_every_worker_is_named(house, monkeypatch):
    monkeypatch.setattr(house.machines.scheduler, "allowed_failures", 0)
    with connected(house.machines.scheduler_address) as client:
        parts = Parts.made_by(client, int, {"part 1": 1})
        with pytest.raises(ClusterError, match="part 1: found workers that died"):
            parts.each(dies)


def test_a_scheduler_that_goes_in_the_middle_is_told(house, tmp_path, monkeypatch):
    """The last one: it takes the cluster with it, workers first, whose deaths are not what is asked here."""
    monkeypatch.setattr(house.machines.scheduler, "allowed_failures", 9)
    with connected(house.machines.scheduler_address) as client:
        parts = Parts.made_by(client, int, {"part 0": 0})
        going = Thread(target=_once(lambda: (tmp_path / "begun").exists(), house.machines.close))
        going.start()
        with pytest.raises(ClusterError, match="no scheduler that answers"):
            parts.each(lasts, str(tmp_path / "begun"))
    going.join()


def _once(is_so: Callable[[], bool], then: Callable[[], object]) -> Callable[[], None]:
    def wait() -> None:
        until = time.monotonic() + 20
        while not is_so() and time.monotonic() < until:
            time.sleep(0.02)
        then()

    return wait
