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
from core.store.arriving_files import ArrivingFiles
from core.store.files import lock
from core.store.staged_files import KEPT_DAYS, MOST_EACH
from core.store.tables import staged_files
from tests.callbacks.dash_client import components, drawn_with, text
from tests.callbacks.data.sending import begin, put, send

CUSTOMERS = work.example()


def post(visitor, path, body=None):
    return visitor.client.post(path, json=body or {}, headers={"X-CSRFToken": visitor.token})


def left(files) -> list[str]:
    return sorted(path.name for path in files.folder.glob("*"))


def test_a_file_is_kept_as_it_came_with_its_fingerprint_and_waits_on_the_page(administrator, files):
    answer = send(administrator, CUSTOMERS, "Our customers.csv")
    assert answer.status_code == 200, answer.text
    kept = files.find(answer.json["id"])
    assert files.path(kept).read_bytes() == CUSTOMERS.encode()
    assert (kept.owner, kept.name, kept.size) == ("ada-admin", "Our customers.csv", len(CUSTOMERS))
    assert kept.digest == hashlib.sha256(CUSTOMERS.encode()).hexdigest()
    assert left(files) == [kept.id]
    assert "Our customers.csv" in text(administrator.page("/data"))


def test_what_was_found_is_said_on_the_page_that_it_waits_on(administrator, files, services):
    staged = files.find(send(administrator, CUSTOMERS).json["id"])
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
    buttons = drawn_with(drawn, className="btn p-button")
    assert {one["children"] for one in buttons} <= {"Add"}, "which is for people, on the card of a dataset"
    page = text(administrator.page("/data", f"?file={staged.id}"))
    assert "Make segments" not in page
    assert "Left out" not in page or content.startswith("a,b"), "all of them are, which is no news"
    assert "The mapping" not in page or content.startswith("a,b"), "nothing that could be chosen would help"


def test_the_example_makes_segments(administrator, files, services):
    staged = files.find(send(administrator, CUSTOMERS).json["id"])
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
    staged = files.find(send(administrator, CUSTOMERS, name).json["id"])
    path = files.path(staged)
    assert path.parent == files.folder / staged.id
    assert path.is_file()
    assert not set(staged.name) & set('/\\<>"\r\n')
    assert len(staged.name) < 100
    assert staged.name not in ("schema.json", "models")


def test_another_administrators_file_is_not_there(app, administrator, viewer, files, services):
    staged = files.find(send(administrator, CUSTOMERS).json["id"])
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
    files.drop(staged.id)


def test_a_viewer_may_bring_no_file_and_sees_no_page(viewer, files):
    assert begin(viewer, 10).status_code == 403
    assert put(viewer, "x", 0, b"x").status_code == 403
    assert post(viewer, "/data/files/x/remove").status_code == 403
    assert "not for your role" in text(viewer.page("/data"))
    assert "Data" not in [one["props"].get("children") for one in components(viewer.page("/"))]
    assert left(files) == []


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_piece_without_the_token_is_refused(administrator, files, token):
    begun = begin(administrator, 10).json
    assert put(administrator, begun["id"], 0, b"0123456789", token).status_code == 400
    assert begin(administrator, 10).json["offset"] == 0


@pytest.mark.parametrize("size", [0, -1, 1.5, "10", None, True, 501_000_000])
def test_a_size_that_no_file_may_have_is_refused_in_words(administrator, files, size):
    answer = begin(administrator, size)
    assert answer.status_code == (413 if size == 501_000_000 else 400)
    assert answer.json["error"].startswith("Found ")
    assert "Expected" in answer.json["error"]
    assert left(files) == []


@pytest.mark.parametrize("name", ["", None, ["a.csv"], 7])
def test_a_file_without_a_name_is_refused(administrator, files, name):
    assert begin(administrator, 10, name).status_code == 400


def test_a_file_that_broke_off_goes_on_where_it_ended_in_any_process(administrator, files, services):
    data = CUSTOMERS.encode()
    begun = begin(administrator, len(data), "our.csv").json
    assert (begun["offset"], begun["blocks"]) == (0, [])
    assert put(administrator, begun["id"], 0, data[:500]).json["offset"] == 500
    assert files.find(begun["id"]) is None, "what is not here whole is nobody's to look at"
    assert administrator.client.get(f"/data/files/{begun['id']}/mapping.json").status_code == 404
    drawn = administrator.page("/data")
    assert "0.5 kB of 1.1 kB have come" in text(drawn)
    assert "Choose or drop the same file again" in text(drawn)
    again = begin(administrator, len(data), "our.csv").json
    assert (again["id"], again["offset"]) == (begun["id"], 500)
    assert again["blocks"] == [hashlib.sha256(data[:500]).hexdigest()]
    here = ArrivingFiles(work.of(services))  # another process, as after the server was started anew
    assert here.add(here.find(begun["id"], "ada-admin"), 500, io.BytesIO(data[500:])) == len(data)
    assert put(administrator, begun["id"], 500, data[500:]).json["whole"] is True, "where the answer was lost"
    kept = files.find(begun["id"])
    assert kept.digest == hashlib.sha256(data).hexdigest()
    assert files.path(kept).read_bytes() == data
    assert [path.name for path in files.path(kept).parent.glob("[!.]*")] == ["our.csv"]
    assert "have come" not in text(administrator.page("/data"))


def test_another_file_of_that_name_and_size_begins_anew(administrator, files):
    begun = begin(administrator, 10).json
    put(administrator, begun["id"], 0, b"01234")
    other = begin(administrator, 10, anew=True).json
    assert (other["offset"], other["id"] != begun["id"]) == (0, True)
    assert put(administrator, begun["id"], 5, b"56789").status_code == 404
    assert left(files) == []
    assert begin(administrator, 11).json["id"] != other["id"]


@pytest.mark.parametrize(
    ("offset", "piece", "status"),
    [
        (0, b"a", 409),
        (4, b"a", 409),
        (6, b"a", 409),
        (-5, b"a", 409),
        (10**30, b"a", 409),
        (5, b"567890", 409),
        ("", b"a", 400),
        ("5x", b"a", 400),
        (5, b"", 400),
        (5, b"x" * 5_000_000, 413),
    ],
    ids=[
        "before",
        "within",
        "past the end",
        "negative",
        "huge",
        "more than stated",
        "none",
        "no number",
        "empty",
        "a large piece",
    ],
)
def test_a_piece_that_does_not_go_on_where_the_file_ends_is_refused_and_nothing_is_added(
    administrator, files, offset, piece, status
):
    begun = begin(administrator, 10).json
    put(administrator, begun["id"], 0, b"01234")
    answer = put(administrator, begun["id"], offset, piece)
    assert answer.status_code == status
    assert answer.json["error"]
    assert answer.json.get("offset", 5) == 5
    assert put(administrator, begun["id"], 5, b"56789").json["whole"] is True
    assert files.path(files.find(begun["id"])).read_bytes() == b"0123456789"


def test_the_upload_of_another_administrator_is_not_there(administrator, files, services):
    begun = begin(administrator, 10).json
    put(administrator, begun["id"], 0, b"01234")
    with services.database.changing() as connection:
        connection.execute(update(staged_files).values(owner="somebody-else"))
    assert put(administrator, begun["id"], 5, b"56789").status_code == 404
    assert post(administrator, f"/data/files/{begun['id']}/remove").status_code == 404
    assert begin(administrator, 10).json["offset"] == 0
    assert "have come" in text(administrator.page("/data")), "the one that was begun now"
    here = ArrivingFiles(files)
    assert here.find(begun["id"], "somebody-else").come == 5
    files.drop(begun["id"])


def test_what_another_window_adds_to_is_left_alone(administrator, files):
    begun = begin(administrator, 10).json
    put(administrator, begun["id"], 0, b"01234")
    with lock(files.folder / begun["id"] / ".lock", keep=True):
        answer = put(administrator, begun["id"], 5, b"56789")
    assert (answer.status_code, answer.json["offset"]) == (409, 5)
    assert "in another window" in answer.json["error"]


def test_a_server_that_was_killed_before_it_said_that_all_had_come_says_so_when_asked_again(
    administrator, files, monkeypatch
):
    begun = begin(administrator, 10).json
    with monkeypatch.context() as patch:
        patch.setattr(ArrivingFiles, "_finish", lambda *_: None)
        put(administrator, begun["id"], 0, b"0123456789")
    assert files.find(begun["id"]) is None
    assert begin(administrator, 10).json["whole"] is True
    assert files.path(files.find(begun["id"])).read_bytes() == b"0123456789"


def test_one_file_too_many_is_refused_in_words_until_one_is_removed(administrator, files):
    taken = [begin(administrator, 10, f"{number}.csv").json["id"] for number in range(MOST_EACH)]
    refused = begin(administrator, 11)
    assert refused.status_code == 429
    assert f"{MOST_EACH} files of yours wait already" in refused.json["error"]
    assert begin(administrator, 10, "3.csv").json["id"] == taken[3], "one that broke off goes on"
    assert post(administrator, f"/data/files/{taken[0]}/remove").status_code == 200
    assert send(administrator, CUSTOMERS).status_code == 200


def test_a_disk_without_room_is_told_in_words_and_what_has_come_stays(administrator, files, monkeypatch):
    begun = begin(administrator, 10).json
    put(administrator, begun["id"], 0, b"01234")
    with monkeypatch.context() as patch:
        patch.setattr("core.store.arriving_files.has_room", lambda *_: False)
        for answer in (put(administrator, begun["id"], 5, b"56789"), begin(administrator, 99)):
            assert answer.status_code == 503
            assert answer.json["error"].startswith("Found no room for another file")
    assert put(administrator, begun["id"], 5, b"56789").json["whole"] is True


def test_a_disk_that_is_full_in_the_middle_of_a_piece_keeps_none_of_it(administrator, files, monkeypatch):
    begun = begin(administrator, 10).json
    put(administrator, begun["id"], 0, b"01234")

    class Full(io.FileIO):
        def write(self, piece):
            super().write(piece[:2])
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("core.store.arriving_files.os.fdopen", lambda descriptor, _: Full(descriptor, "ab"))
        answer = put(administrator, begun["id"], 5, b"56789")
    assert (answer.status_code, "The disk of the server is full" in answer.json["error"]) == (503, True)
    assert put(administrator, begun["id"], 5, b"56789").json["whole"] is True


def test_what_broke_off_is_swept_after_a_day(administrator, files, services):
    begun = begin(administrator, 10).json
    put(administrator, begun["id"], 0, b"01234")
    with services.database.changing() as connection:
        connection.execute(update(staged_files).values(at=time.time() - 24 * 3600 + 60))
    files.sweep()
    assert begin(administrator, 10).json["offset"] == 5
    with services.database.changing() as connection:
        connection.execute(update(staged_files).values(at=time.time() - 24 * 3600 - 1))
    files.sweep()
    assert left(files) == []
    assert put(administrator, begun["id"], 5, b"56789").status_code == 404


def test_a_file_that_waited_for_days_is_swept_and_so_is_what_a_killed_process_left(
    administrator, files, services
):
    old, new = (files.find(send(administrator, CUSTOMERS).json["id"]) for _ in range(2))
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
