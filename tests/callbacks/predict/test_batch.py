from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile

import openpyxl
import pandas as pd
import pytest

from callbacks.predict.batch import FIRST, INLINE_PACKED
from core.scoring.batch import LARGEST_MB
from core.scoring.scored_files import score_sent
from core.services import create_services
from core.settings import ROOT
from tests.callbacks.dash_client import Visitor, components, drawn_with, text

HEAD = "ID,Age,Income,Total_Spending,NumWebPurchases,NumStorePurchases,NumWebVisitsMonth,Recency\n"
TWO = HEAD + "=cmd|' /C calc'!A0,44,51000,400,4,5,6,50\nB2,,51000,1400,4,9,2,400\n"
BROKEN_ZIP = b"PK\x03\x04" + b"\x00" * 100_000


def send(visitor, content=TWO, name="new.csv", field="file", token=None):
    data = content.encode() if isinstance(content, str) else content
    return visitor.client.post(
        "/predict/score",
        data={field: (io.BytesIO(data), name)},
        headers={"X-CSRFToken": visitor.token if token is None else token},
    )


def kept(visitor, **sent) -> str:
    answer = send(visitor, **sent)
    assert answer.status_code == 200, answer.text
    return answer.json["id"]


def shown(visitor, identity):
    answer = visitor.call("batch-result.children", {"batch-scored.data": identity}, "batch-scored.data")
    assert answer.status_code == 200, answer.text
    return answer.json["response"]["batch-result"]["children"]


@pytest.fixture(scope="module")
def otto(app, administrator) -> Visitor:
    """Another viewer."""
    return Visitor.of(app.server).sign_up("otto-other")


def test_a_file_is_scored_shown_and_downloaded(viewer):
    identity = kept(viewer)
    drawn = shown(viewer, identity)
    assert "2 customers scored from new.csv." in text(drawn)
    assert "Age: a gap, so the median is assumed: 1" in text(drawn)
    assert "Recency: outside the data that segments were made from: 1" in text(drawn)
    links = [one["href"] for one in drawn_with(drawn, className="p-file-link")]
    assert links == [f"/predict/scored/{identity}.csv", f"/predict/scored/{identity}.xlsx"]
    answer = viewer.client.get(links[0])
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=new-segments.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["Total_Spending"] for row in rows] == ["400", "1400"]
    assert all(row["Segment"] in "123456" and row["Segment_Name"] for row in rows)


def zipped(text: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("new.csv", text)
    return archive.getvalue()


def test_a_table_in_a_zip_archive_is_scored(viewer):
    drawn = shown(viewer, kept(viewer, content=zipped(TWO), name="new.zip"))
    assert "2 customers scored from new.zip." in text(drawn)


def test_what_is_packed_counts_as_much_as_is_in_it_and_waits_for_the_worker_sooner(viewer, monkeypatch):
    monkeypatch.setattr("callbacks.predict.batch.INLINE_PACKED", 10)
    drawn = shown(viewer, kept(viewer, content=zipped(TWO), name="new.zip"))
    assert drawn_with(drawn, className="p-card p-stack p-progress")


def many_in_parquet() -> bytes:
    frame, content = pd.read_csv(io.StringIO(TWO)), io.BytesIO()
    frame.iloc[[1] * 600_000].to_parquet(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (
            lambda: gzip.compress(TWO.encode() + TWO.encode().splitlines(keepends=True)[1] * 200_000),
            "new.csv.gz",
        ),
        (lambda: zipped(TWO + TWO.splitlines(keepends=True)[1] * 200_000), "new.zip"),
        (many_in_parquet, "new.parquet"),
    ],
    ids=["gzip", "zip", "parquet"],
)
def test_a_small_file_with_much_in_it_keeps_no_web_worker_busy(viewer, made, name):
    content = made()
    assert len(content) < INLINE_PACKED
    [panel] = drawn_with(
        shown(viewer, kept(viewer, content=content, name=name)), className="p-card p-stack p-progress"
    )
    assert panel["data-state"] == "waiting"
    cancelled = viewer.client.post(
        f"/api/v1/jobs/{panel['data-job']}/cancel", headers={"X-CSRFToken": viewer.token}
    )
    assert cancelled.status_code == 200


def test_the_example_is_scored_as_it_is_each_average_customer_in_their_own_segment(viewer):
    (button,) = (one for one in components(viewer.page("/predict")) if "data-example" in one["props"])
    identity = kept(viewer, content=button["props"]["data-example"], name="parterre-example.csv")
    rows = csv.DictReader(io.StringIO(viewer.client.get(f"/predict/scored/{identity}.csv").text))
    assert [(row["ID"], row["Segment"]) for row in rows] == [(f"average-{n}", str(n)) for n in range(1, 7)]


def test_no_formula_of_a_file_comes_back_live(viewer):
    identity = kept(viewer)
    rows = list(csv.DictReader(io.StringIO(viewer.client.get(f"/predict/scored/{identity}.csv").text)))
    assert rows[0]["ID"] == "'=cmd|' /C calc'!A0"
    book = openpyxl.load_workbook(io.BytesIO(viewer.client.get(f"/predict/scored/{identity}.xlsx").data))
    assert book["Customers"]["A2"].data_type == "s"
    assert book["Customers"]["A2"].value == "=cmd|' /C calc'!A0"
    assert book["About"]["B1"].value == "new.csv"


def test_the_whole_sample_gets_the_segments_of_the_model(viewer, table):
    identity = kept(viewer, content=(ROOT / "data" / "customers.csv").read_bytes(), name="customers.csv")
    rows = csv.DictReader(io.StringIO(viewer.client.get(f"/predict/scored/{identity}.csv").text))
    assert [int(row["Segment"]) for row in rows] == table["Segment"].tolist()
    drawn = shown(viewer, identity)
    assert len(drawn_with(drawn, className="p-table")) == 2
    assert f"{len(table):,} customers scored" in text(drawn)
    assert FIRST == 10


def test_another_user_gets_nothing_of_it(viewer, otto):
    identity = kept(viewer)
    assert otto.client.get(f"/predict/scored/{identity}.csv").status_code == 404
    assert "no longer kept" in text(shown(otto, identity))


def test_an_administrator_gets_nothing_of_it_either(viewer, administrator):
    assert administrator.client.get(f"/predict/scored/{kept(viewer)}.csv").status_code == 404


def test_nobody_gets_nothing_of_it(app, viewer):
    identity = kept(viewer)
    nobody = app.server.test_client()
    assert nobody.get(f"/predict/scored/{identity}.csv").status_code == 302
    assert nobody.post("/predict/score", data={"file": (io.BytesIO(b"x"), "x.csv")}).status_code in (302, 401)


@pytest.mark.parametrize("path", ["x", "x" * 32, "..%5c..%5cusers", "%00", "a" * 5000])
@pytest.mark.parametrize("ending", ["csv", "xlsx", "json", "py"])
def test_a_guessed_address_is_not_found(viewer, path, ending):
    assert viewer.client.get(f"/predict/scored/{path}.{ending}").status_code == 404


@pytest.mark.parametrize("identity", [7, [], {}, "", "x", "../..", "x" * 100_000, True])
def test_an_odd_id_shows_words(viewer, identity):
    assert "no longer kept" in text(shown(viewer, identity))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BROKEN_ZIP, "damaged ZIP archive"),
        (b"\x1f\x8b\x08" + b"0" * 50_000, "damaged gzip archive"),
        (b"", "an empty file"),
        (b"\xff\xfe\x00", "no UTF-16"),
        ("Age,Income\n1,2\n", "no column for"),
        (HEAD, "no customers"),
        (HEAD + "A,1\n", "1 row that doesn't fit"),
        ("," * 100_000 + "\n" + "," * 100_000, "100,001 columns"),
        ('"' * 50_001, "Expected"),
    ],
    ids=["zip", "gzip", "empty", "half a mark", "missing", "head", "ragged", "commas", "quotes"],
)
def test_what_is_no_customer_file_is_a_bad_request_in_words(viewer, content, words):
    answer = send(viewer, content)
    assert answer.status_code == 400
    assert words in answer.json["error"]
    assert len(answer.json["error"]) < 3000


def test_a_file_that_is_too_large_is_refused_with_both_sizes(viewer, monkeypatch):
    monkeypatch.setattr("callbacks.files.uploads.ROOM", -LARGEST_MB * 1_000_000 + 10_000)
    answer = send(viewer, b"x" * 20_000)
    assert answer.status_code == 413
    assert f"Found 0.0 MB. Expected at most {LARGEST_MB} MB. Split the file" in answer.json["error"]


def test_a_lie_about_the_length_does_not_let_more_in(viewer):
    answer = viewer.client.post(
        "/predict/score",
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": viewer.token},
        input_stream=io.BytesIO(b"--x\r\n"),
        environ_overrides={"CONTENT_LENGTH": str(10**12)},
    )
    assert answer.status_code == 413


def test_other_addresses_keep_their_own_limit(viewer):
    answer = viewer.client.post(
        "/api/v1/predict", data=b"x" * 5_000_000, headers={"X-CSRFToken": viewer.token}
    )
    assert answer.status_code == 413
    assert "larger than this page takes" in answer.json["words"]


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_file_without_the_token_is_refused(viewer, token):
    assert send(viewer, token=token).status_code == 400


def test_a_form_without_a_file_says_so(viewer):
    assert "Found no file" in send(viewer, field="other").json["error"]
    assert "Found no file" in send(viewer, name="").json["error"]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.csv",
        "C:\\data\\my customers.csv",
        'x"\r\nSet-Cookie: a=b.csv',
        "Kundschaft größer.csv",
        "...",
        "x" * 5000 + ".csv",
        "<script>.csv",
    ],
)
def test_a_name_can_do_no_harm(viewer, name):
    answer = viewer.client.get(f"/predict/scored/{kept(viewer, name=name)}.csv")
    assert answer.status_code == 200
    assert re.fullmatch(
        r"attachment; (filename=\"?[\w .()-]{1,95}\.csv\"?|filename\*=UTF-8''[A-Za-z0-9._%-]{1,300})",
        answer.headers["Content-Disposition"],
    )


def test_results_are_for_no_cache(viewer):
    assert viewer.client.get(f"/predict/scored/{kept(viewer)}.csv").headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("predicting_is_for_administrators")
def test_a_role_that_may_not_predict_is_refused(viewer):
    assert send(viewer).status_code == 403
    assert viewer.client.get(f"/predict/scored/{'x' * 32}.csv").status_code == 403


def test_before_a_file_is_sent_there_is_nothing_to_show(viewer):
    assert shown(viewer, None) is None
    assert "no longer kept" not in text(viewer.page("/predict"))


@pytest.fixture
def few_inline(monkeypatch):
    """Even a small file is too large to be scored at once."""
    monkeypatch.setattr("callbacks.predict.batch.INLINE_BYTES", 10)


@pytest.mark.usefixtures("few_inline")
def test_a_large_file_waits_for_the_worker_and_shows_how_far_it_is(viewer, otto, settings, services):
    identity = kept(viewer)
    drawn = shown(viewer, identity)
    [panel] = drawn_with(drawn, className="p-card p-stack p-progress")
    assert panel["data-state"] == "waiting"
    assert "Scoring a file of customers" in text(drawn)
    assert otto.client.get(f"/api/v1/jobs/{panel['data-job']}").status_code == 404
    assert "no longer kept" in text(shown(otto, identity))
    score_sent(services, {"id": identity})
    assert "2 customers scored from new.csv." in text(shown(viewer, identity))


@pytest.mark.usefixtures("few_inline")
def test_the_address_brings_back_what_is_shown(viewer, services):
    identity = kept(viewer)
    score_sent(services, {"id": identity})
    drawn = viewer.page("/predict", f"?file={identity}")
    assert "2 customers scored from new.csv." in text(drawn)
    assert drawn_with(drawn, id="batch-scored")[0]["data"] == identity


@pytest.mark.parametrize("identity", ["x", "x" * 32, "../x"])
def test_an_address_with_another_file_says_that_it_is_not_kept(viewer, identity):
    assert "no longer kept" in text(viewer.page("/predict", f"?file={identity}"))


@pytest.fixture(scope="module")
def services(settings):
    """What the worker works with, over the same home."""
    return create_services(settings)


@pytest.mark.usefixtures("few_inline")
def test_a_fourth_file_that_waits_is_refused_in_words(otto):
    for _ in range(3):
        kept(otto)
    refused = send(otto)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "3 files of yours wait to be scored" in refused.json["error"]


def test_a_disk_without_room_is_told_in_words(viewer, monkeypatch):
    monkeypatch.setattr("core.store.files.FREE_BYTES", 10**18)
    refused = send(viewer)
    assert refused.status_code == 503
    assert "Found no room" in refused.json["error"]
