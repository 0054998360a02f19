"""One Parterre with all six tables as datasets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from app import create_app
from core.services import Services, create_services
from tests.callbacks.dash_client import UPDATE, Visitor
from tests.datasets.tables import TABLES
from tests.support.postgresql import settled


@dataclass(frozen=True)
class House:
    """A visitor of it, and which customers are in which segment."""

    visitor: Visitor
    segments: dict[str, tuple[np.ndarray, dict[int, str]]]  # of each row, and what they are called
    services: Services

    def page(self, name: str, address: str, language: str = "en-US"):
        path, _, query = address.partition("?")
        values = {
            "shell-address.pathname": f"/d/{name}{path}",
            "shell-address.search": f"?{query}" if query else "",
        }
        body = self.visitor.body("shell-page.children", values, "shell-address.pathname")
        headers = {"X-CSRFToken": self.visitor.token, "Accept-Language": language}
        answer = self.visitor.client.post(f"/d/{name}{UPDATE}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json["response"]["shell-page"]["children"]


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> House:
    folder = tmp_path_factory.mktemp("tables")
    settings = settled(folder / "home").model_copy(update={"segments": 4})
    services, known = create_services(settings), {}
    for name, made in TABLES.items():
        table, file = made(), folder / f"{name}.csv"
        table.frame.to_csv(file, index=False)
        services.workspaces.add(file, name, table.schema)
        with services.workspaces.at(name):
            segments = services.model.card.profile.segments
            known[name] = (
                services.model.table["Segment"].to_numpy(),
                {one.number: one.name for one in segments},
            )
    services.database.close()
    return House(Visitor.of(create_app(settings).server).sign_up("ada-admin"), known, services)
