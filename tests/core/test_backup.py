"""What docs/operations.md says of a backup, done: copied, restored, and found again."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import pytest

from core.accounts.saved_views import ViewsStore
from core.accounts.users import Role
from core.services import Services, create_services
from core.settings import ROOT, Settings, load
from core.store.database import NAME

SECTION = re.compile(r"^## Backup\n\n(.*?)\n\n## ", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def paragraph() -> str:
    """The section, which is one paragraph."""
    [section] = SECTION.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))
    assert "\n" not in section
    return section


@pytest.fixture(scope="module")
def spare(paragraph) -> list[str]:
    """What may be left out, as the paragraph names it."""
    [sentence] = re.findall(r"These may be left out: (.*?)\. ", paragraph)
    return re.findall(r"`([^`]+)`", sentence)


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


def test_what_may_be_left_out_is_all_that_is_not_missed(used, spare, tmp_path):
    home = used.settings.home

    def skip(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if any(fnmatch(name, one) for one in [*spare, f"{NAME}*"])}

    shutil.copytree(home, tmp_path / "home", ignore=skip)
    used.database.copy(tmp_path / "home" / NAME)
    assert not (tmp_path / "home" / "models").exists()
    restored = create_services(settings(tmp_path / "home"))
    assert [user.username for user in restored.users.all()] == ["ada"]
    assert restored.model.card.key == used.model.card.key
    assert restored.model.card.profile.segment(1).name == "Our regulars"
    assert [view.name for view in ViewsStore(restored.database).all("ada")] == ["Mine"]
    kept, again = used.settings.home / "secret_key", tmp_path / "home" / "secret_key"
    assert again.read_bytes() == kept.read_bytes()


def test_everything_that_is_written_is_named(used, paragraph):
    for path in used.settings.home.iterdir():
        name = re.sub(r"^.*\.lock$", "*.lock", re.sub(r"(\.sqlite)(-\w+)$", r"\1", path.name))
        assert f"`{name}" in paragraph, f"{path.name} is not in the paragraph on backups"
