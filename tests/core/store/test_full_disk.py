"""A disk that takes no more, a real one: accounts live on it."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress

import pytest

from app import create_app
from core.accounts.attempts import LIMITS, Attempts, TooManyAttemptsError
from core.settings import Settings, load
from core.store.database import opened
from tests.callbacks.dash_client import PASSWORD, Visitor
from tests.support.postgresql import settled


@pytest.fixture
def home(tmp_path):
    """A folder on a disk of its own, of 64 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("a disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder) -> None:
    """Write until nothing more is taken."""
    with (folder / "ballast").open("wb", buffering=0) as file:
        for block in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while file.write(b"x" * block):
                    continue


def sign_in(server, name: str, password: str = PASSWORD):
    visitor = Visitor.of(server)
    visitor.client.get("/login")
    typed = {"username": name, "password": password, "csrf_token": visitor.token}
    return visitor, visitor.client.post("/login", data=typed)


def test_a_full_disk_keeps_nobody_out_and_says_what_it_is(home):
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    server = create_app(load(**{**plain, "home": home})).server
    Visitor.of(server).sign_up("ada-admin")
    assert server.test_client().get("/readyz").status_code == 200
    before = (home / "users.csv").read_bytes()
    fill(home)
    ada, answer = sign_in(server, "ada-admin")
    assert (answer.status_code, answer.location) == (302, "/")
    assert ada.client.get("/").status_code == 200
    assert sign_in(server, "ada-admin", "not her password")[1].status_code == 401
    assert (home / "users.csv").read_bytes() == before
    view = {"name": "Mine", "address": "/explore"}
    refused = ada.client.post("/views", json=view, headers={"X-CSRFToken": ada.token})
    assert refused.status_code == 503
    assert "disk of the server is full" in refused.json["error"]
    os.truncate(home / "ballast", 0)
    assert sign_in(server, "ada-admin")[1].status_code == 302
    assert (home / "users.csv").read_bytes() != before


def test_attempts_are_limited_on_a_full_disk_as_well(home):
    attempts = Attempts(opened(settled(home)))
    attempts.take("account", "somebody")
    fill(home)
    for _ in range(LIMITS["account"].rate.amount):
        attempts.take("account", "ada")
    attempts.give_back("account", "ada")
    attempts.take("account", "ada")
    with pytest.raises(TooManyAttemptsError):
        attempts.take("account", "ada")
    attempts.forgive("account", "ada")
    attempts.take("account", "ada")


def test_it_is_not_ready_while_nothing_can_be_written(home, monkeypatch):
    monkeypatch.setattr("callbacks.web.health.REMEMBERED_SECONDS", -1)
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    client = create_app(load(**{**plain, "home": home})).server.test_client()
    assert (client.get("/readyz").status_code, client.get("/readyz").json) == (200, {"status": "ready"})
    fill(home)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "not ready"})
    assert client.get("/healthz").status_code == 200


def test_a_disk_that_can_only_be_read_says_what_it_is_and_goes_on_once_it_can_be_written(home, monkeypatch):
    monkeypatch.setattr("callbacks.web.health.REMEMBERED_SECONDS", -1)
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    server = create_app(load(**{**plain, "home": home})).server
    ada = Visitor.of(server).sign_up("ada-admin")
    server.extensions["sessions"].database.close()  # an open file would keep the disk as it is
    subprocess.run(["mount", "-o", "remount,ro", home], check=True)
    view = {"name": "Mine", "address": "/explore"}
    refused = ada.client.post("/views", json=view, headers={"X-CSRFToken": ada.token})
    assert refused.status_code == 503
    assert "disk of the server" in refused.json["error"]
    assert [server.test_client().get(path).status_code for path in ("/readyz", "/healthz")] == [503, 200]
    assert sign_in(server, "ada-admin")[1].status_code == 503
    subprocess.run(["mount", "-o", "remount,rw", home], check=True)
    # The first to write finds a connection of before.
    told = [ada.client.post("/views", json=view, headers={"X-CSRFToken": ada.token}) for _ in range(2)]
    assert told[1].status_code == 201
    assert sign_in(server, "ada-admin")[1].status_code == 302
