"""/metrics: who may read it, what it counts, and that visitors can't make it grow."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from flask import Flask, abort
from sqlalchemy import insert

from callbacks.web import metrics
from callbacks.web.meter import METER, OUTCOMES, Meter
from core.errors import SettingsError, StoreError
from core.store.tables import jobs, workers
from tests.callbacks.door import Visitor, build

TOKEN = "a long one that nobody would guess"


def server_of(where, database, token: str | None = TOKEN) -> Flask:
    server = Flask("metrics")
    metrics.count(server)
    settings = where.model_copy(
        update={"metrics_token": token and SimpleNamespace(get_secret_value=lambda: token)}
    )
    around = SimpleNamespace(settings=settings, database=database, workspaces=SimpleNamespace(open=3))
    metrics.register(server, around)
    server.add_url_rule("/api/v1/<code>", "code", lambda code: abort(int(code)), methods=["GET", "POST"])
    return server


@pytest.fixture
def own_memory(monkeypatch):
    """Not that which processes share, in which tests beside these have their sign-ins counted."""
    monkeypatch.setattr(METER, "_numbers", Meter()._numbers)


@pytest.fixture
def read(where, database):
    client = server_of(where, database).test_client()

    def read(path: str = "/metrics", token: str = TOKEN):
        return client.get(path, headers={"Authorization": f"Bearer {token}"})

    return read


def value(said: str, name: str) -> float:
    return next(
        (float(line.rpartition(" ")[2]) for line in said.splitlines() if line.startswith(f"{name} ")), 0.0
    )


def test_it_is_closed_unless_the_operator_opened_it(app, administrator, where, database):
    for client in (
        app.server.test_client(),
        administrator.client,
        server_of(where, database, None).test_client(),
    ):
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("token", ["", "other", TOKEN[:-1], f"{TOKEN}x", "é"])
def test_it_opens_to_the_token_alone(read, token):
    assert read(token=token).status_code == 401
    assert read().status_code == 200


def test_a_token_that_can_be_guessed_stops_the_start_without_being_said(where, database):
    with pytest.raises(SettingsError, match="PARTERRE_METRICS_TOKEN: found 6 characters") as refused:
        server_of(where, database, "qwerty")
    assert "qwerty" not in str(refused.value)


@pytest.mark.usefixtures("own_memory")
def test_requests_are_counted_by_kind_and_status_with_their_time(read):
    before = read().text
    for _ in range(3):
        read("/api/v1/404")
    after = read().text
    asked = 'parterre_requests_total{route="api",status="404"}'
    assert value(after, asked) - value(before, asked) == 3
    slow, all_ = (f'parterre_request_seconds_{name}{{route="api"' for name in ("bucket", "count"))
    assert value(after, f"{all_}}}") - value(before, f"{all_}}}") == 3
    assert value(after, f'{slow},le="+Inf"}}') == value(after, f"{all_}}}")
    assert value(after, "parterre_workspaces_open") == 3


def test_whatever_visitors_ask_there_are_as_many_numbers_and_none_is_of_them(read):
    sizes = []
    for who in ("5524", "ada"):
        for path in (f"/api/v1/418?customer={who}", "/api/v1/451", f"/{who}@example.org", f"/login/{who}"):
            read(path)
        sizes.append(len(read().text.splitlines()))
    assert sizes[0] == sizes[1]
    said = read().text
    assert 'route="api",status="other"' in said
    labels = " ".join(re.findall(r'"([^"]*)"', said))  # the numbers may happen to hold any of these
    assert not any(word in labels for word in ("418", "451", "5524", "ada", TOKEN))


@pytest.mark.usefixtures("own_memory")
def test_refused_sign_ins_are_counted(tmp_path):
    before = {one: METER.read("sign_ins", one) for one in OUTCOMES}
    visitor = Visitor(build(tmp_path))
    visitor.sign_in("nobody")
    assert {one: METER.read("sign_ins", one) - before[one] for one in OUTCOMES} == {
        "done": 0,
        "refused": 1,
        "locked out": 0,
        "code asked": 0,
        "other": 0,
    }


@pytest.mark.usefixtures("own_memory")
def test_a_sign_in_that_ends_in_a_new_way_is_counted_and_stops_nobody():
    before = METER.read("sign_ins", "other")
    METER.signed_in("a way that is not known yet")
    assert METER.read("sign_ins", "other") - before == 1


def test_jobs_are_told_by_state_with_the_age_of_the_oldest(read, database, monkeypatch):
    monkeypatch.setattr(metrics.time, "time", lambda: 1000.0)
    texts = dict.fromkeys(("dataset", "kind", "arguments", "model", "owner", "owner_key", "signature"), "x")
    for number, (state, created) in enumerate([("waiting", 940.0), ("waiting", 990.0), ("running", 10.0)]):
        row = texts | {"id": str(number), "equal": str(number), "state": state, "created": created}
        database.change(insert(jobs).values(row))
    for beat in (995.0, 900.0):
        database.change(insert(workers).values({"token": str(beat), "host": "h", "pid": 1, "beat": beat}))
    said = read().text
    found = [value(said, f'parterre_jobs{{state="{one}"}}') for one in ("waiting", "running", "done")]
    assert found == [2, 1, 0]
    assert value(said, "parterre_job_waiting_seconds") == 60
    assert value(said, "parterre_job_workers") == 1


def test_without_its_database_it_says_so_and_goes_on(read, database, monkeypatch):
    def gone(*_):
        raise StoreError("gone")

    monkeypatch.setattr(type(database), "rows", gone)
    said = read().text
    assert "parterre_database_up 0" in said
    assert "parterre_requests_total" in said
    assert "parterre_jobs" not in said


def test_what_a_process_counted_stays_when_another_takes_its_place():
    meter = Meter()
    for slot in (1, 2, 1):
        meter.take(slot)
        meter.answered("page", 200, 0.02)
        meter.opened(4)
    assert (meter.read("requests", "page", "200"), meter.read("workspaces")) == (3, 8)
    meter.connected(3)
    meter.take(2)
    meter.connected(5)
    assert [meter.is_fuller(number) for number in (5, 4, 3)] == [True, True, False]
    meter.leave(1)
    assert not meter.is_fuller(5)
    assert (meter.read("requests", "page", "200"), meter.read("workspaces")) == (3, 4)
    assert meter.read("seconds", "page", "0.025") == 3
