"""Whatever a signed-in visitor's browser sends, the server answers, and never that it is its own fault."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.callbacks.dash_client import Visitor, outputs_of
from tests.callbacks.test_guard_walk import path_of

QUIET = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
TEXTS = st.text(max_size=20) | st.sampled_from(
    [
        "/",
        "/segments/1",
        "?Income=1..2",
        "Segment=1",
        "any:Income=over:5",
        "compare=1,2",
        "\x00",
        "..",
        "1e999",
        "-1",
        "__proto__",
    ]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


def bodies(visitor: Visitor) -> st.SearchStrategy[dict]:
    """Questions to any callback with anything in them, as the renderer words them."""

    def asked(callback: dict, values: list, triggered: int) -> dict:
        parts = [*callback["inputs"], *callback["state"]]
        names = [f"{one['id']}.{one['property']}" for one in parts]
        given = dict(zip(names, values, strict=False))
        return visitor.body(outputs_of(callback["output"])[0], given, names[triggered % len(names)])

    callbacks = [one for one in visitor.dependencies if one["inputs"] and not one.get("clientside_function")]
    return st.builds(
        asked, st.sampled_from(callbacks), st.lists(JSON, min_size=12, max_size=12), st.integers(0, 11)
    )


@pytest.mark.parametrize("who", ["viewer", "administrator"])
def test_no_question_to_a_callback_breaks_the_server(request, who, caplog):
    visitor = request.getfixturevalue(who)

    @QUIET
    @given(bodies(visitor))
    def answers(body):
        answer = visitor.post(body)
        assert answer.status_code < 500, answer.text
        assert "reference" not in answer.text or answer.status_code < 400

    answers()
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


def test_no_address_and_no_header_breaks_the_server(viewer, caplog):
    headers = st.sampled_from(
        ["Accept-Language", "X-Parterre-Model", "X-Forwarded-For", "X-Forwarded-Prefix", "Authorization", "Cookie", "Range",
         "If-None-Match", "If-Modified-Since", "Content-Type", "Accept-Encoding", "Sec-Fetch-Site", "X-Request-ID"]
    )  # fmt: skip
    paths = st.sampled_from(
        [
            "/",
            "/export/table.csv",
            "/customers",
            "/api/v1/counts",
            "/assets/theme.js",
            "/d/x/",
            "/login",
            "/predict/scored/x.csv",
        ]
    )
    values = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40)

    @QUIET
    @given(paths, TEXTS, headers, values)
    def answers(path, query, header, value):
        fresh = viewer.client.application.test_client()
        fresh._cookies = dict(viewer.client._cookies)
        answer = fresh.get(f"{path}?{quote(query)}", headers={header: value})
        assert answer.status_code < 500, answer.text

    answers()
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


FIELDS = [
    "name",
    "username",
    "password",
    "current",
    "repeat",
    "role",
    "days",
    "dataset",
    "q",
    "page",
    "address",
    "text",
    "zone",
    "email",
    "title",
    "ids",
    "way",
    "slug",
    "file",
    "whom",
    "code",
    "locale",
    "currency",
    "id",
    "do",
]
ENDS = ("logout", "account-sessions")
NO_FORMS = {
    "JSON": ("application/json", json.dumps({name: [1, {}] for name in FIELDS}).encode()),
    "halves of signs": ("application/json", json.dumps(dict.fromkeys(FIELDS, "�")).encode()),
    "files": (
        "multipart/form-data; boundary=x",
        "".join(
            f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n1\r\n'
            for name in FIELDS
        ).encode()
        + b"--x--\r\n",
    ),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # files that nobody read
@pytest.mark.parametrize("kind", NO_FORMS)
def test_what_no_form_sends_breaks_no_endpoint(app, administrator, kind):
    """By somebody who may do all, or nearly: `/logout` and the like would end what other tests go on with."""
    content_type, body = NO_FORMS[kind]
    known = app.server.extensions["parterre_bearers"]
    secret, token = known.tokens.make(known.users.get("ada-admin"), "odd forms")
    bearer, csrf = {"Authorization": f"Bearer {secret}"}, {"X-CSRFToken": administrator.token}
    for rule in app.server.url_map.iter_rules():
        for method in {"POST", "PUT", "DELETE"} & rule.methods if rule.endpoint not in ENDS else ():
            headers = bearer if rule.rule.startswith("/api/") else csrf
            with administrator.client.open(
                path_of(rule), method=method, headers=headers, data=body, content_type=content_type
            ) as answer:
                assert answer.status_code < 500 or answer.status_code == 503, (method, rule.rule, answer.text)
    known.tokens.revoke(token.id)
