"""Saved views when many processes want them at once, or die in the middle."""

from __future__ import annotations

import json
import signal
import time

import pytest

from core.accounts.saved_views import ViewsStore
from tests.core.accounts.test_under_fire import run_together, start

SAVE = """
import sys
from pathlib import Path
from core.accounts.saved_views import ViewsError, ViewsStore
store, names = ViewsStore(Path(sys.argv[1])), sys.argv[2:]
print("ready", flush=True)
sys.stdin.readline()
for name in names:
    try:
        print("saved", store.add("Anna", name, "/?Children=1").name)
    except ViewsError as error:
        print("refused", error.field)
"""

REWRITE = """
import sys
from itertools import cycle
from pathlib import Path
from core.accounts.saved_views import ViewsStore
store, id = ViewsStore(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
for letter in cycle("xyz"):
    store.rename("anna", id, letter * 60)
"""


def test_sixteen_processes_that_save_at_once_lose_nothing_and_double_nothing(tmp_path):
    said = run_together([start(SAVE, tmp_path, f"view {n}", "Shared", "SHARED") for n in range(16)])
    names = [view.name for view in ViewsStore(tmp_path).all("anna")]
    assert sorted(name.casefold() for name in names) == sorted(["shared", *(f"view {n}" for n in range(16))])
    assert said.count("refused name") == 16 * 2 - 1


def test_processes_that_save_at_once_stop_at_a_hundred_together(tmp_path):
    store = ViewsStore(tmp_path)
    for number in range(95):
        store.add("anna", f"early {number}", "/")
    said = run_together([start(SAVE, tmp_path, f"late {n}", f"later {n}") for n in range(8)])
    assert len([line for line in said if line.startswith("saved")]) == 5
    assert len(store.all("anna")) == 100


@pytest.mark.parametrize("milliseconds", [3, 11, 24, 37, 53])
def test_a_process_killed_while_it_writes_leaves_a_whole_file(tmp_path, milliseconds):
    store = ViewsStore(tmp_path)
    view = store.add("anna", "Families", "/")
    others = {store.add("anna", f"Other {number}", "/").name for number in range(40)}
    writer = start(REWRITE, tmp_path, view.id)
    assert writer.stdout.readline().strip() == "ready"
    # Somewhere in the loop of writes; wherever it is, the file has to be whole.
    time.sleep(milliseconds / 1000)
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=30)
    (file,) = tmp_path.glob("*.json")
    assert len(json.loads(file.read_bytes())["views"]) == 41
    found = {kept.name for kept in store.all("anna")}
    assert len(found - others) == 1
    # The lock died with the process: the next change does not wait for it, and sweeps up.
    store.remove("anna", view.id)
    assert {kept.name for kept in store.all("anna")} == others
    assert list(tmp_path.glob(".*.tmp")) == []
