"""Customers predicted over the API, one and ten thousand at once, beside a scikit-learn pipeline behind Flask.

`python -m bench.predict_api` measures it alone. Two processes at once are what a server of two workers has.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context

import pandas as pd
from flask import Flask, jsonify, request
from flask.testing import FlaskClient
from sklearn.cluster import KMeans
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from app import create_app
from bench.rows import Row, table, timed
from core.accounts.tokens import Tokens
from core.settings import Settings, load
from tests.support.personality import people_of

MANY = 10_000
NAME = "bench-user"
PEER = "scikit-learn"
PROCESSES, TIMES = 2, 20


def rows(settings: Settings) -> list[Row]:
    """One row for one customer, one for many; each request whole, but for the network."""
    server = create_app(settings.model_copy(update={"api_rate": 10**9})).server
    bearers = server.extensions["parterre_bearers"]
    user = bearers.users.get(NAME) or bearers.users.add(NAME, "no password opens it")
    tokens: Tokens = bearers.tokens
    secret, token = tokens.make(user, "bench")
    customers = _customers(server.test_client(), secret, settings)
    alone = [
        _row(server, secret, customers, n, what, partial(timed, times=times))
        for n, times, what in (
            (1, 100, "one customer, by a token"),
            (MANY, 9, "customers at once, by a token"),
        )
    ]
    both = _row(server, secret, customers, MANY, "customers, by two processes at once", _at_once)
    tokens.revoke(token.id)
    return [*alone, both | {"n": PROCESSES * MANY}]


def _customers(client: FlaskClient, secret: str, settings: Settings) -> pd.DataFrame:
    """The basis of as many customers as are asked for, those of the file again and again."""
    told = client.get("/api/v1/models?limit=1", headers={"Authorization": f"Bearer {secret}"}).json
    basis = told["models"][0]["basis"] if told else []
    table = people_of(settings.home)[basis]
    return table.iloc[[place % len(table) for place in range(MANY)]]


def _row(
    server: Flask,
    secret: str,
    customers: pd.DataFrame,
    n: int,
    what: str,
    measure: Callable[[Callable], float],
) -> Row:
    body = json.dumps({"customers": json.loads(customers.head(n).to_json(orient="records"))})
    headers = {"Authorization": f"Bearer {secret}"}
    ours = measure(partial(_ask, server.test_client(use_cookies=False), body, headers))
    peer = measure(partial(_ask, _peer(customers).test_client(), body, {}))
    found = {"peer": PEER, "peer_seconds": peer, "ratio": peer / ours}
    return Row(bench="predict", what=what, n=n, seconds=ours, **found)


def _at_once(ask: Callable[[], object]) -> float:
    """Processor time in which the slower of the processes is answered once, all of them asking `TIMES` times.

    Where each has a core of its own, as much time passes.
    """
    context = get_context("fork")  # as gunicorn makes its workers
    begin, took = context.Barrier(PROCESSES), context.SimpleQueue()

    def asking() -> None:
        ask()
        begin.wait()
        began = time.process_time()
        for _ in range(TIMES):
            ask()
        took.put(time.process_time() - began)

    processes = [context.Process(target=asking) for _ in range(PROCESSES)]
    for one in processes:
        one.start()
    for one in processes:
        one.join()
    if any(one.exitcode for one in processes):
        raise RuntimeError("A process was not answered.")
    return max(took.get() for _ in processes) / TIMES


def _ask(client: FlaskClient, body: str, headers: dict[str, str]) -> bytes:
    answer = client.post("/api/v1/predict", data=body, content_type="application/json", headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(answer.text)
    return answer.data


def _peer(customers: pd.DataFrame) -> Flask:
    """What one writes around a fitted pipeline: segments and distances, without names, firmness or warnings."""
    steps = SimpleImputer(strategy="median"), StandardScaler(), KMeans(6, n_init=1, random_state=0)
    pipeline: Pipeline = make_pipeline(*steps).fit(customers)
    server = Flask("peer")

    @server.post("/api/v1/predict")
    def predict() -> object:
        frame = pd.DataFrame(request.get_json()["customers"], columns=customers.columns, dtype="float64")
        distances = pipeline.transform(frame).round(4)
        told = zip((distances.argmin(axis=1) + 1).tolist(), distances.tolist(), strict=True)
        return jsonify(predictions=[{"segment": own, "distances": away} for own, away in told])

    return server


if __name__ == "__main__":
    print(table(rows(load())))
