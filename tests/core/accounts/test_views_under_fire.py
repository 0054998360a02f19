"""Saved views when many processes want them at once, or die in the middle."""

from __future__ import annotations

import time
from itertools import cycle

import pytest

from core.accounts.saved_views import ViewsError, ViewsStore
from core.store.database import opened
from tests.support.postgresql import BOTH
from tests.support.processes import let_go, started, together

pytestmark = BOTH


def save(line, where, *names):
    store, said = ViewsStore(opened(where)), []
    let_go(line)
    for name in names:
        try:
            said.append(f"saved {store.add('Anna', name, '/?Children=1').name}")
        except ViewsError as error:
            said.append(f"refused {error.field}")
    line.send(said)


def rewrite(line, where, id):
    store = ViewsStore(opened(where))
    line.send("ready")
    for letter in cycle("xyz"):
        store.rename("anna", id, letter * 60)


def test_six_processes_that_save_at_once_lose_nothing_and_double_nothing(where, database):
    said = together([started(save, where, f"view {n}", "Shared", "SHARED") for n in range(6)])
    names = [view.name for view in ViewsStore(database).all("anna")]
    assert sorted(name.casefold() for name in names) == sorted(["shared", *(f"view {n}" for n in range(6))])
    assert said.count("refused name") == 6 * 2 - 1


def test_processes_that_save_at_once_stop_at_a_hundred_together(where, database):
    store = ViewsStore(database)
    for number in range(97):
        store.add("anna", f"early {number}", "/")
    said = together([started(save, where, f"late {n}", f"later {n}") for n in range(4)])
    assert len([line for line in said if line.startswith("saved")]) == 3
    assert len(store.all("anna")) == 100


@pytest.mark.parametrize("milliseconds", [3, 24, 53])
def test_a_process_killed_while_it_writes_leaves_all_views(where, database, milliseconds):
    store = ViewsStore(database)
    view = store.add("anna", "Families", "/")
    others = {store.add("anna", f"Other {number}", "/").name for number in range(40)}
    writer = started(rewrite, where, view.id)
    assert writer.said() == "ready"
    # Somewhere in the loop of writes; wherever it is, they have to be whole.
    time.sleep(milliseconds / 1000)
    writer.kill()
    found = {kept.name for kept in store.all("anna")}
    assert len(found) == 41
    assert len(found - others) == 1
    # What was locked is free again: the next change does not wait for the process that is dead.
    store.remove("anna", view.id)
    assert {kept.name for kept in store.all("anna")} == others
