"""What is kept out of charts is told by what it looks like, whatever stands over it."""

import numpy as np
import pytest

from core.schema.facts import Facts, Form
from core.schema.personal import are_uuids, reached_by, secret_of


def column(*texts: str, form: Form = Form.TEXT) -> Facts:
    return Facts("x", form, np.arange(len(texts), dtype=float), texts, len(texts), length=len(texts[0]))


@pytest.mark.parametrize(
    ("texts", "secret"),
    [
        (("DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819"), "bank accounts (IBAN)"),
        (("4111 1111 1111 1111", "5500000000000004"), "card numbers"),
        (("d41d8cd98f00b204e9800998ecf8427e", "0cc175b9c0f1b6a831c399e269772661"), "hashes or tokens"),
        (("$2b$12$abcdefghijk", "$2b$12$zyxwvut"), "hashes or tokens"),
        (("DE00 3704 0044 0532 0130 00", "GB00NWBK60161331926819"), ""),
        (("4111111111111112", "5500000000000005"), ""),
        (("C0001", "C0002"), ""),
    ],
)
def test_secrets_are_known_by_their_check_digits_and_forms(texts, secret):
    assert secret_of(column(*texts)) == secret


@pytest.mark.parametrize(
    ("texts", "way"),
    [
        (("ada@example.com", "cy@example.org"), "e-mail addresses"),
        (("+49 30 123456", "(0) 40 998877"), "phone numbers"),
        (("https://a.example/x", "www.b.example"), "web addresses"),
        (("10.0.0.1", "192.0.2.7"), "addresses of devices"),
        (("750-67-8428", "226-31-3081"), ""),
        (("18-24", "25-34"), ""),
    ],
)
def test_ways_to_reach_people_are_known_by_their_form(texts, way):
    assert reached_by(column(*texts)) == way


def test_identifiers_that_are_unique_in_the_universe_are_known():
    assert are_uuids(column("cc294636-19f0-11eb-8d74-000d3a38a36f", "f431bd5a-ab7b-11e9-a2fc-000d3a38a36f"))
    assert not are_uuids(column("cc294636", "f431bd5a"))
