"""What docs/operations.md says of a backup, done: copied, restored, and found again."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from core.accounts.saved_views import ViewsStore
from core.accounts.users import Role
from core.services import Services, create_services
from core.settings import ROOT, Settings, load
from core.store import backup, restore
from core.store.backup import is_passing

SECTION = re.compile(r"^## Backup\n\n(.*?)\n\n## ", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def paragraph() -> str:
    """The section, which is one paragraph."""
    [section] = SECTION.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))
    assert "\n" not in section
    return section


def settings(home: Path) -> Settings:
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    return load(**{**plain, "home": home})


@pytest.fixture(scope="module")
def used(tmp_path_factory) -> Services:
    """A Parterre that people have used: an account, a view, another number of segments, a name."""
    services = create_services(settings(tmp_path_factory.mktemp("used") / "home"))
    services.users.add("ada", "hash", role=Role.ADMINISTRATOR)
    services.live.choose(replace(services.model.card.parameters, k=4), by="ada")
    services.live.name_segment(1, "Our regulars", by="ada")
    ViewsStore(services.database).add("ada", "Mine", "/explore")
    services.findings.write(services.model.card.key, "something", {"found": 1})
    return services


def test_what_people_did_is_there_again(used, tmp_path):
    backup.back_up(used.settings, tmp_path / "saved.zip")
    restore.restore(settings(tmp_path / "home"), tmp_path / "saved.zip")
    restored = create_services(settings(tmp_path / "home"))
    assert [user.username for user in restored.users.all()] == ["ada"]
    assert restored.model.card.key == used.model.card.key
    assert restored.model.card.profile.segment(1).name == "Our regulars"
    assert [view.name for view in ViewsStore(restored.database).all("ada")] == ["Mine"]
    restored.database.close()


def test_everything_that_is_written_is_named(used, paragraph):
    left_out = re.findall(r"`([^`]+)`", re.findall(r"Left out are (.*?)\. ", paragraph)[0])
    assert {*backup.PASSING} == {*left_out, ".*"}
    for path in used.settings.home.iterdir():
        assert is_passing(path.name) or f"`{path.name}`" in paragraph, f"{path.name} is not in the paragraph"
