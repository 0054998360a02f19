"""Leaked passwords: what the service is told, and what its answers do."""

import hashlib
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from core.accounts import stores
from core.accounts.attempts import Attempts
from core.accounts.entry import LEAKED, Entry
from core.accounts.resets import Resets
from core.errors import AccountError, SettingsError
from core.settings import context_words, load
from tests.support.postgresql import settled

LEAKED_ONE, PADDED, GOOD = "a garden in spring", "a pond in autumn", "a hedge in winter"


def digest(password):
    return hashlib.sha1(password.encode()).hexdigest().upper()


class Service(ThreadingHTTPServer):
    """Speaks the protocol of Pwned Passwords: all that begin so, and what pads the answer."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked = []
        self.status = 200


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        known = {digest(LEAKED_ONE): 7, digest(PADDED): 0, "F" * 40: 12}
        lines = [f"{one[5:]}:{count}" for one, count in known.items() if one.startswith(self.path[-5:])]
        lines.append(f"{'0' * 35}:0")
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write("\r\n".join(lines).encode())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def running():
    service = Service()
    Thread(target=service.serve_forever, daemon=True).start()
    yield service
    service.shutdown()
    service.server_close()


@pytest.fixture
def service(running):
    running.asked.clear()
    running.status = 200
    return running


@pytest.fixture
def entry(service, where, database):
    url = f"http://127.0.0.1:{service.server_port}/range/"
    return Entry(stores.store("csv", where, database), Attempts(database), resets=Resets(database), leaks=url)


def test_a_leaked_password_is_refused_at_every_door_and_the_link_is_still_good(entry):
    with pytest.raises(AccountError, match="have leaked") as refused:
        entry.sign_up("anna", LEAKED_ONE, address=None)
    assert (str(refused.value), refused.value.field) == (LEAKED, "password")
    anna = entry.sign_up("anna", GOOD, address=None)
    link = entry.resets.make(anna)
    for attempt in (
        lambda: entry.change_password("anna", GOOD, LEAKED_ONE, address=None),
        lambda: entry.reset_password("anna", LEAKED_ONE),
        lambda: entry.reset_by_link(link, LEAKED_ONE),
        lambda: entry.check(LEAKED_ONE, "ben"),
    ):
        with pytest.raises(AccountError, match="have leaked"):
            attempt()
    entry.reset_by_link(link, PADDED)
    assert entry.sign_in("anna", PADDED, address=None)


def test_the_service_learns_five_digits_and_nothing_else(entry, service):
    entry.check(GOOD, "anna")
    ((path, headers),) = service.asked
    assert re.fullmatch(r"/range/[0-9A-F]{5}", path)
    assert path.endswith(digest(GOOD)[:5])
    assert headers["Add-Padding"] == "true"
    assert not {"Cookie", "Authorization", "Referer"} & headers.keys()


def test_what_is_refused_here_is_not_asked_there(entry, service):
    with pytest.raises(AccountError, match="Too short"):
        entry.check("short", "anna")
    assert service.asked == []


def test_a_service_that_fails_keeps_nobody_out_and_the_log_says_so(entry, service, caplog):
    service.status = 503
    entry.check(LEAKED_ONE, "anna")
    assert "did not answer: HTTPError" in caplog.text
    assert LEAKED_ONE not in caplog.text


def test_names_of_the_house_are_words_of_passwords_too(tmp_path):
    given = {
        "hosts": ".segments.Greengrocers.com, localhost:8050",
        "mail_domains": "acme.co.uk",
        "password_words": "Oslo",
    }
    words = context_words(settled(tmp_path).model_copy(update=given))
    assert words == ("Oslo", "acme", "greengrocers", "segments")


@pytest.mark.parametrize("url", ["ftp://x/", "file:///etc/", "https://x", "x"])
def test_an_address_that_can_be_no_service_stops_the_start(url):
    with pytest.raises(SettingsError, match="PARTERRE_LEAKS_URL"):
        load(leaks_url=url)
