"""The rules of the house that no linter checks."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from dash import Dash

from app import VIEWS, create_app, create_services
from callbacks.models import making
from core.schema.fields import IDENTIFIER
from core.settings import load
from tests.support.personality import PERSONALITY

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("app.py", "core", "layouts", "callbacks")
PRODUCT = (*LAYERS, "gunicorn.conf.py", "data", "scripts", "bench")
OF_WHAT_OTHERS_DRAW = {"door.css", "print.css", "touch.css"}
OUR_ASSETS = [
    path
    for path in sorted((ROOT / "assets").iterdir())
    if path.suffix in {".css", ".js"} and ".min." not in path.name
]


@cache
def python_files(places: tuple[str, ...]) -> list[Path]:
    roots = [ROOT / place for place in places]
    return sorted(file for root in roots for file in ([root] if root.is_file() else root.rglob("*.py")))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    return list(ast.walk(tree_of(path)))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without those of the functions inside it; `register` holds many short ones."""
    own = set(range(function.lineno, function.end_lineno + 1))
    for inner in functions(function):
        if inner is not function:
            own -= set(range(inner.lineno, inner.end_lineno + 1))
    return len(own)


def test_no_function_is_longer_than_forty_lines():
    long = {
        f"{named(file)}: {one.name}": own_lines(one)
        for file in python_files(PRODUCT)
        for one in nodes_of(file)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.end_lineno - one.lineno >= 40
    }
    assert {name: lines for name, lines in long.items() if lines > 40} == {}


def test_no_file_is_longer_than_four_hundred_lines():
    lines = {named(one): one.read_text("utf-8").count("\n") for one in python_files(PRODUCT) + OUR_ASSETS}
    assert {name: count for name, count in lines.items() if count > 400} == {}


def found(*kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Nodes of these kinds in files of the layers, with the file's name."""
    return (
        (named(file), node)
        for file in python_files(LAYERS)
        for node in nodes_of(file)
        if isinstance(node, kinds)
    )


def test_callbacks_belong_to_an_app():
    """Dash's global `callback` goes to whichever app serves first; a second one in the process has none."""
    imported = [
        (name, alias.name)
        for name, node in found(ast.ImportFrom)
        if node.module and node.module.split(".")[0] == "dash"
        for alias in node.names
    ]
    attributes = [
        (name, node.attr) for name, node in found(ast.Attribute) if getattr(node.value, "id", "") == "dash"
    ]
    assert [one for one in imported + attributes if one[1] in {"callback", "clientside_callback"}] == []


def test_nothing_is_printed():
    assert [name for name, node in found(ast.Call) if getattr(node.func, "id", "") == "print"] == []


def test_nothing_catches_everything():
    caught = [(name, ast.unparse(one.type or ast.Name("anything"))) for name, one in found(ast.ExceptHandler)]
    broad = [name for name, kind in caught if kind in {"Exception", "BaseException", "anything"}]
    assert broad == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt", "requirements-bench.txt"])
def test_every_requirement_is_pinned_and_from_no_named_index(file):
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", "")
    requirements = [line for line in (line.partition("#")[0].strip() for line in text.splitlines()) if line]
    hashes = r"(\s+--hash=sha256:[0-9a-f]{64})+" if file == "requirements.txt" else ""
    assert requirements
    assert [one for one in requirements if not re.fullmatch(rf"[a-z0-9._-]+==[\w.]+{hashes}", one)] == []


def test_each_dependency_has_been_looked_at_as_it_is_pinned():
    told = re.findall(r"^\| `([\w-]+)` \| (\d\S*) \|", (ROOT / "docs/security.md").read_text(), re.MULTILINE)
    run = dict(pins(ROOT / "requirements.txt"))
    assert told == [(name, run[name]) for name in (ROOT / "requirements.in").read_text().split()]


def test_the_requirement_files_agree():
    files = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")
    pinned = {pin for name in files for pin in pins(ROOT / name)}
    assert len(pinned) == len({name for name, _ in pinned})


def pins(path: Path) -> list[tuple[str, str]]:
    return re.findall(r"^([a-z0-9._-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("file", sorted((ROOT / "assets").rglob("*.css")), ids=named)
def test_stylesheets_ask_no_other_server(file):
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"(?:url\(|@import)\s*[\"']?\s*(?:https?:)?//[^)\"']+", text) == []


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Dash:
    return create_app(load(home=tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def drawn(app, tmp_path_factory) -> dict[str, list[str]]:
    """The ids that the frame and each view draw, for who may choose how segments are made."""
    services = create_services(load(home=tmp_path_factory.mktemp("home")))
    with app.server.test_request_context("/"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "allows", lambda _action: True)
        frame = ids_of(app.layout())
        return {view.name: frame + ids_of(view.draw(services, {})) for view in VIEWS}


def ids_of(component) -> list[str]:
    return [part.id for part in [component, *component._traverse()] if getattr(part, "id", None)]


def used_ids(callback: dict) -> set[str]:
    outputs = callback["output"] if isinstance(callback["output"], list) else [callback["output"]]
    read = {part["id"] for part in [*callback["inputs"], *callback["state"]]}
    return read | {output.component_id for output in outputs}


def test_every_id_that_a_callback_uses_is_drawn(app, drawn):
    used = set().union(*(used_ids(callback) for callback in app.callback_map.values()))
    assert used
    assert used - set().union(*drawn.values()) == set()


def test_every_callback_finds_all_its_ids_on_one_page(app, drawn):
    lost = [
        sorted(used_ids(callback))
        for callback in app.callback_map.values()
        if not any(used_ids(callback) <= set(ids) for ids in drawn.values())
    ]
    assert lost == []


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_no_page_draws_an_id_twice(drawn, view):
    assert [found for found, count in Counter(drawn[view.name]).items() if count > 1] == []


def test_every_file_begins_its_ids_with_a_word_of_its_own():
    words = {named(file): first_words(file) for file in python_files(("layouts",))}
    counted = Counter(word for found in words.values() for word in found)
    assert counted["overview"] == 1
    assert {file: found for file, found in words.items() if len(found) > 1} == {}
    assert [word for word, count in counted.items() if count > 1] == []


def first_words(file: Path) -> set[str]:
    module = module_of(file)
    ids = getattr(importlib.import_module(module), "ids", object)
    if ids.__module__ != module:
        return set()
    return {value.partition("-")[0] for name, value in vars(ids).items() if name.isupper()}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_is_a_room_of_one_name_in_callbacks_and_in_layouts(view):
    for floor in ("callbacks", "layouts"):
        assert (ROOT / floor / view.name).is_dir() or (ROOT / floor / f"{view.name}.py").is_file()


def test_features_of_core_are_in_rooms():
    loose = {file.stem for file in (ROOT / "core").glob("*.py")}
    assert loose == {
        "__init__", "cautions", "clock", "errors", "logs", "numbers", "progress", "services", "settings", "worker"
    }  # fmt: skip


def imports(file: Path, *, running: bool = False) -> set[str]:
    """Modules of ours that `file` imports; those that are `running`, without those for types alone."""
    for_types = {
        inner
        for node in nodes_of(file)
        if running and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = [node for node in nodes_of(file) if isinstance(node, ast.ImportFrom) and node not in for_types]
    return {
        place
        for node in found
        for alias in node.names
        for place in [
            f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in MODULES else node.module
        ]
        if place in MODULES
    }


def test_columns_of_the_template_are_written_nowhere_else():
    names = {name for name in PERSONALITY if name != IDENTIFIER}
    written = [
        f"{named(file)}:{node.lineno} {node.value}"
        for file in python_files(LAYERS)
        if "templates" not in file.parts
        for node in nodes_of(file)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in names
    ]
    assert written == []


def test_templates_are_known_to_datasets_to_the_sample_and_to_one_place_in_tests():
    """Within the floors import-linter holds it; this is of everything else."""
    knowing = [
        file
        for file in python_files(("data", "scripts", "bench", "tests"))
        if re.search(r"^\s*from core\.schema\.templates", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert {named(file) for file in knowing if "sample" not in file.parts} == {"tests/support/personality.py"}


def test_the_words_that_once_meant_three_things_mean_one():
    words = [
        "Answered",
        "Choice",
        "Crossfilter",
        "Group",
        "Numbers",
        "Rule",
        "Shown",
        "Table",
        "Verdict",
        "View",
        "compare",
    ]
    meant = Counter(
        name for file in MODULES.values() for node in tree_of(file).body for name in defined(node)
    )
    assert {word: meant[word] for word in words if meant[word] > 1} == {}
    assert meant["Table"] == meant["Numbers"] == meant["View"] == 1


def defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    return [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]


def module_of(file: Path) -> str:
    return named(file).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {module_of(file): file for file in python_files(LAYERS)}


def room_of(module: str) -> str:
    """The folder of a module within its floor; one that lies on the floor itself is its own room."""
    return ".".join(module.split(".")[:2])


def circles(arrows: dict[str, set[str]]) -> list[str]:
    """What is left of the names when all are taken away that lead nowhere, or that nothing leads to."""
    left = {name: set(to) - {name} for name, to in arrows.items()}
    while ends := {name for name, to in left.items() if not to & left.keys()} | (
        left.keys() - set().union(*left.values())
    ):
        left = {name: to for name, to in left.items() if name not in ends}
    return sorted(left)


def test_no_file_imports_itself_by_way_of_others():
    assert len(MODULES) > 200
    assert circles({module: imports(file) for module, file in MODULES.items()}) == []


def test_no_room_imports_itself_by_way_of_others():
    arrows: dict[str, set[str]] = {}
    for module, file in MODULES.items():
        arrows.setdefault(room_of(module), set()).update(map(room_of, imports(file, running=True)))
    assert circles(arrows) == []


@pytest.mark.parametrize("path", ["/login", "/signup"])
def test_the_pages_of_the_door_name_no_other_server(app, path):
    assert elsewhere(app.server.test_client().get(path).text) == []


def test_the_index_of_dash_names_no_other_server(app):
    with app.server.test_request_context("/"):
        assert elsewhere(app.index()) == []


def elsewhere(page: str) -> list[str]:
    """Addresses in `page` that are not on our own server."""
    addresses = re.findall(r"\s(?:src|href|action)=\"([^\"]*)\"", page)
    assert addresses
    return [address for address in addresses if not re.match(r"/(?!/)|#", address)]


def test_no_two_stylesheets_begin_a_rule_with_the_same_class_of_their_own():
    """All stylesheets are loaded on all pages: a second meaning of a class would show on the other's page."""
    sheets = [path for path in OUR_ASSETS if path.suffix == ".css" and path.name not in OF_WHAT_OTHERS_DRAW]
    begun = {path.name: first_classes(path.read_text(encoding="utf-8")) for path in sheets}
    shared = begun.pop("parterre.css")
    owners = Counter(name for classes in begun.values() for name in classes - shared)
    assert [name for name, count in owners.items() if count > 1] == []


def test_no_sheet_asks_of_a_whole_page_what_is_in_it():
    """Each change of a chart would have all of the page styled anew: a third of the time of opening one with many."""
    asked = r"(?:\bhtml|\bbody|:root|\.p-(?:shell|main|page)(?![\w-]))[^\s,{]*:has\("
    sheets = [path for path in OUR_ASSETS if path.suffix == ".css"]
    assert [path.name for path in sheets if re.search(asked, path.read_text(encoding="utf-8"))] == []


def first_classes(css: str) -> set[str]:
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    selectors = [one for found in re.findall(r"([^{}]+)\{", plain) for one in found.split(",")]
    return {found[1] for one in selectors if (found := re.match(r"\s*\.([\w-]+)", one))}
