"""The door of a real gunicorn with two workers: what one of them counts, or is told, holds at the other."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests

from tests.support.server import Server, serving, standing_still

PASSWORD = "quiet beds of lavender"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("home"), worker=None, workers=2, threads=4) as running:
        yield running


class Browser(requests.Session):
    """One browser; each of its requests is a connection of its own, for whichever worker takes it."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.url = server.url
        self.headers["Connection"] = "close"
        self.headers["Accept"] = "text/html"

    def ask(self, path: str) -> int:
        return self.get(self.url + path, allow_redirects=False, timeout=60).status_code

    def submit(self, path: str, headers: dict[str, str] | None = None, **typed: str) -> int:
        self.ask("/account" if path == "/logout" else path)
        form = typed | {"csrf_token": self.cookies["_csrf_token"]}
        return self.post(
            self.url + path, form, headers=headers, allow_redirects=False, timeout=60
        ).status_code

    def sign_up(self, name: str) -> int:
        return self.submit("/signup", username=name, password=PASSWORD, repeat=PASSWORD)

    def guess(self, name: str) -> int:
        """A wrong password, from an address that is another one each time, as the browser says."""
        made_up = f"203.0.113.{secrets.randbelow(250)}"
        headers = dict.fromkeys(("X-Forwarded-For", "X-Real-IP", "Client-IP"), made_up)
        headers["Forwarded"] = f"for={made_up}"
        return self.submit("/login", headers, username=name, password="a wrong one")


def at_each(server: Server, do: Callable[[], list[int]]) -> list[list[int]]:
    """What it comes to at each worker, while the other one stands still."""
    found = []
    for other in reversed(server.workers()):
        with standing_still(other):
            found.append(do())
    return found


def test_guesses_are_counted_over_both_workers_wherever_they_say_they_come_from_and_keep_no_owner_out(server):
    vera, thief = Browser(server), Browser(server)
    assert vera.sign_up("vera") == 302
    guesses = at_each(server, lambda: [thief.guess("vera") for _ in range(6)])
    assert guesses == [[401] * 6, [401] * 4 + [429] * 2]
    vera.submit("/logout")
    assert vera.submit("/login", username="vera", password=PASSWORD) == 302
    assert vera.ask("/account") == 200
    assert Browser(server).submit("/login", username="vera", password=PASSWORD) == 429, (
        "who guessed made it wait"
    )


def test_of_two_who_sign_up_at_once_under_one_name_one_gets_it(server):
    for number in range(4):
        together = Barrier(6)

        def sign_up(name: str, together: Barrier = together) -> int:
            browser = Browser(server)
            browser.ask("/signup")
            together.wait()
            return browser.sign_up(name)

        names = [f"{'Twin' if place % 2 else 'twin'}{number}" for place in range(6)]
        with ThreadPoolExecutor(6) as pool:
            answers = sorted(pool.map(sign_up, names))
        assert (answers[0], {*answers[1:]}) == (302, {400}), answers
    kept = (server.home / "users.csv").read_text().casefold()
    assert [kept.count(f"twin{number},") for number in range(4)] == [1] * 4


def test_a_new_password_ends_all_other_sessions_at_both_workers_and_open_tabs_with_them(server):
    otto, tab, thief = Browser(server), Browser(server), Browser(server)
    assert otto.sign_up("otto") == 302
    for one in (tab, thief):
        one.cookies.update(otto.cookies)
    assert at_each(server, lambda: [tab.ask("/account"), thief.ask("/account")]) == [[200, 200]] * 2
    new = "seven quiet herons waded"
    assert otto.submit("/account", current=PASSWORD, password=new, repeat=new) == 302
    assert at_each(server, lambda: [otto.ask("/account"), tab.ask("/account")]) == [[200, 302]] * 2
    assert thief.submit("/account", current=new, password=PASSWORD, repeat=PASSWORD) in (302, 400)
    assert Browser(server).submit("/login", username="otto", password=new) == 302
