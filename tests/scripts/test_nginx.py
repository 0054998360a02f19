"""The lines that docs/operations.md has for nginx, in a real nginx before a real production server."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPSHandler, OpenerDirector, Request, build_opener

import pytest

from tests.support.audited import audited
from tests.support.nginx import IS_HERE, documented, nginx
from tests.support.processes import forked
from tests.support.server import Server, serving

pytestmark = pytest.mark.skipif(not (IS_HERE and shutil.which("openssl")), reason="needs nginx and openssl")
PASSWORD = "quiet beds of lavender"


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[tuple[Server, str]]:
    """A production server, and the address of the nginx before it."""
    key = secrets.token_urlsafe(48)
    home = tmp_path_factory.mktemp("home")
    settings = {"env": "production", "secret_key": key, "proxies": 1, "hosts": "parterre.example"}
    alone = {"begin": forked, "worker": None, "workers": 1}
    with serving(home, **alone, **settings) as server, before(server, tmp_path_factory.mktemp("n")) as url:
        yield server, url


@contextmanager
def before(server: Server, folder: Path) -> Iterator[str]:
    pair = ("-keyout", f"{folder}/key", "-out", f"{folder}/cert")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", *pair]
    subprocess.run(made, check=True, capture_output=True)
    secured = f"ssl; ssl_certificate {folder}/cert; ssl_certificate_key {folder}/key;"
    with nginx(folder, secured + documented(0, server.url)) as port:
        yield f"https://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser(house) -> tuple[OpenerDirector, str]:
    """Signed up as the first account, by the code of the start; its token."""
    server, url = house
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    kept = CookieJar()
    opener = build_opener(HTTPCookieProcessor(kept), HTTPSHandler(context=trusting))
    opener.open(f"{url}/signup").close()
    typed = {"username": "vera", "password": PASSWORD, "repeat": PASSWORD, "csrf_token": token(kept)}
    typed["code"] = re.search(r"takes this code: (\S+)", server.said())[1]
    came_from = {"Referer": f"{url}/signup", "X-Forwarded-For": "192.0.2.7"}
    opener.open(Request(f"{url}/signup", urlencode(typed).encode(), came_from)).close()
    return opener, token(kept)


def token(kept: CookieJar) -> str:
    return next(one.value or "" for one in kept if one.name == "__Host-_csrf_token")


def test_forms_work_on_a_port_of_ones_own(house, browser):
    assert browser[0].open(f"{house[1]}/account").geturl() == f"{house[1]}/account"


def test_a_file_of_eight_megabytes_reaches_parterre(house, browser):
    url = house[1]
    content = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nID,Age\n'
    content += b"1,50\n" * 1_700_000 + b"\r\n--edge--"
    headers = {"Content-Type": "multipart/form-data; boundary=edge", "X-CSRFToken": browser[1]}
    headers |= {"Referer": f"{url}/predict", "Accept": "application/json"}
    with browser[0].open(Request(f"{url}/predict/score", content, headers)) as answer:
        assert json.load(answer)["id"]


def test_a_visitor_says_in_no_header_where_he_comes_from(house, browser):
    [entry] = [one for one in audited(house[0].home) if one["event"] == "sign-up"]
    assert entry["address"] not in ("", "192.0.2.7")


def test_nor_does_he_number_his_requests(house, browser):
    with browser[0].open(Request(f"{house[1]}/login", headers={"X-Request-ID": "of-the-visitor"})) as answer:
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"]), "nginx's own"
