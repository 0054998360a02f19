"""The same work on a file by us and by peers, each in a process of its own: processor time, and peak of memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.rows import Row

RUNS = 3
OURS = "ours"
_MEASURED = """
import json, sys, time
from pathlib import Path
from bench.apart import peak
from {module} import WORK
start = time.process_time()
found = WORK[sys.argv[1]](Path(sys.argv[2]))
seconds = time.process_time() - start
print(json.dumps([seconds, peak(), *map(round, found)]))
"""


class Run(NamedTuple):
    """What the works of a module took, by name: seconds of processor time (median), and bytes at the peak."""

    seconds: dict[str, float]
    peak: dict[str, int]


def peak() -> int:
    """Bytes that this process held at most; `ru_maxrss`, where there is no /proc, begins with what its parent held."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def rows(bench: str, what: str, n: int, run: Run) -> list[Row]:
    """Ours against each peer, and everybody's peak of memory."""
    ours = run.seconds[OURS]
    peers = {name: one for name, one in run.seconds.items() if name != OURS}
    return [
        Row(bench=bench, what=what, n=n, seconds=ours, peer=name, peer_seconds=one, ratio=one / ours)
        for name, one in peers.items()
    ] + [
        Row(bench=bench, what=f"{what}, peak of memory, {name}", n=n, seconds=run.seconds[name], bytes=one)
        for name, one in run.peak.items()
    ]


def measured(module: str, works: Sequence[str], n: int, *, runs: int = RUNS) -> Run:
    """Have works of a module (its WORK) done on a file that its `made(n)` gives.

    Raises
    ------
    AssertionError
        If they do not find the same.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.csv"
        write = f"from {module} import made; made({n}).to_csv({str(file)!r}, index=False)"
        # Memory of a parent counts as its children's.
        subprocess.run([sys.executable, "-c", write], check=True)
        took = [{name: _once(module, name, file) for name in works} for _ in range(runs)]
    told = {tuple(one[2:]) for each in took for one in each.values()}
    assert len(told) == 1, f"not the same customers: {told}"
    seconds = {name: median(each[name][0] for each in took) for name in works}
    return Run(seconds, {name: int(max(each[name][1] for each in took)) for name in works})


def _once(module: str, name: str, file: Path) -> list[float]:
    run = [sys.executable, "-c", _MEASURED.format(module=module), name, str(file)]
    return list(json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout))
