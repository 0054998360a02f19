"""How long the server takes to answer for one customer: checked, scored, said and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from plotly.io.json import to_json_plotly

from app import create_app, create_services
from bench.rows import Row, timed
from callbacks.predict.page import answer
from core.scoring.customer_input import read
from core.scoring.prediction import predict
from core.services import Services
from core.settings import Settings


def rows(settings: Settings) -> list[Row]:
    """One row: the median of two hundred answers, each as the JSON that travels."""
    services = create_services(settings)
    texts = services.model.space.typical
    server = create_app(settings).server
    with server.test_request_context("/predict"):
        seconds = timed(partial(as_json, services, texts), times=200)
    n = len(services.model.people)
    return [Row(bench="predict", what="answer for one customer", n=n, seconds=seconds)]


def as_json(services: Services, texts: Mapping[str, object]) -> str:
    """The answer as it travels."""
    [found] = predict(services.model, [read(texts, services.model, services.numbers)], services.grouped)
    return str(to_json_plotly(answer(services, found)))
