"""A virus scanner that the operator named: what it knows is taken at no door, nor what it does not tell of."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import delete

from core.accounts import audit
from core.datasets import staged as waiting
from core.datasets.staged import example
from core.errors import SettingsError
from core.jobs.queue import State
from core.services import create_services
from core.settings import load
from core.store.database import opened
from core.store.tables import jobs
from tests.callbacks.data.sending import begin, put, send
from tests.support.audited import latest
from tests.support.clamd import EICAR, clamd

GOOD = example().encode()
BAD = GOOD + EICAR + b"\r\n"
FOUND = "Eicar-Test-Signature"


@pytest.fixture(autouse=True)
def entries_are_kept_here(settings, app):
    """Apps of other tests in this process have entries kept in homes of their own."""
    audit.keep_in(opened(settings), settings.home)


@pytest.fixture
def scanner(request, tmp_path, settings, monkeypatch):
    """One that runs, at a port unless a test asks for a socket; what it has seen."""
    place = str(tmp_path / "ctl") if hasattr(request, "param") else ""
    with clamd(place, most=10_000) as (address, seen):
        monkeypatch.setitem(vars(settings), "scanner", address)
        yield seen


@pytest.fixture(params=["page", "score", "datasets", "pieces"])
def sent(request, administrator, ada):
    """`sent(content)`: the answer of one of the doors by which files come."""

    def form(content):
        return {"file": (io.BytesIO(content), "new.csv")}

    doors = {
        "page": lambda content: administrator.client.post(
            "/predict/score",
            data=form(content),
            headers={"X-CSRFToken": administrator.token, "Accept": "application/json"},
        ),
        "score": lambda content: ada.ask("/score", "POST", data=form(content)),
        "datasets": lambda content: ada.ask("/datasets", "POST", data=form(content)),
        "pieces": lambda content: send(administrator, content, piece=500),
    }
    return doors[request.param]


@pytest.fixture
def kept(settings, app):
    """`kept()`: all that there is of files that came in; what a test brought goes with it."""

    def all_of_it():
        return {one for name in ("scored", "staged") for one in (settings.home / name).glob("*/*")}

    before = all_of_it()
    yield lambda: all_of_it() - before
    services = create_services(settings)
    services.database.change(delete(jobs).where(jobs.c.state == State.WAITING))
    files = waiting.of(services)
    for one in all_of_it() - before:
        files.drop(one.parent.name)


def words(answer) -> str:
    return answer.json.get("error") or answer.json["words"]


@pytest.mark.parametrize("scanner", ["socket"], indirect=True)
def test_a_file_in_which_something_is_found_is_taken_at_no_door(sent, scanner, kept, settings):
    answer = sent(BAD)
    assert answer.status_code == 400
    assert f"found “{FOUND}” by the virus scanner" in words(answer)
    assert kept() == set()
    assert scanner == [BAD]
    last = latest(settings.home, "upload")
    assert (last["outcome"], last["what"], last["who"]) == ("refused", FOUND, "ada-admin")


def test_a_clean_file_is_seen_whole_and_taken(sent, scanner, kept):
    assert sent(GOOD).status_code in (200, 202, 400)  # which is no file to be scored
    assert scanner == [GOOD]


@pytest.mark.parametrize("why", ["gone", "too large for it"])
def test_what_the_scanner_does_not_tell_of_is_not_taken_and_the_operator_reads_why(
    sent, scanner, kept, why, settings, monkeypatch, tmp_path, caplog
):
    if why == "gone":
        monkeypatch.setitem(vars(settings), "scanner", f"unix://{tmp_path}/gone")
    answer = sent(GOOD + b"9" * (20_000 if why != "gone" else 0))
    assert answer.status_code == 503
    assert "the virus scanner did not say whether it is clean. Tell the administrator" in words(answer)
    assert {one.name for one in kept()} <= {".part", ".lock"}
    said = "FileNotFoundError" if why == "gone" else "INSTREAM size limit exceeded. ERROR"
    assert said in caplog.text
    assert latest(settings.home, "upload")["what"] == "not scanned"


def test_a_file_goes_on_once_the_scanner_is_back(administrator, kept, settings, monkeypatch, tmp_path):
    place = str(tmp_path / "ctl")
    monkeypatch.setitem(vars(settings), "scanner", f"unix://{place}")
    identity = begin(administrator, len(GOOD)).json["id"]
    assert put(administrator, identity, 0, GOOD[:700]).json["whole"] is False
    assert put(administrator, identity, 700, GOOD[700:]).status_code == 503
    with clamd(place) as (_, seen):
        assert put(administrator, identity, 700, GOOD[700:]).json["whole"] is True
    assert seen == [GOOD]


@pytest.mark.parametrize(
    "address", ["clamav:3310", "tcp://clamav", "unix://run/clamd.ctl", "http://clamav:3310"]
)
def test_an_address_that_is_no_scanners_stops_the_start(address):
    with pytest.raises(SettingsError, match="PARTERRE_SCANNER"):
        load(scanner=address)
