"""What README, docs and examples promise is what the code does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app import VIEWS
from core.settings import Settings, load, variable
from scripts import settings_docs

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DOCS = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("field", Settings.model_fields)
def test_the_docs_list_every_setting(field):
    assert f"`{variable(field)}`" in DOCS


@pytest.mark.parametrize("target", TARGETS)
def test_the_docs_list_every_make_target(target):
    assert f"`make {target}`" in DOCS


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_docs_list_every_page(view):
    assert f"`{view.path}`" in DOCS


def test_the_settings_table_is_current():
    page = settings_docs.OPERATIONS.read_text(encoding="utf-8")
    assert page == settings_docs.with_table(page), "run `make settings`"


def test_the_example_environment_is_current():
    assert settings_docs.EXAMPLE.read_text(encoding="utf-8") == settings_docs.example(), "run `make settings`"


def test_the_example_environment_uncommented_is_the_default(monkeypatch):
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    defaults = load()
    monkeypatch.chdir(ROOT)
    text = settings_docs.EXAMPLE.read_text(encoding="utf-8")
    for name, given in re.findall(r"^# (\w+)=(.+)$", text, re.MULTILINE):
        monkeypatch.setenv(name, given)
    assert in_full(load()) == in_full(defaults)


@pytest.mark.parametrize("field", Settings.model_fields)
def test_only_documented_variables_are_read(monkeypatch, field):
    """Every shell sets HOME, and many a platform DATA or ENV."""
    documented = {variable(name) for name in Settings.model_fields}
    if field.upper() not in documented:
        before = load()
        monkeypatch.setenv(field.upper(), "7")
        assert load() == before


def in_full(settings: Settings) -> dict:
    return {name: v.resolve() if isinstance(v, Path) else v for name, v in settings.model_dump().items()}


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_every_link_to_a_file_arrives(document):
    links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_changelog_has_room_for_what_is_not_released():
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("floor", ["core", "layouts", "callbacks"])
def test_the_architecture_lists_every_room_with_its_own_words(floor):
    listed = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [
        place
        for place in (ROOT / floor).iterdir()
        if place.suffix == ".py" or (place / "__init__.py").exists()
    ]
    rows = {room_row(place) for place in rooms if place.name != "__init__.py"}
    assert rows
    assert rows == {line for line in listed.splitlines() if line.startswith(f"| `{floor}/")}


def room_row(place: Path) -> str:
    file = place / "__init__.py" if place.is_dir() else place
    words = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return f"| `{place.relative_to(ROOT).as_posix()}` | {words.splitlines()[0]} |"


def test_every_promise_names_a_test_that_there_is():
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = operations.split("<!-- promises")[1].split("\n\n")[0]
    named = re.findall(r"`(tests/\S+?)::(test_\w+)`", table)
    rows = [line for line in table.splitlines()[3:] if line.startswith("| ")]
    assert rows
    assert all("::test_" in line for line in rows)
    missing = [one for one in named if f"\ndef {one[1]}(" not in (ROOT / one[0]).read_text(encoding="utf-8")]
    assert missing == []


def test_compose_sets_what_is_read_and_starts_what_there_is():
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    settings = re.findall(r"^    ([A-Z_]+): ", compose, re.MULTILINE)
    assert {"SECRET_KEY", "DATABASE_URL", "PARTERRE_HOSTS"} <= set(settings)
    assert set(settings) <= {variable(field) for field in Settings.model_fields}
    procfile = (ROOT / "Procfile").read_text(encoding="utf-8")
    commands = [" ".join(ast.literal_eval(one)) for one in re.findall(r"command: (\[.*\])", compose)]
    assert len(commands) == 2
    assert all(one.replace("app:create_server()", '"app:create_server()"') in procfile for one in commands)
