"""A visitor without a browser: Flask's test client, and what Dash's renderer sends with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from layouts.glossary import WRITTEN, words_in

PASSWORD = "quiet beds of lavender"
UPDATE = "/_dash-update-component"


@dataclass(frozen=True)
class Visitor:
    """One person and the cookies that the server gave them."""

    client: FlaskClient

    @classmethod
    def of(cls, server: Flask) -> Visitor:
        return cls(server.test_client())

    @property
    def token(self) -> str:
        cookie = self.client.get_cookie("_csrf_token")
        return cookie.decoded_value if cookie else ""

    def sign_up(self, username: str) -> Visitor:
        self.client.get("/signup")
        typed = {"username": username, "password": PASSWORD, "repeat": PASSWORD, "csrf_token": self.token}
        answer = self.client.post("/signup", data=typed)
        assert (answer.status_code, answer.location) == (302, "/"), answer.text
        self.client.get("/")
        return self

    @cached_property
    def dependencies(self) -> list[dict]:
        return self.client.get("/_dash-dependencies").json

    def post(self, body: object, *, model: str = "", **options: object) -> TestResponse:
        """Post a question; `model` is that of the page that asks."""
        headers = {"X-CSRFToken": self.token} | ({"X-Parterre-Model": model} if model else {})
        return self.client.post(UPDATE, json=body, headers=headers, **options)

    def body(self, output: str, values: Mapping[str, object], triggered: str) -> dict:
        """What Dash posts when `triggered` ("id.property") calls the callback that writes to `output`."""
        callback = next(one for one in self.dependencies if output in outputs_of(one["output"]))
        pairs = [one.rsplit(".", 1) for one in outputs_of(callback["output"])]
        outputs = [{"id": identity, "property": name} for identity, name in pairs]
        return {
            "output": callback["output"],
            "outputs": outputs if callback["output"].startswith("..") else outputs[0],
            "inputs": [with_value(one, values) for one in callback["inputs"]],
            "state": [with_value(one, values) for one in callback["state"]],
            "changedPropIds": [triggered],
        }

    def call(self, output: str, values: Mapping[str, object], triggered: str) -> TestResponse:
        return self.post(self.body(output, values, triggered))

    @contextmanager
    def reading(self, language: str) -> Iterator[Visitor]:
        """The same person with a browser of another language."""
        around = self.client.environ_base
        around["HTTP_ACCEPT_LANGUAGE"] = language
        try:
            yield self
        finally:
            del around["HTTP_ACCEPT_LANGUAGE"]

    def open(self, pathname: object, search: object = "") -> TestResponse:
        values = {"shell-address.pathname": pathname, "shell-address.search": search}
        return self.call("shell-page.children", values, "shell-address.pathname")

    def search(self, text: str, mount: str = "") -> TestResponse:
        """What is found by what is typed."""
        return self.client.post(f"{mount}/search", json={"q": text}, headers={"X-CSRFToken": self.token})

    def page(self, pathname: object, search: object = "") -> object:
        """What the address draws."""
        answer = self.open(pathname, search)
        assert answer.status_code == 200, answer.text
        return answer.json["response"]["shell-page"]["children"]


def outputs_of(name: str) -> list[str]:
    return name.strip(".").split("...")


def with_value(given: Mapping[str, str], values: Mapping[str, object]) -> dict:
    known = {"id": given["id"], "property": given["property"]}
    name = f"{given['id']}.{given['property']}"
    return known | ({"value": values[name]} if name in values else {})


def components(drawn: object) -> Iterator[dict]:
    """Every component of a drawn page, outermost first."""
    if isinstance(drawn, list):
        for one in drawn:
            yield from components(one)
    elif isinstance(drawn, dict) and "namespace" in drawn:
        yield drawn
        yield from components(drawn["props"].get("children"))


def strings(drawn: object) -> Iterator[str]:
    if isinstance(drawn, list):
        for one in drawn:
            yield from strings(one)
    elif isinstance(drawn, dict):
        yield from strings(drawn["props"].get("children"))
        if "data-table" in drawn["props"]:
            content = json.loads(drawn["props"]["data-table"])
            yield from [content["caption"], *chain(content["head"], *content["rows"])]
    elif isinstance(drawn, str):
        yield drawn


def table_rows(drawn: object) -> list[list[str]]:
    """The rows of the first small table, which the browser writes."""
    table = next(one["props"] for one in components(drawn) if "data-table" in one["props"])
    return json.loads(table["data-table"])["rows"]


def text(drawn: object) -> str:
    """The words of a drawn page, as one would read them."""
    return " ".join(strings(drawn))


def drawn_with(drawn: object, **properties: str) -> list[dict]:
    """The properties of all components that have these: `drawn_with(page, id="predict-Age")`."""
    return [
        one["props"]
        for one in components(drawn)
        if all(one["props"].get(name) == value for name, value in properties.items())
    ]


def technical_words(drawn: object) -> tuple[set[str], set[str]]:
    """Those that a drawn page explains, and those that stand on it and are left unexplained."""
    marks = [one["props"][WRITTEN] for one in components(drawn) if WRITTEN in one["props"]]
    explained = {name for mark in marks for name, _ in json.loads(mark)}
    return explained, {name for name, _ in words_in(" ".join(strings(drawn)))} - explained
