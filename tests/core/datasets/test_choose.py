from __future__ import annotations

from dataclasses import dataclass

import pytest

from core.accounts.stores import CsvUserStore
from core.datasets.choose import choose_work
from core.datasets.live import Live
from core.errors import ParterreError
from core.model.artefacts import Model
from core.model.registry import Registry
from core.progress import silent


@dataclass(frozen=True)
class Served:
    """The part of the services that the work uses."""

    live: Live
    users: CsvUserStore

    @property
    def model(self) -> Model:
        return self.live.model


@pytest.fixture
def served(tmp_path, recipe, database) -> Served:
    users = CsvUserStore(tmp_path / "users.csv")
    users.add("ada", "a hash")
    users.add("vera", "a hash")
    return Served(Live(Registry(tmp_path / "models"), recipe, database), users)


def test_the_chosen_number_is_live_with_who_chose_it(served):
    choose_work(served, {"k": 3, "by": "ada"}, silent)
    assert len(served.model.card.profile.segments) == 3
    assert served.live.history()[-1].by == "ada"


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"k": "3", "by": "ada"},
        {"k": 3},
        {"k": 13, "by": "ada"},
        {"k": 3.0, "by": "ada"},
    ],
)
def test_what_names_no_number_or_nobody_is_refused_and_nothing_changes(served, arguments):
    with pytest.raises(ParterreError):
        choose_work(served, arguments, silent)
    assert len(served.model.card.profile.segments) == 6
