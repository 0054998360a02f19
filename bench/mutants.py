"""How many small faults in core, and in what guards the door, the tests find: a seeded sample, one at a time.

The faults are those of cosmic-ray's operators, put into a copy of the tree. Each runs the tests near it (those named
like its file, and those that import it), then, where these pass, those of its package.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.provider import OperatorProvider

GUARDED = ("core", "callbacks/web", "callbacks/accounts")
LEFT_OUT = re.compile("migrations|templates/personality")  # frozen, and words
UNFIT = {"VariableReplacer", "VariableInserter", "RemoveDecorator", "ZeroIterationForLoop"}
SECONDS = 600  # after which tests of a fault are taken for endless


@dataclass(frozen=True)
class Mutant:
    """A fault that can be put into a file."""

    path: str
    operator: str
    occurrence: int
    line: int

    def text(self, source: str) -> str:
        """The file with the fault."""
        return str(mutate_code(source, OperatorProvider()[self.operator](), self.occurrence) or source)


def places(path: str) -> Iterator[list[Mutant]]:
    """The faults that fit each place of a file; none in annotations, which nothing runs."""
    source = Path(path).read_text()
    nodes, tree = [*ast.walk(ast.parse(source))], [*ast_nodes(get_ast(source))]
    notes = [getattr(one, name, None) for one in nodes for name in ("annotation", "returns")]
    silent = {(n.lineno, column) for n in notes if n for column in range(n.col_offset, n.end_col_offset)}
    found: dict[tuple[int, int], list[Mutant]] = {}
    for name in sorted({*OperatorProvider()} - UNFIT):
        operator = OperatorProvider()[name]()
        positions = (start for node in tree for start, _ in operator.mutation_positions(node))
        for occurrence, start in enumerate(positions):
            if start not in silent:
                found.setdefault(start, []).append(Mutant(path, name, occurrence, start[0]))
    yield from found.values()


def sample(size: int, seed: int) -> list[Mutant]:
    """So many faults, each in a place of its own."""
    files = [str(one) for folder in GUARDED for one in sorted(Path(folder).rglob("*.py"))]
    everywhere = [place for path in files if not LEFT_OUT.search(path) for place in places(path)]
    draw = random.Random(seed)
    return [draw.choice(place) for place in draw.sample(everywhere, min(size, len(everywhere)))]


def importing(path: str, where: str) -> list[Path]:
    """Files under a folder that import a file."""
    package, module = str(Path(path).parent).replace("/", "."), Path(path).stem
    words = re.compile(rf"from {package}\.{module} import|from {package} import .*\b{module}\b")
    files = sorted(Path(where).rglob("test_*.py" if where.startswith("tests") else "*.py"))
    return [one for one in files if words.search(one.read_text())]


def mirrored(path: str) -> list[Path]:
    """The test file that is named like a file."""
    return [one for one in [Path("tests", Path(path).parent, f"test_{Path(path).name}")] if one.exists()]


def near(path: str) -> list[str]:
    """Test files named like a file and those that import it; where there are none, those named like what imports it."""
    direct = [*mirrored(path), *importing(path, "tests/core"), *importing(path, "tests/callbacks")]
    users = [user for place in GUARDED for user in importing(path, place)]
    return [*dict.fromkeys(map(str, direct or [test for user in users for test in mirrored(str(user))]))]


def far(path: str) -> list[str]:
    """The tests of its package, and of the pages that show what it makes."""
    return [
        str(Path("tests", path).parent),
        "tests/datasets" if path.startswith("core") else "tests/callbacks",
    ]


def failing(tests: list[str], tree: str, end: str) -> str:
    """`end` where any of the tests fails, "endless" where they come to no end; else nothing."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=tree, capture_output=True, timeout=SECONDS) if tests else None
    except subprocess.TimeoutExpired:
        return "endless"
    return end if done and done.returncode else ""


def judged(mutant: Mutant, tree: str) -> str:
    """Which tests find the fault: those near it, those of its package, none."""
    file = Path(tree, mutant.path)
    source = file.read_text()
    file.write_text(mutant.text(source))
    found = (
        failing(near(mutant.path), tree, "near") or failing(far(mutant.path), tree, "package") or "survived"
    )
    changed = next(
        after
        for line, after in zip(source.split("\n"), mutant.text(source).split("\n"), strict=False)
        if line != after
    )
    file.write_text(source)
    print(f"{found:8}  {mutant.path}:{mutant.line}  {mutant.operator}  {changed.strip()}", flush=True)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = shutil.copytree(".", f"{folder}/tree", ignore=shutil.ignore_patterns(".git", ".venv", "var"))
        ends = [judged(mutant, tree) for mutant in sample(asked.size, asked.seed)]
    count = Counter(ends)
    print(
        f"{count['near'] + count['package']} of {len(ends)} found, {count['near']} by the tests near them; "
        f"{count['endless']} came to no end in {SECONDS} seconds a run, and may be found or not."
    )
