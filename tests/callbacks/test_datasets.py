"""Two datasets behind one door: what is asked at one is about that one, whatever the question says."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from flask import Flask

from app import create_app
from callbacks.files.downloads import EXTENSION
from core.numbers import Numbers
from core.services import Services, create_services
from core.settings import ROOT
from tests.callbacks.dash_client import UPDATE, Visitor, text
from tests.callbacks.door import words
from tests.datasets.tables import TABLES
from tests.support.postgresql import settled

HALF = "/d/half"
ROWS = "ID,Age,Income,Total_Spending,NumWebPurchases,NumStorePurchases,NumWebVisitsMonth,Recency\nA,44,51000,400,4,5,6,50\n"


@dataclass(frozen=True)
class House:
    server: Flask
    services: Services  # another process's, of the same home
    visitor: Visitor

    def get(self, path: str, **options: object):
        return self.visitor.client.get(path, headers={"Accept": "text/html"}, buffered=True, **options)

    def open(self, mount: str, pathname: str, model: str = "", search: str = ""):
        """What Dash asks of a mount when its browser shows `pathname`."""
        values = {"shell-address.pathname": pathname, "shell-address.search": search}
        body = self.visitor.body("shell-page.children", values, "shell-address.pathname")
        return self.ask(mount, body, model)

    def ask(self, mount: str, body: object, model: str = ""):
        headers = {"X-CSRFToken": self.visitor.token} | ({"X-Parterre-Model": model} if model else {})
        return self.visitor.client.post(mount + UPDATE, json=body, headers=headers)

    def said(self, mount: str, page: str) -> str:
        return text(self.open(mount, mount + page).json["response"]["shell-page"]["children"])

    def key(self, slug: str) -> str:
        with self.services.workspaces.at(slug):
            return self.services.model.card.key


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> House:
    """Added by the command line's process while the server runs."""
    settings = settled(tmp_path_factory.mktemp("home"))
    server, services = create_app(settings).server, create_services(settings)
    file = tmp_path_factory.mktemp("file") / "half.csv"
    sample = pd.read_csv(ROOT / "data" / "customers.csv", sep=None, engine="python", dtype=str)
    sample.iloc[::2].to_csv(file, index=False)
    services.workspaces.add(file, "Half")
    return House(server, services, Visitor.of(server).sign_up("ada"))


def test_each_address_shows_its_own_customers(house):
    assert "2,240" in house.said("", "/customers")
    half = house.said(HALF, "/customers")
    assert "1,120" in half
    assert "2,240" not in half
    assert house.said("/d/default", "/customers") == house.said("", "/customers")


def write(visitor: Visitor, slug: str, **writing: str):
    return visitor.client.post(
        f"/d/default/data/datasets/{slug}/writing", data=writing, headers={"X-CSRFToken": visitor.token}
    )


def test_each_dataset_has_its_own_currency_and_language_in_one_worker(house):
    before = house.said("", "/")
    assert write(house.visitor, "default", currency="USD", locale="en_US").status_code == 302
    assert write(house.visitor, "half", currency="EUR", locale="de_DE").status_code == 302
    try:
        dollars, euros = house.said("", "/"), house.said(HALF, "/")
        assert "$" in dollars
        assert "€" not in dollars
        assert re.search(r"\d\.\d{3}\s€", euros)
        assert "$" not in euros
        assert "1.120" in house.said(HALF, "/customers")
        assert "2,240" in house.said("", "/customers")
        with house.services.workspaces.at("half"), house.services.read_in("fr_FR"):  # as a job does
            assert house.services.numbers == Numbers("de_DE", "EUR")
    finally:
        write(house.visitor, "default", currency="", locale="")
        write(house.visitor, "half", currency="", locale="")
    assert house.said("", "/") == before


@pytest.mark.parametrize(
    ("slug", "writing", "code", "said"),
    [
        ("half", {"currency": "<b>", "locale": ""}, 400, "the currency"),
        ("half", {"currency": "EUR", "locale": "../de"}, 400, "the language"),
        ("nothing", {"currency": "EUR", "locale": ""}, 404, "no dataset"),
    ],
)
def test_a_way_of_writing_that_is_none_is_refused(house, slug, writing, code, said):
    answer = write(house.visitor, slug, **writing)
    assert answer.status_code == code
    assert said in answer.text


def test_who_only_looks_chooses_no_currency(house, viewer):
    assert write(viewer, "default", currency="EUR", locale="").status_code == 403


def test_links_of_a_page_stay_at_its_dataset_and_scripts_at_the_root(house):
    page = house.get(f"{HALF}/").text
    assert 'data-root="/d/half/"' in page
    assert 'src="/assets/' in page
    assert "/d/half/assets/" not in page
    assert "/d/half/_dash-component-suites/" not in page
    frame = house.get(f"{HALF}/_dash-layout").text.replace("\\u002f", "/")
    assert '"href":"/d/half/explore"' in frame
    assert '"href":"/d/default/"' in frame
    assert '"action":"/d/half/logout"' in frame


def test_the_navigation_has_a_way_to_the_others_only_where_there_are_others(house, viewer):
    assert "Dataset: customers" in house.get("/_dash-layout").text
    assert "Dataset: Half" in house.get(f"{HALF}/_dash-layout").text
    assert "Dataset: " not in viewer.client.get("/_dash-layout").text
    account = house.get(f"{HALF}/account").text
    assert 'aria-label="Dataset: Half"' in account
    assert 'href="/d/default/">customers</a>' in account
    assert 'href="/d/half/" aria-current="true">Half</a>' in account
    assert "Dataset: " not in viewer.client.get("/account").text


@pytest.mark.parametrize(
    "path", ["/", "/explore", "/export/customers.csv", "/_dash-layout", "/assets/nothing.css"]
)
def test_a_dataset_that_is_not_there_is_said_with_a_way_to_what_is(house, path):
    answer = house.get(f"/d/nothing{path}")
    assert answer.status_code == 404
    assert "Found no dataset 'nothing'" in answer.text or "Found no dataset &#39;nothing&#39;" in answer.text
    assert "/d/nothing/" not in answer.text


def test_a_stranger_is_not_told_which_datasets_there_are(house):
    stranger = Visitor.of(house.server).client
    answers = [
        stranger.get(f"/d/{slug}{path}", headers={"Accept": "text/html"})
        for path in ("/explore", "/login")
        for slug in ("half", "nothing")
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 200, 200]
    assert words(answers[2]) == words(answers[3])


def test_who_signs_in_at_a_dataset_comes_back_to_it(house):
    stranger = Visitor.of(house.server).client
    away = stranger.get(f"{HALF}/explore", headers={"Accept": "text/html"}).location
    assert away == "/d/half/login?next=%2Fexplore"
    stranger.get(away)
    token = stranger.get_cookie("_csrf_token").decoded_value
    typed = {"username": "ada", "password": "quiet beds of lavender", "csrf_token": token}
    assert stranger.post(away, data=typed).location == "/d/half/explore"


@pytest.mark.parametrize(
    "pathname", ["/d/half/customers", "/d/default/customers", "/d/half", "/d/halfway/customers"]
)
def test_a_question_that_names_a_page_of_another_dataset_gets_nothing(house, pathname):
    mount = "" if pathname.startswith("/d/half/") else HALF
    if pathname == "/d/half":
        assert house.open(mount, pathname).status_code == 200
        return
    answer = house.open(mount, pathname)
    assert "There is no such page" in text(answer.json["response"]["shell-page"]["children"])


@pytest.mark.parametrize("way", ["", " older"])
@pytest.mark.parametrize(("mount", "other"), [("", "half"), (HALF, "")])
def test_a_question_with_the_model_of_another_dataset_is_not_answered(house, mount, other, way):
    values = {"filters-ask.data": {"page": "/", "n": 1, "clauses": {}, "options": {}}}
    body = house.visitor.body("filters-answer.data", values, "filters-ask.data")
    own = house.ask(mount, body, house.key("half" if mount else ""))
    assert own.json["response"] != {}
    answer = house.ask(mount, body, house.key(other) + way)
    assert answer.json["response"] == {}
    assert set(answer.json["sideUpdate"]) == {"shell-changed"}


@pytest.mark.parametrize("path", ["/export/customers.csv", "/export/table.csv", "/models/files/card.json"])
def test_a_link_with_the_model_of_another_dataset_is_not_followed(house, path):
    assert house.get(f"{path}?model={house.key('half')}").status_code == 404
    assert house.get(f"{HALF}{path}?model={house.key('')}").status_code == 404
    assert house.get(f"{HALF}{path}?model={house.key('half')}").status_code == 200


def test_files_hold_the_customers_of_their_dataset(house):
    assert len(house.get("/export/customers.csv").data.splitlines()) == 2241
    assert len(house.get(f"{HALF}/export/customers.csv").data.splitlines()) == 1121


def test_the_search_finds_nobody_of_another_dataset(house):
    theirs = str(pd.read_csv(ROOT / "data" / "customers.csv", sep=None, engine="python").iloc[1]["ID"])
    found = {mount: house.visitor.search(theirs, mount).json["groups"] for mount in ("", HALF)}
    assert found[""][0]["found"][0]["label"] == theirs
    assert theirs not in json.dumps(found[HALF])
    assert house.visitor.search(theirs, "/d/nothing").status_code == 404
    stranger = Visitor.of(house.server)
    stranger.client.get("/login")
    assert stranger.search(theirs, HALF).status_code == 401


def test_views_of_one_are_not_those_of_the_other(house):
    headers = {"X-CSRFToken": house.visitor.token}
    view = {"name": "Parents", "address": "/?Children=1"}
    made = house.visitor.client.post(f"{HALF}/views", json=view, headers=headers)
    assert made.status_code == 201
    assert [one["name"] for one in house.get(f"{HALF}/views").json["views"]] == ["Parents"]
    assert house.get("/views").json["views"] == []
    gone = house.visitor.client.delete(f"/views/{made.json['id']}", headers=headers)
    assert gone.status_code == 404


def test_names_of_one_are_not_those_of_the_other(house):
    with house.services.workspaces.at("half"):
        house.services.live.name_segment(1, "Cellar friends", by="ada")
    assert "Cellar friends" in house.said(HALF, "/segments")
    assert "Cellar friends" not in house.said("", "/segments")


def test_calculations_of_one_are_not_there_at_the_other(house):
    with house.services.workspaces.at("half"):
        job = house.services.jobs.submit("evidence", {}, owner="ada")
    assert house.get(f"{HALF}/api/v1/jobs/{job.id}").status_code == 200
    assert house.get(f"/api/v1/jobs/{job.id}").status_code == 404
    headers = {"X-CSRFToken": house.visitor.token, "Accept": "application/json"}
    assert house.visitor.client.post(f"/api/v1/jobs/{job.id}/cancel", headers=headers).status_code == 404
    assert house.services.jobs.submit("evidence", {}, owner="ada").id != job.id
    with house.services.workspaces.at("half"):
        assert house.services.jobs.submit("evidence", {}, owner="ada").id == job.id


def test_files_scored_at_one_are_not_there_at_the_other(house):
    sent = {"file": (io.BytesIO(ROWS.encode()), "few.csv"), "csrf_token": house.visitor.token}
    id = house.visitor.client.post(f"{HALF}/predict/score", data=sent).json["id"]
    assert house.get(f"{HALF}/predict/scored/{id}.csv").status_code == 200
    assert house.get(f"/predict/scored/{id}.csv").status_code == 404
    here, there = (
        json.dumps(house.open(mount, f"{mount}/predict", search=f"?file={id}").json) for mount in (HALF, "")
    )
    assert "few.csv" in here
    assert "few.csv" not in there


def test_predictions_are_by_the_model_of_the_dataset(house):
    headers = {"X-CSRFToken": house.visitor.token}
    customer = dict(zip(ROWS.splitlines()[0].split(","), [None, 44, 51000, 400, 4, 5, 6, 50], strict=True))
    del customer["ID"]
    for mount, slug in (("", ""), (HALF, "half")):
        asked = {"customers": [customer]}
        answer = house.visitor.client.post(f"{mount}/api/v1/predict", json=asked, headers=headers)
        assert answer.json["model"] == house.key(slug)


def test_the_command_line_adds_and_lists(house, tmp_path):
    file = tmp_path / "third shop.csv"
    sample = pd.read_csv(ROOT / "data" / "customers.csv", sep=None, engine="python", dtype=str)
    sample.iloc[:300].to_csv(file, index=False)
    run = house.server.test_cli_runner().invoke
    added = run(args=["parterre", "datasets", "add", str(file), "--title", "Third shop"])
    assert added.output.split("  ")[0] == "/d/third-shop/", added.output
    listed = run(args=["parterre", "datasets", "list"]).output.splitlines()
    assert [line.split()[0] for line in listed] == ["/d/default/", "/d/half/", "/d/third-shop/"]
    missing = run(args=["parterre", "datasets", "add", str(tmp_path / "nothing.csv")])
    assert missing.exit_code == 1
    assert "found no such file" in missing.output


def asked(house, *args: object):
    """What the command line says as JSON, and its exit code."""
    done = house.server.test_cli_runner().invoke(
        args=["parterre", "datasets", "add", *map(str, args), "--json"]
    )
    return json.loads(done.stdout), done.exit_code


def test_a_dry_run_says_what_the_columns_seem_to_be_and_makes_nothing(house, tmp_path):
    file = tmp_path / "Kunden.csv"
    rows = "".join(f"K{n};{20 + n % 60};{n % 90},50 €;{'ja' if n % 3 else 'nein'}\n" for n in range(120))
    file.write_text("Kunde;Alter;Umsatz;Newsletter\n" + rows)
    before = house.services.workspaces.catalogue.all()
    said, code = asked(house, file, "--dry-run")
    assert (code, said["refused"], said["dataset"], said["grain"]) == (0, "", None, "customers")
    assert said["read"] == {
        "rows": 120, "columns": 4, "encoding": "UTF-8", "delimiter": ";", "sheet": None, "header_row": 1,
        "notes": ["Umsatz: “0,50 €” is read as 0.5, with a decimal comma."],
    }  # fmt: skip
    assert [(one["column"], one["chosen"], one["others"]) for one in said["decisions"]] == [
        ("Umsatz", "decimal-comma", [])
    ]
    assert [(one["column"], one["kind"], one["role"]) for one in said["columns"]] == [
        ("Kunde", "identifier", "identifier"),
        ("Alter", "years", "basis"),
        ("Umsatz", "amount", "value"),
        ("Newsletter", "flag", "descriptor"),
    ]
    assert set(said["columns"][0]) == {"column", "kind", "role", "sure", "reason", "examples"}
    assert all(set(one) == {"what", "rows", "do"} for one in said["problems"])
    assert house.services.workspaces.catalogue.all() == before


def test_a_table_that_nobody_described_becomes_a_dataset_whose_pages_open(house, tmp_path):
    table = TABLES["cards"]().frame
    table.to_csv(tmp_path / "cards.csv", index=False)
    said, code = asked(house, tmp_path / "cards.csv", "--title", "Cards")
    assert (code, said["dataset"], said["refused"]) == (0, "cards", "")
    for page in ("/", "/segments", "/campaigns", "/predict"):
        shown = house.said("/d/cards", page)
        assert "Something went wrong" not in shown
        assert len(shown) > 100


def test_our_own_export_is_understood_when_it_comes_in_again(house, tmp_path):
    """Its roles are those of the first file; what the export added, or made of others, is left out."""
    draw, rows = np.random.default_rng(3), 200
    days = pd.date_range("2024-01-03", periods=rows).strftime("%Y-%m-%d")
    first = {
        "Kunden-Nr": [f"{number:05d}" for number in range(rows)],
        "Geburtsdatum": draw.permutation(
            pd.date_range("1950-01-03", periods=rows, freq="80D").strftime("%Y-%m-%d")
        ),
        "Umsatz Wein": draw.lognormal(4, 1, rows).round(2),
        "Umsatz Brot": draw.lognormal(3, 1, rows).round(2),
        "Besuche": draw.poisson(9, rows),
        "Letzter Kauf": draw.permutation(days),
        "Stadt": draw.choice(["Bonn", "Trier"], rows),
        "Gekündigt": draw.choice(["ja", "nein"], rows),
    }
    pd.DataFrame(first).to_csv(tmp_path / "again.csv", index=False)
    told = roles_of(asked(house, tmp_path / "again.csv", "--title", "Again")[0])
    for path in ("customers.csv", "table.csv"):
        (tmp_path / path).write_bytes(house.get(f"/d/again/export/{path}").data)
        again = roles_of(asked(house, tmp_path / path, "--dry-run")[0])
        assert again.pop("Segment") == "ignored"
        assert {again.pop(one, "ignored") for one in ("Segment_Name", "Firmness")} == {"ignored"}
        for made in ("Age_by_birth", "Days_since_Letzter_Kauf", "Spending_together"):
            assert again.pop(made) == "ignored"
        assert [*again.values()] == [*told.values()]


def roles_of(said: Mapping[str, Any]) -> dict[str, str]:
    """Roles by column."""
    return {one["column"]: one["role"] for one in said["columns"]}


TAILS = ("BALANCE", "ONEOFF_PURCHASES", "INSTALLMENTS_PURCHASES", "CASH_ADVANCE", "PAYMENTS")


def test_the_next_file_is_told_of_then_live_on_the_page_that_is_open_and_undone(house, tmp_path):
    table = TABLES["cards"]().frame
    for name, frame in (("march", table), ("april", table.iloc[:390].assign(BALANCE=table["BALANCE"] * 2))):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    raw = [part for one in TAILS for part in ("--decide", f"{one}=as-it-is")]
    assert asked(house, tmp_path / "march.csv", "--title", "Monthly", *raw)[0]["dataset"] == "monthly"
    assert "400" in house.said("/d/monthly", "/customers")
    march, headers = house.key("monthly"), {"X-CSRFToken": house.visitor.token}
    view = {"name": "Second", "address": f"/customers?Segment=2&model={march}"}
    assert house.visitor.client.post("/d/monthly/views", json=view, headers=headers).status_code == 201
    run, april = house.server.test_cli_runner().invoke, str(tmp_path / "april.csv")
    update = ["parterre", "datasets", "update", "monthly", april]
    said = json.loads(run(args=[*update, "--dry-run", "--json"]).stdout)
    assert (said["version"], said["refused"], said["way"]) == (None, "", "replace")
    assert said["customers"] == {"before": 400, "after": 390, "new": 0, "gone": 10, "changed": 390}
    assert said["columns"]["changed"] == {"BALANCE": 390}
    first = said["drift"][0]
    assert (first["field"], first["moved"], first["psi"] > first["no_drift_95"]) == ("BALANCE", True, True)
    assert sum(one["after"] for one in said["segments"]) == 390
    done = run(args=update).stdout
    assert "Balance has moved" in done
    assert done.endswith("Version 2 of monthly is live.\n")
    assert "390" in house.said("/d/monthly", "/customers")
    (saved,) = house.get("/d/monthly/views").json["views"]
    assert saved["words"].endswith(
        "Saved on version 1 of the customers: opening it says how its segments go on."
    )
    answer = house.open("/d/monthly", "/d/monthly/customers", search=f"?{saved['address'].partition('?')[2]}")
    page = text(answer.json["response"]["shell-page"]["children"])
    assert "This address was made on version 1 of these customers: “" in page
    assert "Open it on that version" in page
    assert house.key("monthly") in json.dumps(answer.json), "the figures are of now"
    older = house.open("/d/monthly", "/d/monthly/", search=f"?Segment=2&model={march}&older=yes")
    assert "an older model of version 1 of these customers" in json.dumps(older.json)
    models = house.said("/d/monthly", "/models")
    for said in (
        "Versions of the customers",
        "Version 2 changed",
        "Balance has moved",
        "Make version 1 live",
        ", on the command line",
    ):
        assert said in models
    assert "customers who are in version 1 and in this one" in models
    pages = {
        path: house.open("/d/monthly", f"/d/monthly{path}", search=search).text
        for path, search in (("/", "?beside=1"), ("/segments", "?compare=1,3&beside=1"))
    }
    assert "390 customers match now, 400 of version 1; 390 of them are the same customers." in pages["/"]
    assert "More than chance: balance is higher (" in pages["/"]
    assert "balance of everyone who matches is higher (" in pages["/segments"]
    refused = house.open("/d/monthly", "/d/monthly/", search="?beside=2").text
    assert "Filters: found 'beside 2'" in refused, "the version that is open is none to compare with"
    assert "Models that were live" in models
    assert "Of 390 customers in both," in models
    strange = house.open("/d/monthly", "/d/monthly/models", search="?one=0123456789abcdef").text
    assert "One of these models is not kept here." in strange
    moved = pd.read_csv(io.BytesIO(house.get("/d/monthly/models/files/moved.csv").data))
    assert (moved["Segment_before"] != moved["Segment"]).all()
    assert f"{len(moved)} are in another segment now" in models
    turns, taken = house.server.extensions[EXTENSION], 0
    while turns.any.acquire(blocking=False):
        taken += 1
    assert house.get("/d/monthly/models/files/moved.csv").status_code == 429
    turns.any.release(taken)
    second = house.key("monthly")
    listed = run(args=["parterre", "datasets", "versions", "monthly"]).stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["1", "2"]
    assert listed[1].endswith("live")
    assert run(args=["parterre", "datasets", "back", "monthly"]).stdout == "Version 1 of monthly is live.\n"
    assert "400" in house.said("/d/monthly", "/customers")
    other = house.get(f"/d/monthly/models/files/moved.csv?model={second}")
    assert (other.status_code, "of the live version" in other.text) == (404, True)
    send = {"csrf_token": house.visitor.token}
    for number, shown, code in (("2", "2", 409), ("9", "1", 409), ("x", "1", 404), ("2", "1", 302)):
        answer = house.visitor.client.post(
            f"/d/monthly/models/versions/{number}", data=send | {"live": shown}
        )
        assert (number, shown, answer.status_code) == (number, shown, code)
    assert answer.location == "/d/monthly/models"
    for key, retired, code in ((march, "yes", 302), (second, "yes", 409), ("0123456789abcdef", "no", 404)):
        sent = send | {"note": "before Easter", "retired": retired}
        assert house.visitor.client.post(f"/d/monthly/models/marks/{key}", data=sent).status_code == code
    models = house.said("/d/monthly", "/models")
    assert "before Easter" in models
    assert "Retired by ada on" in models
    assert "Make version 1 live" not in models
    again = house.visitor.client.post("/d/monthly/models/versions/1", data=send | {"live": "2"})
    assert (again.status_code, "was retired by ada" in again.text) == (409, True)
    assert "was retired by ada" in run(args=["parterre", "datasets", "back", "monthly"]).stderr
    assert "390" in house.said("/d/monthly", "/customers")
    refused = json.loads(run(args=["parterre", "datasets", "update", "nothing", april, "--json"]).stdout)
    assert "Found no dataset 'nothing'" in refused["refused"]


def test_a_version_and_a_dataset_are_removed_once_it_is_said_what_hangs_on_them(house, tmp_path):
    table = TABLES["cards"]().frame
    for name, frame in (("march", table), ("april", table.iloc[:390].assign(BALANCE=table["BALANCE"] * 2))):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    asked(house, tmp_path / "march.csv", "--title", "Leaving")
    run = house.server.test_cli_runner().invoke
    run(args=["parterre", "datasets", "update", "leaving", str(tmp_path / "april.csv")])
    models = house.said("/d/leaving", "/models")
    assert "Remove version 1 Gone with it: one model and " in models
    assert "Remove version 2" not in models
    said = run(args=["parterre", "datasets", "remove-version", "leaving", "1", "--dry-run"]).stdout
    assert said.endswith("Nothing was changed.\n")
    post, send = house.visitor.client.post, {"csrf_token": house.visitor.token}
    for number, shown, code in (("2", "2", 409), ("1", "1", 409), ("x", "2", 404), ("1", "2", 302)):
        answer = post(f"/d/leaving/models/versions/{number}/remove", data=send | {"live": shown})
        assert (number, shown, answer.status_code) == (number, shown, code)
    assert "Remove version" not in house.said("/d/leaving", "/models")
    assert run(args=["parterre", "datasets", "versions", "leaving"]).stdout.split()[0] == "2"
    assert "Remove Leaving Gone with it: one version, one model and " in house.said("", "/data")
    refused = run(args=["parterre", "datasets", "remove-version", "leaving", "2"])
    assert (refused.exit_code, "which is live" in refused.output) == (1, True)
    remove = "/d/default/data/datasets/{}/remove"
    for slug, shown, code in (("leaving", "1", 409), ("default", "1", 409), ("none", "1", 404)):
        answer = post(remove.format(slug), data=send | {"live": shown})
        assert (slug, answer.status_code) == (slug, code)
    answer = post(remove.format("leaving"), data=send | {"live": "2"})
    assert (answer.status_code, answer.location) == (302, "/d/default/data")
    assert house.get("/d/leaving/").status_code == 404


def test_relations_are_there_of_a_table_of_rates_only(house, tmp_path):
    rows = "".join(f"C{n},{(n % 7) / 7:.3f},{(n % 11) / 11:.3f},{n % 3 / 3:.3f}\n" for n in range(120))
    (tmp_path / "rates.csv").write_text("customer,open_rate,click_rate,return_rate\n" + rows)
    assert asked(house, tmp_path / "rates.csv")[0]["dataset"] == "rates"
    shown = text(
        house.open("/d/rates", "/d/rates/explore", search="?show=relations").json["response"]["shell-page"][
            "children"
        ]
    )
    assert "Open rate" in shown


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_what_is_refused_is_json_with_a_sentence_and_a_code(house, tmp_path, dry):
    orders = tmp_path / "orders.csv"
    orders.write_text("order_id,customer_id,amount\n" + "".join(f"{n},{n % 9},{n}.5\n" for n in range(90)))
    missing, code = asked(house, tmp_path / "nothing.csv", *dry)
    assert (code, missing["read"]["rows"], missing["columns"]) == (1, None, [])
    assert "nothing.csv: found no such file" in missing["refused"]
    said, code = asked(house, orders, *dry)
    assert (code, said["grain"], said["dataset"]) == (1, "orders", None)
    assert "9 customers in 90 rows" in said["refused"]
    sums = tmp_path / "sums.csv"
    sums.write_text("month,total\n" + "".join(f"2024-{n:02},{n}\n" for n in range(1, 13)))
    two, code = asked(house, orders, sums, *dry)
    assert (code, "no column that names the same customers in both" in two["refused"]) == (1, True)


def test_customers_and_their_orders_become_one_dataset_by_the_key_that_is_said(house, tmp_path):
    who, sold = tmp_path / "people.csv", tmp_path / "sold.csv"
    who.write_text("Number,Age,City\n" + "".join(f"{n:04},{20 + n % 60},{'AB'[n % 2]}\n" for n in range(100)))
    days = (f"{n % 90:04};2024-{1 + n % 12:02}-{1 + n % 28:02};{n % 37},50" for n in range(400))
    sold.write_text("Who;Order date;Amount\n" + "\n".join(days) + "\n")
    said, code = asked(house, who, sold, "--key", "Number=Who", "--title", "People who buy")
    assert (code, said["refused"], said["grain"], said["dataset"]) == (0, "", "customers", "people-who-buy")
    assert (said["joined"]["matched"], said["joined"]["orphans"]["left"]["rows"]) == (90, 10)
    with house.services.workspaces.at("people-who-buy"):
        model = house.services.model
    assert len(model.people) == 100
    assert house.services.workspaces.catalogue.find("people-who-buy").file.name == "people and sold.zip"
    assert {"Age", "Recency_Days", "Frequency"} <= {*model.schema.basis}
    update = ["parterre", "datasets", "update", "people-who-buy", str(who), str(sold), "--key", "Number=Who"]
    run = house.server.test_cli_runner().invoke
    same = json.loads(run(args=[*update, "--dry-run", "--json"]).stdout)
    assert (same["refused"], same["customers"]["after"], same["customers"]["changed"]) == ("", 100, 0)
    more = ["parterre", "datasets", "update", "people-who-buy", str(sold), "--dry-run", "--json"]
    part, alone = (json.loads(run(args=[*more, *way]).stdout) for way in (["--by-key"], []))
    assert (part["refused"], part["customers"]["after"]) == ("", 100)
    assert "Expected customers and their orders, put together" in alone["refused"]
    assert [*(house.services.settings.home / "tmp").iterdir()] == []


def test_the_command_line_removes(house, tmp_path):
    frame = TABLES["wholesale"]().frame
    frame.to_csv(tmp_path / "gone.csv", index=False)
    assert asked(house, tmp_path / "gone.csv")[0]["dataset"] == "gone"
    assert house.get("/d/gone/").status_code == 200
    run = house.server.test_cli_runner().invoke
    assert run(args=["parterre", "datasets", "remove", "gone"]).output == "Removed gone\n"
    assert house.get("/d/gone/").status_code == 404
    for slug, said in (("gone", "found no dataset"), ("default", "found the default dataset")):
        refused = run(args=["parterre", "datasets", "remove", slug])
        assert (refused.exit_code, said in refused.output.lower()) == (1, True)
