"""A dataset that is not shared, and those who are after it: for them it is not there, whichever way they come."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pandas as pd
import pytest
from flask import Flask
from sqlalchemy import update

from app import create_app
from core.accounts.permissions import Standing
from core.datasets.changes import Changes
from core.datasets.personal import PersonalColumns
from core.jobs.kinds import WORK
from core.jobs.queue import Queue, State
from core.jobs.run import Worker
from core.reports.weekly import Weekly, WeeklyReports
from core.services import Services, create_services
from core.settings import ROOT
from core.store.tables import versions
from tests.callbacks.dash_client import UPDATE, Visitor, drawn_with, text
from tests.callbacks.test_guard_walk import methods_of, path_of
from tests.core.customers.test_erase import CARDS
from tests.core.datasets.test_update import written
from tests.core.jobs.test_jobs import work_off
from tests.support.audited import audited
from tests.support.postgresql import settled

CARDS_AT, NOWHERE = "/d/cards", "/d/crads"


@dataclass(frozen=True)
class House:
    server: Flask
    services: Services  # another process's, of the same home
    people: dict[str, Visitor]

    def give(self, name: str, standing: Standing, slug: str = "cards") -> None:
        self.services.access.members.give(slug, name, standing, by="olga")

    def get(self, who: str, path: str):
        return self.people[who].client.get(path, headers={"Accept": "text/html"}, buffered=True)

    def run(self, *words: str) -> tuple[int, str]:
        done = self.server.test_cli_runner().invoke(args=["parterre", "datasets", *words])
        return done.exit_code, done.output

    def worker(self) -> Worker:
        return Worker(Queue.of(self.services.settings, self.services.database), WORK, lambda: self.services)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> House:
    folder = tmp_path_factory.mktemp("house")
    pd.read_csv(ROOT / "data" / "customers.csv", dtype=str).iloc[:300].to_csv(
        folder / "ours.csv", index=False
    )
    settings = settled(folder / "home").model_copy(update={"data": folder / "ours.csv"})
    server, services = create_app(settings).server, create_services(settings)
    people = CARDS.frame.assign(**{"E-mail": [f"zq7-{n}@ex.org" for n in range(len(CARDS.frame))]})
    services.workspaces.add(written(folder, people, "january"), "Cards", CARDS.schema, by="olga")
    people = {name: Visitor.of(server).sign_up(name) for name in ("ada", "olga", "vera")}
    return House(server, services, people)


@pytest.fixture
def house(whole) -> House:
    """As it was in the beginning: the dataset is olga's, the default one everybody's."""
    for member in whole.services.access.members.of("cards"):
        whole.give(member.key, Standing.NONE)
    whole.give("olga", Standing.OWNER)
    whole.give("", Standing.VIEWER, "")
    return whole


def test_what_is_not_shared_answers_as_what_is_not_there_at_every_endpoint(house):
    vera = house.people["vera"].client
    for rule in house.server.url_map.iter_rules():
        if rule.endpoint == "logout":  # would end the session of all other tests
            continue
        for method in methods_of(rule):
            hidden, gone = (
                vera.open(
                    mount + path_of(rule), method=method, headers={"X-CSRFToken": house.people["vera"].token}
                )
                for mount in (CARDS_AT, NOWHERE)
            )
            assert hidden.status_code == gone.status_code, (method, rule.rule)
            assert as_one(hidden) == as_one(gone), (method, rule.rule)
            assert "Cards" not in as_one(hidden) or "assets" in rule.endpoint, (method, rule.rule)


def as_one(answer) -> str:
    """What an answer says, whichever of the two it is about."""
    return re.sub(
        r'crads|cards|csrf_token[^>]*value="[^"]*"|nonce="[^"]*"', "", answer.get_data().decode("latin-1")
    )


def test_what_is_not_shared_stands_in_no_list(house):
    for path in ("/_dash-layout", "/account"):
        assert "Cards" not in house.get("vera", path).text, path
        assert "Cards" in house.get("olga", path).text, path
    assert "Cards" not in house.people["vera"].search("cards").text


def test_who_is_let_in_is_in_and_who_is_removed_is_out_at_the_next_request(house):
    ask = house.people["vera"].body(
        "shell-page.children", {"shell-address.pathname": "/d/cards/"}, "shell-address.pathname"
    )
    headers = {"X-CSRFToken": house.people["vera"].token}
    for standing, status in ((Standing.NONE, 404), (Standing.VIEWER, 200), (Standing.NONE, 404)):
        house.give("vera", standing)
        assert house.get("vera", f"{CARDS_AT}/").status_code == status
        assert house.get("vera", f"{CARDS_AT}/export/customers.csv").status_code == status
        answer = house.people["vera"].client.post(f"{CARDS_AT}{UPDATE}", json=ask, headers=headers)
        assert answer.status_code == status
    house.give("", Standing.VIEWER)
    assert house.get("vera", f"{CARDS_AT}/").status_code == 200


def test_what_somebody_was_allowed_when_they_asked_is_asked_again_when_it_begins(house):
    house.give("vera", Standing.ANALYST)
    with house.services.workspaces.at("cards"):
        job = house.services.jobs.submit("evidence", {}, "vera")
        house.give("vera", Standing.VIEWER)
        work_off(house.worker())
        ended = house.services.jobs.find(job.id)
        assert (ended.state, house.services.jobs.result(job.id)) == (State.FAILED, None)
        assert "vera may not do this any more (start long calculations" in ended.error


def test_what_came_of_it_is_not_there_for_who_has_been_removed(house):
    house.give("vera", Standing.VIEWER)
    vera = house.people["vera"].client
    with house.services.workspaces.at("cards"):
        job = house.services.jobs.submit("workbook", {"selection": ""}, "vera")
    assert vera.get(f"{CARDS_AT}/api/v1/jobs/{job.id}").status_code == 200
    house.give("vera", Standing.NONE)
    for mount in (CARDS_AT, "", "/d/default"):
        assert vera.get(f"{mount}/api/v1/jobs/{job.id}").status_code == 404
        assert vera.get(f"{mount}/export/workbooks/{job.id}.xlsx").status_code == 404


def test_a_viewer_starts_nothing_that_is_for_everybody(house):
    house.give("vera", Standing.VIEWER)
    vera = house.people["vera"]
    ask = vera.body(
        "shell-page.children", {"shell-address.pathname": "/d/cards/choose-k"}, "shell-address.pathname"
    )
    answer = vera.client.post(f"{CARDS_AT}{UPDATE}", json=ask, headers={"X-CSRFToken": vera.token})
    assert "It begins when an analyst or an owner" in answer.text
    with house.services.workspaces.at("cards"):
        assert house.services.jobs.known("sensitivity") is None


def test_a_weekly_report_ends_with_the_right_to_see_it(house):
    house.give("vera", Standing.VIEWER)
    weekly = WeeklyReports(house.services.database)
    about = dict.fromkeys(("page", "address", "form", "locale", "site"), "x")
    one = weekly.add(
        Weekly("", "cards", "vera", email="v@example.org", whole=True, due=0.0, zone="UTC", told={}, **about)
    )
    with house.services.database.changing() as connection:
        connection.exec_driver_sql("UPDATE weekly_reports SET due = 0")
    house.give("vera", Standing.NONE)
    house.worker().send_due()
    assert weekly.find(one.id) is None
    with house.services.workspaces.at("cards"):
        assert house.services.jobs.under_way("weekly-report", "vera") is None


def test_an_owner_owns_what_is_theirs_and_nothing_else(house):
    olga = house.people["olga"]
    headers = {"X-CSRFToken": olga.token}
    assert house.get("olga", "/data").status_code == 200
    for slug, status in (("nothing", 404), ("default", 403)):
        assert olga.client.post(f"/data/datasets/{slug}/remove", headers=headers).status_code == status
    house.give("olga", Standing.ANALYST)
    house.give("ada", Standing.OWNER)
    assert olga.client.post("/data/datasets/cards/remove", headers=headers).status_code == 403
    assert "cards" in [one.slug for one in house.services.workspaces.catalogue.all()]


def test_where_the_default_dataset_is_nobodys_people_are_led_to_theirs(house):
    house.give("", Standing.NONE, "")
    assert house.get("olga", "/").location == "/d/cards/"
    assert house.get("olga", "/explore?show=x").location == "/d/cards/explore?show=x"
    lost = house.get("vera", "/")
    assert (lost.status_code, "Nothing is shared with you here" in lost.text) == (404, True)
    assert "300" not in house.get("vera", "/_dash-layout").text
    assert house.get("vera", "/account").status_code == 200
    assert house.get("vera", f"{CARDS_AT}/account").status_code == 200
    assert house.get("vera", "/assets/parterre.css").status_code == 200


def test_an_owner_shares_on_the_page_and_nobody_else_does(house):
    def share(who: str, name: str, role: str) -> int:
        visitor = house.people[who]
        form = {"name": name, "role": role, "csrf_token": visitor.token}
        return visitor.client.post("/d/default/data/datasets/cards/sharing", data=form).status_code

    assert (share("vera", "vera", "owner"), share("olga", "Vera", "analyst")) == (404, 302)
    assert share("vera", "vera", "owner") == 403
    assert house.get("vera", f"{CARDS_AT}/").status_code == 200
    drawn = house.people["olga"].page("/data")
    [card] = list(drawn_with(drawn, className="p-sharing"))
    assert "olga" in text(card["children"])
    assert "Role of vera" in text(card["children"])
    assert "Nobody else sees it but administrators." in text(card["children"])
    assert (
        share("olga", "olga", "viewer")
        == share("olga", "mallory", "viewer")
        == share("olga", "vera", "king")
        == 400
    )
    assert share("olga", "everybody", "owner") == 400
    assert share("olga", "everybody", "viewer") == share("olga", "vera", "owner") == 302
    assert "Everybody who signs in here sees it." in text(house.people["olga"].page("/data"))
    assert share("vera", "olga", "none") == share("ada", "vera", "none") == 302
    assert [one.key for one in house.services.access.members.of("cards")] == [""]
    assert drawn_with(house.people["ada"].page("/data"), className="p-sharing")


def asked(house, who: str, query: str) -> tuple[str, str]:
    """All that comes out for somebody, whichever way they ask, and what is said of a file with the column."""
    client, mount = house.people[who].client, CARDS_AT
    said = []
    for page in ("customers", *(("data", "models", "explore") if query == "?columns=all" else ())):
        address = {"shell-address.pathname": f"/d/cards/{page}", "shell-address.search": query}
        ask = house.people[who].body("shell-page.children", address, "shell-address.pathname")
        csrf = {"X-CSRFToken": house.people[who].token}
        said.append(client.post(f"{mount}{UPDATE}", json=ask, headers=csrf).text)
    paths = [
        f"{mount}{path_of(rule)}{query}"
        for rule in house.server.url_map.iter_rules()
        if "GET" in rule.methods
    ]
    paths += [f"{mount}/models/files/{name}" for name in ("card.json", "profile.json", "profile.csv")]
    said.append(house.people[who].search("zq7", mount).text)
    for path in (*paths, f"{mount}/export/customers.csv?columns=all"):
        with client.get(path, headers={"Accept": "application/json"}) as answer:
            said.append(answer.get_data().decode("latin-1"))
    parquet = client.get(f"{mount}/export/table.parquet").data
    said.append(pd.read_parquet(io.BytesIO(parquet)).to_csv())
    return "\n".join(said), client.get(f"{mount}/export/customers.csv?columns=E-mail").text


@pytest.mark.parametrize("query", ["?columns=all", "?E-mail=has:zq7", "?sort=E-mail", "?customer=C10042"])
def test_a_personal_column_comes_out_nowhere_but_to_owners(house, query):
    house.give("vera", Standing.ANALYST)
    said, file = asked(house, "vera", query)
    assert "zq7" not in said + file
    assert "zq7" in asked(house, "olga", query)[0]


def test_work_that_takes_personal_columns_ends_where_somebody_may_not_see_them(house):
    house.give("vera", Standing.VIEWER)
    work_off(house.worker())  # what others left
    wanted = {"filters": "", "sort": "", "about": [], "columns": ["ID", "E-mail"]}
    with house.services.workspaces.at("cards"):
        ours, theirs = (
            house.services.jobs.submit("workbook", wanted, who, anew=True) for who in ("olga", "vera")
        )
        work_off(house.worker())
        assert house.services.jobs.find(ours.id).state is State.DONE
        assert house.services.jobs.find(theirs.id).state is State.FAILED
    took = house.people["olga"].client.get(f"{CARDS_AT}/export/workbooks/{ours.id}.xlsx")
    assert took.status_code == 200
    house.give("olga", Standing.ANALYST)
    assert house.people["olga"].client.get(f"{CARDS_AT}/export/workbooks/{ours.id}.xlsx").status_code == 404


def test_owners_say_which_columns_are_personal(house):
    house.give("vera", Standing.ANALYST)
    for who, said, status in (("vera", "no", 403), ("olga", "no", 302)):
        form = {"column:E-mail": said, "column:Age": "yes", "csrf_token": house.people[who].token}
        answer = house.people[who].client.post(f"{CARDS_AT}/data/personal", data=form)
        assert answer.status_code == status
    assert "zq7-7@ex.org" in house.get("vera", f"{CARDS_AT}/export/customers.csv?columns=all").text
    PersonalColumns(house.services.database, "cards").mark({"E-mail": True}, by="olga")
    assert "zq7" not in house.get("vera", f"{CARDS_AT}/export/customers.csv?columns=all").text


def test_what_describes_customers_comes_out_nowhere_either_where_it_is_personal(house):
    described = house.services.workspaces.current.live.model.schema.describing
    secrets = ("Education", "Graduation", "Marital", "Together", "Kidhome", "Complain")
    pages = ("/", "/explore", "/segments", "/segments/1", "/choose-k", "/campaigns", "/predict", "/customers", "/models", "/data")  # fmt: skip
    paths = ["/filters/fields", "/models/files/card.json", "/models/files/profile.json", "/models/files/profile.csv",
             "/export/customers.csv?columns=all", "/export/table.csv", "/export/table.parquet", "/api/v1/segments",
             "/api/v1/segments/1", "/api/v1/dataset", "/api/v1/counts", "/api/v1/models"]  # fmt: skip
    marks, vera = PersonalColumns(house.services.database, ""), house.people["vera"]
    try:
        for hidden in (False, True):
            marks.mark(dict.fromkeys(described, hidden), by="ada")
            said = {
                page: vera.client.post(
                    UPDATE, json=asks_page(vera, page), headers={"X-CSRFToken": vera.token}
                ).text
                for page in pages[: None if hidden else 2]
            }
            said |= {place: answer for page in pages[:2] for place, answer in clicks(house, page)}
            answers = {path: vera.client.get(path, buffered=True) for path in paths}
            assert {path: one.status_code for path, one in answers.items() if one.status_code != 200} == {}
            said |= {path: one.get_data().decode("latin-1") for path, one in answers.items()}
            drawn = [words for place, words in said.items() if place in pages]
            assert not [words for words in drawn if "our fault" in words or len(words) < 500]
            told = {place: [one for one in secrets if one in words] for place, words in said.items()}
            assert any(told.values()) is not hidden, {place: one for place, one in told.items() if one}
            asked_for = vera.client.get("/export/customers.csv?columns=Education&sort=Education").text
            assert ("Graduation" in asked_for) is not hidden
    finally:
        marks.mark(dict.fromkeys(described, False), by="ada")


def clicks(house, page):
    """What vera is told who asks what ada did, who may see everything; by page and what is asked."""
    for address in ("Recency=20~40", "Recency=20~40&show=charts") if page == "/" else ("Recency=20~40",):
        asked = {"filters-ask.data": {"page": page, "n": 1, "address": address}}
        _, answer = (
            house.people[who].call("filters-answer.data", asked, "filters-ask.data")
            for who in ("ada", "vera")
        )
        assert '"views"' in answer.text
        yield f"{page}?{address}", answer.text


def test_what_a_version_changed_is_told_without_columns_that_one_may_not_see(house):
    house.give("vera", Standing.ANALYST)
    changed = Changes(300, 300, 0, 0, 9, (("E-mail", 9), ("Spent", 4)), ("Phone",), (), (), (), (), ())
    table, slug = versions.c, versions.c.dataset == "cards"
    house.services.database.change(update(versions).where(slug).values({table.changes: changed.to_json()}))
    try:
        asked_for = asks_page(house.people["vera"], "/d/cards/models")
        said = {
            who: house.people[who]
            .client.post(
                f"{CARDS_AT}{UPDATE}", json=asked_for, headers={"X-CSRFToken": house.people[who].token}
            )
            .text
            for who in ("vera", "olga")
        }
    finally:
        house.services.database.change(update(versions).where(slug).values({table.changes: ""}))
    assert ("E-mail" in said["vera"], "E-mail (" in said["olga"]) == (False, True)
    assert "4 customers" in said["vera"]


def asks_page(visitor: Visitor, path: str) -> dict:
    """What a browser asks that opens a page."""
    address = {"shell-address.pathname": path, "shell-address.search": ""}
    return visitor.body("shell-page.children", address, "shell-address.pathname")


def test_an_operator_shares_on_the_command_line(house):
    assert house.run("share", "cards", "Vera", "analyst")[0] == 0
    assert house.get("vera", f"{CARDS_AT}/").status_code == 200
    code, said = house.run("share", "cards")
    assert (code, [line.split() for line in said.splitlines()]) == (
        0,
        [["olga", "owner"], ["vera", "analyst"]],
    )
    assert house.run("share", "cards", "vera", "none")[0] == 0
    assert house.get("vera", f"{CARDS_AT}/").status_code == 404
    for wrong in (("mallory", "viewer"), ("everybody", "owner"), ("vera", "king")):
        assert house.run("share", "cards", *wrong)[0] != 0
    assert "sharing" in [one["event"] for one in audited(house.services.settings.home)]
