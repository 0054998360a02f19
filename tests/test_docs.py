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


# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they come before those of level 3.
ASVS = """1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4
5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1
8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3
12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3
17.1:1 17.2:4 17.3:2"""


def test_every_requirement_of_asvs_has_its_line_and_every_test_that_one_names_is_there():
    said = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
    asked = [(section, int(most)) for section, most in (one.split(":") for one in ASVS.split())]
    numbers = [f"{section}.{number}" for section, most in asked for number in range(1, most + 1)]
    assert re.findall(r"^\| (\d+\.\d+\.\d+) \|", said, re.MULTILINE) == numbers
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = {name for source in sources for name in re.findall(r"^def (test_\w+)\(", source, re.MULTILINE)}
    assert set(re.findall(r"`(test_\w+)`", said)) - there == set()
