"""Every page opens on every table, says what it lacks, and shows no figure that is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from app import create_app
from core.services import create_services
from tests.callbacks.dash_client import UPDATE, Visitor, text
from tests.datasets.tables import TABLES
from tests.support.postgresql import settled

PAGES = (
    "/",
    "/?Segment=1",
    "/explore",
    "/explore?show=relations",
    "/explore?show=quality",
    "/explore?split=segments&as=shares",
    "/segments",
    "/segments?compare=1,2,everyone",
    "/campaigns",
    "/predict",
    "/customers",
    "/choose-k",
    "/models",
)
EXPORTS = ("/export/customers.csv", "/export/customers.xlsx", "/export/table.csv", "/models/files/card.json")
NO_FIGURE = re.compile(r"\bnan\b|\bNaN\b|\bNaT\b|\binf\b|\bNone\b|%!|\{\}")


@dataclass(frozen=True)
class House:
    """One Parterre with all tables as datasets."""

    visitor: Visitor

    def page(self, name: str, address: str):
        path, _, query = address.partition("?")
        values = {
            "shell-address.pathname": f"/d/{name}{path}",
            "shell-address.search": f"?{query}" if query else "",
        }
        body = self.visitor.body("shell-page.children", values, "shell-address.pathname")
        answer = self.visitor.client.post(
            f"/d/{name}{UPDATE}", json=body, headers={"X-CSRFToken": self.visitor.token}
        )
        assert answer.status_code == 200, answer.text
        return answer.json["response"]["shell-page"]["children"]


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> House:
    folder = tmp_path_factory.mktemp("tables")
    settings = settled(folder / "home").model_copy(update={"segments": 4})
    services = create_services(settings)
    for name, made in TABLES.items():
        table, file = made(), folder / f"{name}.csv"
        table.frame.to_csv(file, index=False)
        services.workspaces.add(file, name, table.schema)
    services.database.close()
    return House(Visitor.of(create_app(settings).server).sign_up("ada-admin"))


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_and_shows_no_figure_that_is_none(house, name, address):
    said = text(house.page(name, address))
    assert "Something went wrong" not in said
    assert len(said) > 100
    assert not NO_FIGURE.search(said), NO_FIGURE.search(said)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("address", EXPORTS)
def test_a_file_is_made(house, name, address):
    answer = house.visitor.client.get(f"/d/{name}{address}", buffered=True)
    assert answer.status_code == 200
    assert len(answer.data) > 100
