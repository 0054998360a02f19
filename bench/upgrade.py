"""`python -m bench.upgrade [COMMIT]`: a home that an older version made, opened by this one, also while the older still serves.

The older version is checked out beside this one, and makes a home with an account and a view. Then this version
starts on that home, both serve at once, and the older ends: whoever was signed in still is, at both.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.faults import Visitor
from core.settings import ROOT
from tests.support.server import COMMAND, Process, serving


def git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def in_folder(folder: Path):
    """How to start a version that is in `folder`."""

    def begin(command: list[str], settled: dict[str, str], log: Path) -> Process:
        with log.open("ab") as output:
            return subprocess.Popen(
                command, cwd=folder, env=settled, stdout=output, stderr=output, start_new_session=True
            )

    return begin


def main() -> int:
    commit = git("rev-parse", "--short", sys.argv[1] if len(sys.argv) > 1 else "HEAD~20")
    with TemporaryDirectory(prefix="parterre-upgrade-") as folder:
        old, home = Path(folder) / "old", Path(folder) / "home"
        git("worktree", "add", "--detach", str(old), commit)
        try:
            return rolled(old, home, commit)
        finally:
            git("worktree", "remove", "--force", str(old))


def rolled(old: Path, home: Path, commit: str) -> int:
    settings = {"workers": 1, "worker": None, "data": ROOT / "data" / "customers.csv"}
    with serving(home, web=COMMAND, begin=in_folder(old), **settings) as before:
        visitor = Visitor(before.url)
        visitor.sign_up()
        told = {"old alone": visitor.save()}
        with serving(home, **settings) as now:
            both = [Visitor(now.url, visitor.kept, visitor.acknowledged, number=100), visitor]
            told["new beside old"], told["old beside new"] = (one.save() for one in both)
            told["both see all"] = all(seen(one) == set(visitor.acknowledged.values()) for one in both)
    with serving(home, **settings) as now:
        alone = Visitor(now.url, visitor.kept, visitor.acknowledged, number=200)
        told["new alone"] = alone.save() and not alone.check()
    for what, went_well in told.items():
        print(f"{commit} to this: {what}: {'well' if went_well else 'FAILED'}")
    print(dict(visitor.seen))
    return 0 if all(told.values()) else 1


def seen(visitor: Visitor) -> set[str]:
    return {one["name"] for one in visitor.ask("/views")["views"]}  # type: ignore[index]


if __name__ == "__main__":
    sys.exit(main())
