"""Numbers are written for who reads: by the browser's word, unless the house has one way for all."""

from __future__ import annotations

import io

import pytest

from app import create_app
from tests.callbacks.dash_client import Visitor, text
from tests.support.postgresql import settled


def opening(visitor: Visitor, language: str) -> str:
    """The overview as a browser of that language gets it."""
    with visitor.reading(language):
        return text(visitor.page("/"))


@pytest.mark.parametrize(
    ("language", "customers"),
    [
        ("en-US,en;q=0.9", "2,240"),
        ("de-DE,de;q=0.9,en;q=0.8", "2.240"),
        ("fr-CH", "2\N{NARROW NO-BREAK SPACE}240"),
        ("xx,*;q=0.5", "2,240"),
        ("de;q=0.1,en;q=0.9", "2,240"),
        (",".join(["zz-QQ"] * 900), "2,240"),
    ],
)
def test_two_readers_of_one_page_each_have_their_own_numbers(administrator, language, customers):
    assert customers in opening(administrator, language)
    assert "2,240" in text(administrator.page("/")), "the next one is not read to in another's way"


def test_the_house_may_have_one_way_for_all(tmp_path):
    settings = settled(tmp_path).model_copy(update={"locale": "de_CH"})
    visitor = Visitor.of(create_app(settings).server).sign_up("ada-admin")
    assert "2’240" in opening(visitor, "en-US")


def test_who_has_chosen_a_language_of_numbers_reads_in_it_whatever_the_browser_asks_for(administrator):
    def choose(locale):
        return administrator.client.post(
            "/account/numbers", data={"locale": locale, "csrf_token": administrator.token}
        )

    assert choose("fr_FR").location == "/account?why=numbers"
    assert 'value="fr_FR" selected' in administrator.client.get("/account").text
    assert "2\u202f240" in opening(administrator, "de")
    for none in ("", "xx_<b>"):
        choose(none)
        assert "2.240" in opening(administrator, "de")


def test_a_refusal_has_the_readers_numbers(administrator):
    rows = "".join(f"{row},\n" for row in range(3))
    sent = {"file": (io.BytesIO(f"ID,{','.join(f'c{n}' for n in range(3000))}\n{rows}".encode()), "wide.csv")}
    headers = {"X-CSRFToken": administrator.token, "Accept-Language": "de"}
    answer = administrator.client.post("/predict/score", data=sent, headers=headers)
    assert answer.status_code == 400
    assert "3.001 columns" in answer.json["error"]
