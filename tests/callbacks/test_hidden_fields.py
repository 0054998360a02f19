"""Columns that only owners may see, asked for by way of models that were made before that was said."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from app import create_app
from core.accounts.permissions import Standing
from core.crossfilter.table import SelectionError
from core.datasets.personal import PersonalColumns
from core.datasets.trials import name_of, trial_work
from core.datasets.update import Update
from core.datasets.versions import Way
from core.progress import silent
from core.services import create_services
from core.settings import ROOT
from tests.callbacks.dash_client import Visitor, text
from tests.core.datasets.test_update import CARDS, february, written
from tests.support.postgresql import settled

HIDDEN = "Kidhome"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Segments were built on the column once, and are not any more; its owner has said since that it is personal."""
    folder = tmp_path_factory.mktemp("hidden")
    pd.read_csv(ROOT / "data" / "customers.csv", dtype=str).iloc[:300].to_csv(folder / "a.csv", index=False)
    settings = settled(folder / "home").model_copy(update={"data": folder / "a.csv"})
    server, services = create_app(settings).server, create_services(settings)
    people = {name: Visitor.of(server).sign_up(name) for name in ("ada", "vera")}
    live = services.live
    now = live.model.card.parameters
    old = live.choose(replace(now, basis=(*now.basis, HIDDEN)), by="ada").card.key
    new = live.choose(now, by="ada").card.key
    services.access.members.give("", "vera", Standing.ANALYST, by="ada")
    trial_work(services, {"parameters": replace(now, basis=(*now.basis, HIDDEN)).told, "by": "ada"}, silent)
    PersonalColumns(services.database, "").mark({HIDDEN: True}, by="ada")
    return people, services, old, new


def get(visitor: Visitor, path: str) -> tuple[int, str]:
    with visitor.client.get(path, headers={"Accept": "application/json"}, buffered=True) as answer:
        return answer.status_code, answer.get_data().decode("latin-1")


def test_an_older_model_that_is_built_on_a_hidden_column_is_kept_for_owners_alone(built):
    people, _, old, new = built
    for path in (
        "/export/customers.csv?columns=all&model={}",
        "/export/table.csv?model={}",
        "/filters/fields?model={}",
    ):
        status, said = get(people["vera"], path.format(new))
        assert (status, HIDDEN in said) == (200, False), path
        status, said = get(people["vera"], path.format(old))
        assert HIDDEN not in said, path
        assert status in (404, 200), path
    assert HIDDEN in get(people["ada"], f"/export/customers.csv?columns=all&model={old}")[1]
    for page in ("/", "/explore", "/segments", "/customers", "/models", "/predict"):
        for query in (f"?model={old}&older=yes", f"?one={old}&other={new}"):
            assert HIDDEN not in people["vera"].open(page, query).text, (page, query)


def test_nobody_makes_segments_live_that_are_built_on_what_they_may_not_see(built):
    people, services, _, new = built
    k = services.live.model.card.parameters.k
    values = {"choose_k-yes.n_clicks": 1, "choose_k-wanted.data": {"k": k, "restore": True}}
    people["vera"].call("choose_k-body.children", values, "choose_k-yes.n_clicks")
    assert services.live.model.card.key == new


def test_what_an_owner_tried_with_a_hidden_column_is_told_to_owners_alone(built):
    people, services, _, _ = built
    now = services.live.model.card.parameters
    query = f"?trial={name_of(replace(now, basis=(*now.basis, HIDDEN)))}"
    seen = {name: text(one.page("/models", query)) for name, one in people.items()}
    assert "made so" in seen["ada"].casefold()
    assert seen["vera"] == text(people["vera"].page("/models", "?trial=0123456789ab"))


def test_nobody_goes_back_to_a_version_whose_segments_are_built_on_what_they_may_not_see(built, tmp_path):
    people, services, _, _ = built
    spaces, secret = services.workspaces, "TENURE"
    spaces.add(written(tmp_path, CARDS.frame, "january"), "Cards", CARDS.schema, by="ada")
    with spaces.at("cards"):
        plain = services.live.model.card.parameters
        services.live.choose(replace(plain, basis=(*plain.basis, secret)), by="ada")
    Update(spaces, "cards").go(written(tmp_path, february(), "february"), Way.REPLACE, by="ada")
    with spaces.at("cards"):
        services.live.choose(plain, by="ada")
    services.access.members.give("cards", "vera", Standing.ANALYST, by="ada")
    PersonalColumns(services.database, "cards").mark({secret: True}, by="ada")
    for name, status, now in (("vera", 409, 2), ("ada", 302, 1)):
        form = {"live": "2", "csrf_token": people[name].token}
        assert people[name].client.post("/d/cards/models/versions/1", data=form).status_code == status
        assert spaces.catalogue.find("cards").version.number == now


NEVER = "Nowhere"  # no file has such a column
QUESTIONS = (
    *(("/filters/tile", {"page": page, "field": field, "address": ""})
      for page in ("/", "/explore") for field in ("FIELD", "Income*FIELD", "FIELD*Income", "FIELD.log")),
    *(("/filters/tile", {"page": "/explore", "field": "Income", **asked})
      for asked in ({"address": "FIELD=1"}, {"clauses": {"FIELD": [0]}}, {"clauses": {}, "pieces": ["FIELD=over:0"]},
                    {"address": "x=FIELD&y=Income"}, {"address": "split=FIELD"}, {"address": "any:FIELD=1&any:Income=over:5"})),
    *(("", {"page": page, "n": 1, **asked}) for page in ("/", "/explore", "/segments", "/customers", "/campaigns")
      for asked in ({"address": "FIELD=over:0"}, {"clauses": {"FIELD": [0]}}, {"clauses": {}, "pieces": ["FIELD=1..2"]},
                    {"address": "sort=FIELD"}, {"address": "x=FIELD&y=Income"}, {"address": "columns=FIELD"},
                    {"clauses": {}, "options": {"by": "FIELD", "split": "FIELD", "x": "FIELD"}})),
)  # fmt: skip
ADDRESSES = ("/export/customers.csv?sort=FIELD", "/export/customers.csv?columns=ID,FIELD", "/export/customers.csv?FIELD=0", "/api/v1/counts?FIELD=0",
             "/api/v1/counts?any:FIELD=1&any:Income=over:5", "/api/v1/counts?FIELD=has:1", "/api/v1/counts?field=FIELD")  # fmt: skip


def told(visitor: Visitor, field: str) -> list[tuple[object, int, str]]:
    """What is answered to questions that name the field."""
    found = []
    for path, question in QUESTIONS:
        sent = json.loads(json.dumps(question).replace("FIELD", field))
        if path:
            answer = visitor.client.post(path, json=sent, headers={"X-CSRFToken": visitor.token})
        else:
            answer = visitor.call("filters-answer.data", {"filters-ask.data": sent}, "filters-ask.data")
        found.append((question, answer.status_code, answer.text.replace(field, "it")))
    for address in ADDRESSES:
        status, said = get(visitor, address.replace("FIELD", field))
        found.append((address, status, said.replace(field, "it")))
    # Which columns are called alike is said, of those that there are.
    return [(asked, status, re.sub(r"(?<=Expected )[^.]*", "", said)) for asked, status, said in found]


def test_no_question_about_a_hidden_column_is_answered_otherwise_than_about_one_that_there_is_not(built):
    people, services, _, _ = built
    told(people["ada"], HIDDEN)  # so that what is remembered of it would be there
    for mine, never in zip(told(people["vera"], HIDDEN), told(people["vera"], NEVER), strict=True):
        assert mine == never
        assert mine[1] < 500
    shown = services.live.model.without({HIDDEN}).crossfilter
    whole = services.live.model.crossfilter
    for name in whole.axes.keys() - shown.axes.keys():
        assert HIDDEN in services.live.model.schema.sources(name.removesuffix(".log"))
        assert name not in shown.summed
        assert shown.crossed(f"Income*{name}") is shown
        with pytest.raises(SelectionError):
            shown.tile(shown.selection(), name, ())
    assert HIDDEN in whole.axes
