"""A file comes in: whole or not at all, for its owner only, and whatever it is called."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import time

import pytest
from sqlalchemy import update

from core.datasets import staged as work
from core.store.staged_files import KEPT_DAYS, MOST_EACH, Incoming
from core.store.tables import staged_files
from tests.callbacks.dash_client import Visitor, components, drawn_with, text

CUSTOMERS = work.example()


def send(visitor, content=CUSTOMERS, name="new.csv", field="file", token=None):
    data = content.encode() if isinstance(content, str) else content
    return visitor.client.post(
        "/data/files",
        data={field: (io.BytesIO(data), name)},
        headers={"X-CSRFToken": visitor.token if token is None else token, "Accept": "application/json"},
    )


def post(visitor, path, body=None):
    return visitor.client.post(path, json=body or {}, headers={"X-CSRFToken": visitor.token})


def left(files) -> list[str]:
    return sorted(path.name for path in files.folder.glob("*"))


def test_a_file_is_kept_as_it_came_with_its_fingerprint_and_waits_on_the_page(administrator, files):
    answer = send(administrator, name="Our customers.csv")
    assert answer.status_code == 200, answer.text
    kept = files.find(answer.json["id"])
    assert files.path(kept).read_bytes() == CUSTOMERS.encode()
    assert (kept.owner, kept.name, kept.size) == ("ada-admin", "Our customers.csv", len(CUSTOMERS))
    assert kept.digest == hashlib.sha256(CUSTOMERS.encode()).hexdigest()
    assert left(files) == [kept.id]
    assert "Our customers.csv" in text(administrator.page("/data"))


def test_what_was_found_is_said_on_the_page_that_it_waits_on(administrator, files, services):
    staged = files.find(send(administrator).json["id"])
    drawn = administrator.page("/data")
    assert "What your file is" in text(drawn)
    work.look_work(services, {"id": staged.id, "mapping": {}})
    said = text(administrator.page("/data"))
    assert "One row per customer: 40 rows, 6 columns. Segments are built on" in said
    assert "What your file is" not in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("ID,Age,Spent\n1,34,50\n", "found 1 customer. Expected 20 at least"),
        ("Customer,Age,Income,Spent\n", "found a header but no rows"),
        (b"\x00\x01\x02\xff\xfe\x00" * 400, "new.csv"),
        (b"PK\x03\x04" + b"\x00" * 3000, "new.csv"),
        ("a,b\n" + "x,y\n" * 30, "new.csv"),
    ],
)
def test_what_makes_no_segments_is_refused_next_to_the_file_with_an_example(
    administrator, files, services, content, words
):
    staged = files.find(send(administrator, content).json["id"])
    work.look_work(services, {"id": staged.id, "mapping": {}})
    drawn = administrator.page("/data")
    (refused,) = drawn_with(drawn, className="p-error")
    assert words in text(refused["children"])
    assert len([one for one in components(drawn) if "data-example" in one["props"]]) == 2
    assert not list(drawn_with(drawn, className="btn p-button"))
    page = text(administrator.page("/data", f"?file={staged.id}"))
    assert "Make segments" not in page
    assert "Left out" not in page or content.startswith("a,b"), "all of them are, which is no news"
    assert "The mapping" not in page or content.startswith("a,b"), "nothing that could be chosen would help"


def test_the_example_makes_segments(administrator, files, services):
    staged = files.find(send(administrator).json["id"])
    work.look_work(services, {"id": staged.id, "mapping": {}})
    look = files.find(staged.id).look
    assert look["refused"] == ""
    assert {one["column"]: one["role"] for one in look["columns"]}["Total spent"] == "value"


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.csv",
        "\U00020000" * 80 + ".csv",  # 324 bytes
        "..\\..\\windows\\win.csv",
        "/etc/cron.d/x.csv",
        ".hidden.csv",
        "<script>alert(1)</script>.csv",
        "a\tb.csv",
        "x" * 5000 + ".csv",
        "schema.json",
        "models",
        "….csv",
    ],
)
def test_a_name_can_do_no_harm(administrator, files, services, name):
    staged = files.find(send(administrator, name=name).json["id"])
    path = files.path(staged)
    assert path.parent == files.folder / staged.id
    assert path.is_file()
    assert not set(staged.name) & set('/\\<>"\r\n')
    assert len(staged.name) < 100
    assert staged.name not in ("schema.json", "models")


def test_another_administrators_file_is_not_there(app, administrator, viewer, files, services):
    staged = files.find(send(administrator).json["id"])
    with services.database.changing() as connection:
        connection.execute(update(staged_files).values(owner="somebody-else"))
    for path, body in (
        ("remove", None),
        ("mapping", {"roles": {}}),
        ("forget", None),
        ("make", {"title": "X"}),
    ):
        assert post(administrator, f"/data/files/{staged.id}/{path}", body).status_code == 404
    assert "This file is not here" in text(administrator.page("/data", f"?file={staged.id}"))
    assert "new.csv" not in text(administrator.page("/data"))
    assert files.find(staged.id)
    files.drop(staged)


def test_a_viewer_may_bring_no_file_and_sees_no_page(viewer, files):
    assert send(viewer).status_code == 403
    assert post(viewer, "/data/files/x/remove").status_code == 403
    assert "not for your role" in text(viewer.page("/data"))
    assert "Data" not in [one["props"].get("children") for one in components(viewer.page("/"))]
    assert left(files) == []


def test_nobody_may_bring_a_file_and_nothing_of_it_stays(app, files):
    assert send(Visitor.of(app.server)).status_code == 401
    assert left(files) == []


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_file_without_the_token_is_refused_and_nothing_of_it_stays(administrator, files, token):
    assert send(administrator, token=token).status_code == 400
    assert left(files) == []


def test_a_file_that_is_too_large_is_refused_with_both_sizes(administrator, files, monkeypatch):
    monkeypatch.setattr("callbacks.files.uploads.ROOM", -500 * 1_000_000 + 10_000)
    answer = send(administrator, b"x" * 20_000)
    assert answer.status_code == 413
    assert "Found 0.0 MB. Expected at most 500 MB." in answer.json["error"]
    assert left(files) == []


def test_a_body_that_does_not_say_how_long_it_is_ends_at_the_limit(administrator, files, monkeypatch):
    """As a chunked one: what is counted is what comes."""
    monkeypatch.setattr("callbacks.files.uploads.ROOM", -500 * 1_000_000 + 200_000)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    answer = administrator.client.post(
        "/data/files",
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": administrator.token},
        input_stream=io.BytesIO(head + b"y" * 400_000),
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert answer.status_code == 413
    assert left(files) == []


def test_what_breaks_off_in_the_middle_is_no_file(administrator, files):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    answer = administrator.client.post(
        "/data/files",
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": administrator.token},
        input_stream=io.BytesIO(head + CUSTOMERS.encode()),
    )
    assert answer.status_code == 400
    assert left(files) == []


def test_what_is_no_form_of_parts_is_not_read_into_memory(administrator):
    answer = administrator.client.post(
        "/data/files",
        data=b"x" * 5_000_000,
        content_type="application/x-www-form-urlencoded",
        headers={"X-CSRFToken": administrator.token},
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(("content", "field"), [("", "file"), (CUSTOMERS, "other")])
def test_no_file_and_an_empty_one_are_told(administrator, files, content, field):
    answer = send(administrator, content, field=field)
    assert answer.status_code == 400
    assert answer.json["error"].startswith("Found ")
    assert left(files) == []


def test_one_file_too_many_is_refused_in_words_until_one_is_removed(administrator, files):
    for _ in range(MOST_EACH):
        assert send(administrator).status_code == 200
    refused = send(administrator)
    assert (refused.status_code, len(left(files))) == (429, MOST_EACH)
    assert post(administrator, f"/data/files/{left(files)[0]}/remove").status_code == 200
    assert send(administrator).status_code == 200


def test_a_disk_without_room_is_told_in_words_and_nothing_stays(administrator, files, monkeypatch):
    monkeypatch.setattr("core.store.staged_files.has_room", lambda *_: False)
    answer = send(administrator)
    assert answer.status_code == 503
    assert answer.json["error"].startswith("Found no room for another file")
    assert left(files) == []


def test_a_disk_that_is_full_in_the_middle_is_told_in_words_and_nothing_stays(
    administrator, files, monkeypatch
):
    def takes_no_more(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Incoming, "write", takes_no_more)
    answer = send(administrator)
    assert answer.status_code == 503
    assert "The disk of the server is full" in answer.json["error"]
    assert left(files) == []


def test_a_file_that_waited_for_days_is_swept_and_so_is_what_a_killed_process_left(
    administrator, files, services
):
    old, new = (files.find(send(administrator).json["id"]) for _ in range(2))
    with services.database.changing() as connection:
        this = update(staged_files).where(staged_files.c.id == old.id)
        connection.execute(this.values(at=time.time() - KEPT_DAYS * 24 * 3600 - 1))
    part = files.folder / ".abc.part"
    part.write_bytes(b"half")
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(part, (long_ago, long_ago))
    files.sweep()
    assert left(files) == [new.id]
    assert files.find(old.id) is None


def test_cells_and_headings_of_a_file_are_text_on_the_page(administrator, files, services):
    rows = CUSTOMERS.replace("Income", "<img src=x onerror=alert(1)>").replace(
        "C1000", "<script>alert(2)</script>"
    )
    staged = files.find(send(administrator, rows).json["id"])
    work.look_work(services, {"id": staged.id, "mapping": {}})
    drawn = administrator.page("/data", f"?file={staged.id}")
    (content,) = (one["props"]["data-columns"] for one in components(drawn) if "data-columns" in one["props"])
    named = [one["name"] for one in json.loads(content)["columns"]]
    assert "<img src=x onerror=alert(1)>" in named
    assert not [one for one in components(drawn) if one["type"] in ("Markdown", "DangerouslySetInnerHTML")]
