"""Files of many customers, with a real server, its worker and a real browser."""

from __future__ import annotations

import re
import socket
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from core.settings import ROOT
from tests.support.browser import signed_up

CUSTOMERS = 22_400
COLUMNS = r"ID|Year_Birth|Income|\w+home|Recency|Mnt\w+|Num(Web|Store)\w+"


@pytest.fixture(scope="module")
def url(serve, tmp_path_factory) -> str:
    """A server with ten times the sample, more than a page makes a workbook of."""
    file = tmp_path_factory.mktemp("many") / "customers.csv"
    sample = pd.read_csv(ROOT / "data" / "customers.csv", dtype=str)
    many = pd.concat([sample.filter(regex=f"^({COLUMNS})$")] * 10, ignore_index=True)
    many.assign(ID=range(1, CUSTOMERS + 1)).to_csv(file, index=False)
    return serve(data=file, fresh=True).url


@pytest.fixture(scope="module")
def cookies(browser, url):
    return signed_up(browser, url)


@pytest.fixture
def visitor(shared) -> Page:
    return shared


def test_a_large_workbook_shows_how_far_it_is_and_is_then_downloaded(visitor, url, axe, tmp_path):
    visitor.goto(f"{url}/customers")
    visitor.get_by_text("Export", exact=True).click()
    visitor.get_by_role("link", name="Excel: all columns").click()
    expect(visitor).to_have_url(re.compile(r"/customers\?export="))
    expect(visitor.get_by_role("progressbar", name="Your workbook: progress")).to_be_visible()
    ready = visitor.get_by_role("link", name="Download the workbook")
    expect(ready).to_be_visible(timeout=90_000)
    expect(visitor.get_by_text("22,400 customers, as they were filtered")).to_be_visible()
    assert axe(visitor) == []
    with visitor.expect_download() as started:
        ready.click()
    started.value.save_as(tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == CUSTOMERS + 1


FILES = ("/export/customers.xlsx", "/export/table.csv", "/models/files/card.json")


def test_a_page_of_another_site_downloads_nothing(visitor, url, console_errors):
    """A link is followed with the visitor's cookie, whatever it is called: SameSite=Lax."""
    visitor.route(
        "http://elsewhere.example/**",
        lambda route: route.fulfill(
            body=page_with(url + urlsplit(route.request.url).path), content_type="text/html"
        ),
    )
    downloads = []
    visitor.on("download", lambda one: downloads.append(one.url))
    for path in FILES:
        visitor.goto(f"http://elsewhere.example{path}")
        visitor.get_by_role("link", name="Win a prize").click()
        expect(visitor).to_have_url(url + path)
        expect(visitor.get_by_text("Another site asked for this file.")).to_be_visible()
    assert downloads == []
    console_errors.clear()


def page_with(address: str) -> str:
    return f"<!doctype html><title>Prizes</title><a href='{address}'>Win a prize</a>"


def test_the_server_answers_while_many_large_files_are_asked_for_at_once(visitor, url):
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in visitor.context.cookies(url))
    slowest = 0.0

    def ask(number: int) -> int:
        path = ("customers.xlsx", "table.csv", "customers.xlsx?Children=0&sort=Age", "customers.csv")[
            number % 4
        ]
        headers = {"Cookie": cookies, "Accept": "application/json"}
        try:
            with urlopen(Request(f"{url}/export/{path}", headers=headers), timeout=60) as answer:
                answer.read()
                return answer.status
        except HTTPError as error:
            return error.code if error.headers["Retry-After"] else 0

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, number) for number in range(8)]
        while not all(one.done() for one in asked):
            began = time.monotonic()
            try:
                with urlopen(f"{url}/healthz", timeout=5) as answer:
                    assert answer.status == 200
            except URLError as error:
                raise AssertionError("/healthz did not answer") from error
            slowest = max(slowest, time.monotonic() - began)
        statuses = {one.result() for one in asked}
    assert statuses <= {200, 202, 429}
    assert slowest < 3


def test_who_leaves_in_the_middle_gives_the_turn_back(visitor, url):
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in visitor.context.cookies(url))
    place = urlsplit(url)
    asked = f"GET /export/table.csv HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookies}\r\n\r\n"
    with socket.create_connection((place.hostname, place.port)) as line:
        line.sendall(asked.encode())
        assert line.recv(100).startswith(b"HTTP/1.1 200 ")
    deadline = time.monotonic() + 20
    while not has_its_turn(url, cookies):
        assert time.monotonic() < deadline, "the turn is still taken"


def has_its_turn(url: str, cookies: str) -> bool:
    try:
        with urlopen(Request(f"{url}/export/table.csv", headers={"Cookie": cookies}), timeout=60) as answer:
            return answer.status == 200
    except HTTPError as error:
        return error.code != 429
