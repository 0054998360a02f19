"""What is sent to each route and callback where an ID of a dataset can stand; `{name}` stands for one."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MARK = "zq7"  # in everything of the other dataset that has a name
PAGE = {"page": "/", "address": ""}


@dataclass(frozen=True)
class Case:
    """What is sent to a route; `{name}` stands for an ID."""

    path: Mapping[str, str] = field(default_factory=dict)
    queries: tuple[str, ...] = ("",)
    forms: tuple[Mapping[str, Any], ...] = ()
    bodies: tuple[Any, ...] = ()

    def kinds(self) -> Iterator[dict[str, Any]]:
        for query in self.queries:
            yield from ({"query": query, "data": form} for form in self.forms)
            yield from ({"query": query, "json": body} for body in self.bodies)
            if not self.forms and not self.bodies:
                yield {"query": query}


def at(*queries: str, **path: str) -> Case:
    return Case(path, queries or ("",))


FILTERED = ("model={model}", "model={model}&older=yes&Segment=1", "model={model}&older=yes")
STAGED = ("{staged}", "{arriving}")
FILE = (io.BytesIO, b"ID,Age\r\n1,44\r\n", "people.csv")
# Nothing of a dataset stands in what these take.
WITHOUT = frozenset(
    """GET / | GET /_dash-component-suites/<string:package_name>/<path:fingerprinted_path> | GET /_dash-dependencies
    GET /_dash-layout | GET /_favicon.ico | GET /_reload-hash | GET /account | POST /account | GET /account/email
    POST /account/email | GET /account/factor | POST /account/factor/begin | POST /account/factor/codes
    POST /account/factor/confirm | POST /account/factor/off | POST /account/numbers | GET /account/tokens
    GET /assets/<path:filename> | GET /assets/first.<version>.js | GET /assets/scripts.<version>.js
    GET /assets/styles.<version>.css | GET /forgot | POST /forgot | GET /healthz | GET /readyz | GET /metrics
    GET /login | POST /login | GET /login/code | POST /login/code | GET /login/sso | GET /login/sso/back
    GET /signup | POST /signup | POST /logout | GET /invite/<secret> | POST /invite/<secret> | GET /reset/<secret>
    POST /reset/<secret> | GET /unsubscribe/<token> | POST /unsubscribe/<token> | POST /_dash-update-component
    GET /api/v1/docs | GET /api/v1/openapi.json | GET /api/v1/<path:rest> | POST /api/v1/<path:rest>
    PUT /api/v1/<path:rest> | PATCH /api/v1/<path:rest> | DELETE /api/v1/<path:rest> | POST /data/files
    POST /data/cluster""".replace("\n", " | ").replace("    ", "").split(" | ")
)  # fmt: skip
CASES: Mapping[str, Case] = {
    "GET /<path:path>": at("customer={customer}", "model={model}", path="customers"),
    "POST /account/sessions": Case(forms=({"id": "{session}"},)),
    "POST /account/tokens": Case(forms=({"name": "x", "password": "x", "dataset": "{slug}"},)),
    "POST /account/tokens/revoke": Case(forms=({"id": "{token}"},)),
    "GET /admin": at(),
    "GET /admin/audit": at("what={slug}"),
    "GET /admin/audit.csv": at("what={slug}"),
    "GET /admin/invitations": at(),
    "POST /admin/invitations/make": Case(forms=({"whom": "x", "standing-{slug}": "owner"},)),
    "POST /admin/invitations/revoke": Case(forms=({"id": "{token}"},)),
    "GET /admin/jobs": at(),
    "POST /admin/jobs/cancel": Case(forms=({"job": "{job}", "dataset": "{slug}"},)),
    "GET /admin/people/<username>": at(username="olga"),
    "POST /admin/people/<username>/datasets": Case({"username": "vera"}, forms=({"standing-{slug}": "owner"},)),
    "POST /admin/people/<username>/do": Case({"username": "olga"}, forms=({"do": "remove"},)),
    "GET /admin/sign-up": at(),
    "POST /admin/sign-up/choose": Case(forms=({"way": "open"},)),
    "POST /admin/sign-up/second-step": Case(forms=({"way": "everybody"},)),
    "GET /admin/storage": at(),
    "GET /api/v1/campaigns": at("", *FILTERED),
    "GET /api/v1/campaigns/<name>": at("", *FILTERED, name="Response"),
    "GET /api/v1/counts": at("", *FILTERED),
    "GET /api/v1/dataset": at("slug={slug}", "dataset={slug}"),
    "GET /api/v1/datasets": at("slug={slug}", "dataset={slug}"),
    "POST /api/v1/datasets": Case(forms=({"title": "{slug}", "slug": "{slug}", "file": FILE},)),
    "GET /api/v1/evidence": at("", *FILTERED),
    "GET /api/v1/jobs": at("dataset={slug}", "owner=olga"),
    **{
        f"{method} /api/v1/jobs/<id>{end}": at(id="{job}|{shared}|{lost}")
        for method, end in (("GET", ""), ("POST", "/again"), ("POST", "/cancel"))
    },
    "GET /api/v1/models": at("dataset={slug}"),
    "GET /api/v1/models/<key>": at(key="{model}"),
    "POST /api/v1/predict": Case(bodies=({"customers": [{"ID": "{customer}"}], "model": "{model}"}, {"customer": "{customer}"})),
    "POST /api/v1/score": Case(forms=({"model": "{model}", "id": "{scored}", "file": FILE},)),
    "GET /api/v1/scored/<id>": at(id="{scored}"),
    "GET /api/v1/scored/<id>.csv": at(id="{scored}"),
    "GET /api/v1/segments": at("", *FILTERED),
    "GET /api/v1/segments/<int:number>": at("", *FILTERED, number="1"),
    "GET /api/v1/versions": at("dataset={slug}"),
    "POST /api/v1/versions": Case(forms=({"way": "replace", "slug": "{slug}", "dataset": "{slug}"},)),
    "GET /api/v1/versions/<int:number>": at("dataset={slug}", number="7"),
    "POST /customers/erase": Case(forms=({"customer": "{customer}", "typed": "{customer}", "model": "{model}"},)),
    "GET /customers/files/held.json": at("customer={customer}"),
    "POST /data/datasets/<slug>/remove": Case({"slug": "{slug}"}, forms=({"live": "1"},)),
    "POST /data/datasets/<slug>/sharing": Case({"slug": "{slug}"}, forms=({"name": "vera", "role": "owner"},)),
    "POST /data/datasets/<slug>/writing": Case({"slug": "{slug}"}, forms=({"currency": "EUR", "locale": "de_DE"},)),
    "PUT /data/files/<identity>": at("offset=3", identity="{staged}|{arriving}"),
    "POST /data/files/<identity>/compare": Case({"identity": "{staged}|{own}"}, bodies=({"slug": "{slug}"},)),
    "POST /data/files/<identity>/forget": at(identity="{staged}"),
    "POST /data/files/<identity>/live": Case(
        {"identity": "{staged}|{own}"}, bodies=({"way": "replace", "compared": "{compared}"},)
    ),
    "POST /data/files/<identity>/make": Case(
        {"identity": "{staged}"}, bodies=({"title": "x", "currency": "", "locale": ""},)
    ),
    "POST /data/files/<identity>/mapping": Case({"identity": "{staged}"}, bodies=({"roles": {}, "choices": {}},)),
    "GET /data/files/<identity>/mapping.json": at(identity="{staged}"),
    "POST /data/files/<identity>/remove": at(identity="{staged}|{arriving}"),
    "POST /data/personal": Case(forms=({"column:E-mail": "no"},)),
    "POST /data/source": Case(forms=({"place": "0", "what": "update:{slug}"}, {"place": "0", "what": "score:{slug}"})),
    "POST /data/together": Case(bodies=({"ids": ["{staged}", "{own}"]}, {"ids": ["{staged}", "{arriving}"]})),
    **{f"GET /export/{name}": at("", *FILTERED) for name in ("customers.csv", "table.csv", "table.parquet")},
    "GET /export/customers.xlsx": at(*FILTERED),  # it says when it was made
    "GET /export/workbooks/<id>.xlsx": at(id="{job}"),
    "GET /filters/fields": at("", *FILTERED),
    "POST /filters/tile": Case(queries=("", *FILTERED), bodies=(
        {"page": "/", "field": "Income", "address": "model={model}&Segment=1"},
        {"page": "/", "field": "Income", "clauses": {}, "pieces": ["ID={customer}"]},
    )),
    "GET /models/files/<name>": at(*FILTERED, name="card.json"),
    "POST /models/making": Case(forms=({"scaling": "standard"},)),
    "POST /models/making/<name>": Case({"name": "{trial}"}, forms=({"live": "{model}"},)),
    "POST /models/marks/<key>": Case({"key": "{model}"}, forms=({"note": "x", "retired": "yes"},)),
    "POST /models/versions/<number>": Case({"number": "7"}, forms=({"live": "7"},)),
    "POST /models/versions/<number>/remove": Case({"number": "7"}, forms=({"live": "7"},)),
    "GET /notes": at("page=/&address=", "page=/&address=model%3D{model}", "page=/segments/1&address=model%3D{model}%26older%3Dyes"),
    "POST /notes": Case(bodies=(
        PAGE | {"text": "mine", "answers": "int {note}", "about": ""},
        PAGE | {"address": "model={model}", "text": "mine", "answers": None, "about": ""},
    )),
    "POST /notes/<id>": Case({"id": "{note}"}, bodies=(PAGE | {"done": True},)),
    "POST /predict/score": Case(forms=({"id": "{scored}"},)),
    "GET /predict/scored/<identity>.<ending>": at(identity="{scored}", ending="csv"),
    "GET /reports": at("dataset={slug}"),
    "POST /reports": Case(bodies=(
        {"page": "/", "address": "model={model}&older=yes", "form": "html", "locale": "en_US", "site": "x", "whole": False, "zone": "UTC"},
    )),
    "GET /reports/<identity>.<form>": at(identity="{report}", form="html"),
    "POST /search": Case(bodies=({"q": "{customer}"}, {"q": "{slug}"}, {"q": MARK})),
    "GET /views": at("owner=olga"),
    "POST /views": Case(bodies=({"name": "mine", "address": "/?model={model}&older=yes"},)),
    "PATCH /views/<id>": Case({"id": "{view}"}, bodies=({"name": "mine"},)),
    "PUT /views/<id>": Case({"id": "{view}"}, bodies=({"address": "/"},)),
    "DELETE /views/<id>": at(id="{view}"),
    "POST /weekly-reports": Case(bodies=(
        {"page": "/", "address": "model={model}", "form": "html", "locale": "en_US", "site": "x", "whole": False, "zone": "UTC", "email": "v@example.org"},
    )),
    "DELETE /weekly-reports/<id>": at(id="{weekly}"),
    "GET /weekly-reports/confirm/<token>": at(token="{confirms}"),
}  # fmt: skip
OPENED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("/", "/explore", "/segments", "/segments/1", "/choose-k", "/campaigns"), FILTERED[:2]),
    "/predict": ("customer={customer}", "a={customer}&b={customer}", "file={scored}", "file={staged}"),
    "/customers": (*FILTERED[:2], "customer={customer}", "customer={customer}&erase=ask", "export={job}", "erasure={erasure}&job={job}", "erasure={erasure}"),
    "/models": ("trial={trial}", "trial={trial}&job={job}", "trial={trial}&job={lost}", "one={model}&other={model}"),
    "/data": ("file={staged}", "file={arriving}", "file={scored}"),
}  # fmt: skip
ASKED = "model={model}&Segment=1"
DO = ("predict", "follow", "load", "clear", "keep", "add", "again")
# By the first of what a callback writes, the values of what it reads, one after the other.
CALLBACKS: Mapping[str, tuple[tuple[Any, ...], ...]] = {
    "shell-page.children": (
        *((path, None, f"?{query}") for path, queries in OPENED.items() for query in queries),
        ("/d/{slug}/", None, ""),
        ("/d/{slug}/models", None, "?one={model}"),
    ),
    "filters-answer.data": tuple(
        ({"page": page, "n": 1, **asked},)
        for page in ("/", "/explore", "/segments", "/customers")
        for asked in ({"address": ASKED}, {"address": ""}, {"clauses": {}, "pieces": ["ID={customer}"], "options": {}})
    ),
    "segments-name-said.children": ((1, None, "{model}", "mine", "mine"),),
    "rfm-recency-said.children": ((1, None, "{model}", "{job}", "{customer}"),),
    "choose_k-preview.children": (("{model}",), ("{job}",)),
    "choose_k-asked.hidden": ((1, None, None, "{model}"),),
    "choose_k-body.children": ((1, "{model}"), (1, {"k": "{model}", "model": "{model}", "job": "{job}"})),
    "campaigns-amounts.data": (("{customer}", "{model}"),),
    "compare-content.children": tuple(({"do": do, "kept": ["{customer}"], "other": "{customer}"},) for do in DO),
    "batch-result.children": (("{scored}",), ({"id": "{scored}"},), ("{staged}",)),
    "predict-answer.children": tuple(({"do": do, "values": {}, "customer": "{customer}"},) for do in DO),
    "customers-grid.getRowsResponse": tuple(
        ({"startRow": 0, "endRow": 9, "sortModel": []}, asked) for asked in (ASKED, "ID={customer}", "E-mail=has:zq7")
    ),
    "making-form.children": ((1,),),
}  # fmt: skip
