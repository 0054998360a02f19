"""What programs have made: once, for their user only, and by nobody else's browser."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from core.datasets import received
from core.datasets import staged as waiting
from core.scoring.scored_files import drop_sent, score_sent
from core.services import create_services
from core.store import repeats as repeats_store
from core.store.tables import jobs as table

HEAD = "ID,Age,Income,Total_Spending,NumWebPurchases,NumStorePurchases,NumWebVisitsMonth,Recency\n"
TWO = HEAD + "A1,44,51000,400,4,5,6,50\nB2,,51000,1400,4,9,2,400\n"


@pytest.fixture(scope="module")
def services(settings, app):
    """The worker's."""
    return create_services(settings)


def send(program, path, content=TWO, name="new.csv", key="", below="", **form):
    headers = {"Idempotency-Key": key} if key else {}
    data = {"file": (io.BytesIO(content.encode()), name), **form}
    return program.ask(path, "POST", data=data, headers=headers, below=below)


def arguments(services, answer):
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"].endswith(f"/api/v1/jobs/{answer.json['id']}")
    return services.jobs.find(answer.json["id"]).arguments


def test_a_file_is_scored_by_the_worker_and_read_by_its_sender_only(vera, ada, services, viewer):
    asked = arguments(services, send(vera, "/score"))
    identity = score_sent(services, asked)["id"]
    found = vera.found(f"/scored/{identity}?limit=1&offset=1")
    assert (found["total"], found["next"], found["name"]) == (2, None, "new.csv")
    assert (found["rows"][0]["ID"], found["rows"][0]["Age"]) == ("B2", None)
    predicted = vera.ask("/predict", "POST", json={"customers": [{"Age": None, "Income": 51000, "Total_Spending": 1400,
        "NumWebPurchases": 4, "NumStorePurchases": 9, "NumWebVisitsMonth": 2, "Recency": 400}]})  # fmt: skip
    assert found["rows"][0]["Segment"] == predicted.json["predictions"][0]["segment"]
    assert (
        vera.ask(f"/scored/{identity}.csv").text.startswith("\ufeffID,")
        or "B2" in vera.ask(f"/scored/{identity}.csv").text
    )
    assert ada.ask(f"/scored/{identity}").status_code == ada.ask(f"/scored/{identity}.csv").status_code == 404


@pytest.mark.parametrize("path", ["/score", "/datasets"])
def test_an_empty_file_is_refused_before_it_waits(ada, path):
    answer = send(ada, path, "")
    assert (answer.status_code, answer.json["field"]) == (400, "file")
    assert answer.json["words"].startswith("Found an empty file.")


def test_what_is_sent_again_under_its_key_is_made_once(vera, services):
    first, again = send(vera, "/score", key="k-1"), send(vera, "/score", key="k-1")
    assert first.json["id"] == again.json["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    other = send(vera, "/score", TWO + "C3,50,1,1,1,1,1,1\n", key="k-1")
    assert (other.status_code, other.json["code"], other.json["field"]) == (
        409, "idempotency-key-reused", "Idempotency-Key"
    )  # fmt: skip
    drop_sent(services.settings.home, arguments(services, first))


def test_a_key_is_its_users_and_lasts_a_day(vera, ada, services, monkeypatch):
    first, other = send(vera, "/score", key="k-2"), send(ada, "/score", key="k-2")
    assert first.json["id"] != other.json["id"]
    monkeypatch.setattr(repeats_store, "KEPT_SECONDS", -1)
    later = send(vera, "/score", key="k-2")
    assert later.json["id"] != first.json["id"]
    for one in (first, other, later):
        drop_sent(services.settings.home, arguments(services, one))


def test_while_the_first_is_being_answered_the_second_waits_and_a_refusal_is_not_kept(vera, services):
    assert send(vera, "/score", "", name="empty.csv", key="k-3").status_code in (202, 400)
    assert vera.ask("/score", "POST", headers={"Idempotency-Key": "k-4"}).status_code == 400
    wrong = vera.ask("/datasets", "POST", headers={"Idempotency-Key": "k-4"})
    assert wrong.status_code == 403
    for key in ("x" * 256, "a b", "é"):
        assert send(vera, "/score", key=key).json["field"] == "Idempotency-Key"


def test_a_dataset_and_its_next_version_are_made_of_files(ada, services):
    content = waiting.example()
    sent = send(ada, "/datasets", content, title="Sent by a program")
    asked = arguments(services, sent)
    assert send(ada, "/datasets", content).status_code == 429
    slug = received.dataset_work(services, asked)["slug"]
    ada.ask(f"/jobs/{sent.json['id']}/cancel", "POST")
    try:
        assert ada.found("/dataset", below=f"/d/{slug}")["title"] == "Sent by a program"
        more = content.replace("\r\n", "\n").rstrip() + "\nC9999,44,51000,9,900,12\n"
        with services.workspaces.at(slug):
            sent = send(ada, "/versions", more, below=f"/d/{slug}")
            made = received.version_work(services, arguments(services, sent))
        assert made["version"] == 2
        assert ada.ask(f"/jobs/{sent.json['id']}/cancel", "POST", below=f"/d/{slug}").status_code == 200
        assert [one["customers"] for one in ada.found("/versions", below=f"/d/{slug}")["versions"]] == [
            41,
            40,
        ]
    finally:
        services.workspaces.catalogue.remove(slug)
    assert ada.ask("/dataset", below=f"/d/{slug}").status_code == 404


def test_a_file_that_is_no_table_of_customers_fails_in_words(ada, services):
    asked = arguments(services, send(ada, "/datasets", "a,b\n1,2\n"))
    with pytest.raises(received.DataError):
        received.dataset_work(services, asked)
    waiting.of(services).drop(asked["id"])


def test_who_may_not_make_datasets_makes_none_by_a_program(vera, program, services):
    before = services.database.rows(select(table.c.id))
    for one in (vera, program("ada-admin", role="viewer"), program("ada-admin", dataset="elsewhere")):
        assert send(one, "/datasets").status_code in (403, 404)
    assert len(services.database.rows(select(table.c.id))) == len(before)


@pytest.mark.parametrize("path", ["/score", "/datasets", "/versions", "/predict"])
def test_a_form_of_another_site_makes_nothing_with_somebodys_cookie(administrator, path):
    form = {"file": (io.BytesIO(TWO.encode()), "new.csv")}
    answer = administrator.client.post(
        f"/api/v1{path}", data=form, headers={"Origin": "https://evil.example"}
    )
    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")


def test_bodies_that_are_too_large_or_no_json_are_refused(vera):
    huge = vera.ask("/predict", "POST", data=b"[" * 5_000_000, content_type="application/json")
    assert (huge.status_code, huge.json["code"]) == (413, "request-entity-too-large")
    for body in (b"{", b"[" * 100_000, b"\xff\xfe", b'{"customers": NaN}'):
        answer = vera.ask("/predict", "POST", data=body, content_type="application/json")
        assert (answer.status_code, set(answer.json)) == (400, {"code", "words", "field"})
    wrong = vera.ask("/predict", "POST", json={"customers": [{"Age": "x"}]})
    assert wrong.json["field"] == "customers[0]"


def test_jobs_are_listed_for_who_may_see_them_and_stopped_by_who_asked(vera, ada, services):
    own = send(vera, "/score").json["id"]
    listed = vera.found("/jobs?limit=500")
    assert own in [one["id"] for one in listed["jobs"]]
    assert own in [one["id"] for one in ada.found("/jobs?limit=500")["jobs"]]
    stopped = vera.ask(f"/jobs/{own}/cancel", "POST")
    assert (stopped.status_code, stopped.json["state"]) == (200, "cancelled")
    assert vera.found(f"/jobs/{own}")["can_cancel"] is False


@pytest.mark.parametrize("less", [{"role": "viewer"}, {"role": "analyst"}, {"dataset": ""}])
def test_a_token_that_is_less_than_its_administrator_has_no_power_over_others_jobs(vera, program, less):
    own = send(vera, "/score").json["id"]
    token = program("ada-admin", **less)
    assert (
        token.ask(f"/jobs/{own}").status_code == token.ask(f"/jobs/{own}/cancel", "POST").status_code == 404
    )
    assert own not in [one["id"] for one in token.found("/jobs?limit=500")["jobs"]]
    assert vera.ask(f"/jobs/{own}/cancel", "POST").status_code == 200


def test_a_token_of_one_dataset_lists_that_and_makes_no_other(program):
    token = program("ada-admin", dataset="")
    assert [one["slug"] for one in token.found("/datasets")["datasets"]] == ["default"]
    assert send(token, "/datasets").status_code == 403
    assert program("ada-admin", dataset="elsewhere").found("/datasets")["datasets"] == []


@pytest.mark.parametrize("less", [{"role": "viewer"}, {"role": "analyst"}, {"dataset": ""}])
def test_a_token_neither_sees_nor_stops_work_of_its_user_that_it_could_not_have_done(
    ada, program, services, less
):
    """Files that wait and what is made of them are of no dataset: a token of one dataset is told of no other."""
    own = services.jobs.submit("look", {"id": "of a merger"}, owner="ada-admin", anew=True).id
    token = program("ada-admin", **less)
    try:
        assert own in [one["id"] for one in ada.found("/jobs?limit=500")["jobs"]]
        listed = token.found("/jobs?limit=500")
        assert own not in [one["id"] for one in listed["jobs"]]
        for way, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/again")):
            assert token.ask(f"/jobs/{own}{path}", way).status_code == 404
        assert ada.found(f"/jobs/{own}")["state"] == "waiting"
    finally:
        assert ada.ask(f"/jobs/{own}/cancel", "POST").status_code == 200


def test_a_token_stops_no_work_for_everybody_that_it_could_not_have_done(ada, program, services):
    own = services.jobs.submit("stability", {}, owner="ada-admin", anew=True).id
    token = program("ada-admin", role="viewer")
    try:
        assert token.found(f"/jobs/{own}")["state"] == "waiting"  # which everybody may look at
        assert token.ask(f"/jobs/{own}/cancel", "POST").status_code == 403
    finally:
        assert ada.ask(f"/jobs/{own}/cancel", "POST").status_code == 200
