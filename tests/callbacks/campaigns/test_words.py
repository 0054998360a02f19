"""What the page says of tables with other answers than ours."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from callbacks.campaigns import page, words
from core.schema.fields import Field, Kind
from core.schema.schema import Schema

FIELDS = (
    Field("Money", "Money", Kind.AMOUNT),
    Field("Yes", "Yes", Kind.FLAG),
    Field("Again", "Again", Kind.FLAG),
    Field("Churn", "Churn", Kind.FLAG),
)


def services(**roles):
    schema = Schema(FIELDS, basis=("Money",), value="Money", **roles)
    axes = dict.fromkeys(one.name for one in FIELDS)
    return SimpleNamespace(schema=schema, model=SimpleNamespace(crossfilter=SimpleNamespace(axes=axes)))


@pytest.mark.parametrize(("outcomes", "earlier"), [(("Yes",), False), (("Yes", "Again"), True)])
def test_nothing_is_said_of_earlier_campaigns_where_there_was_but_one(outcomes, earlier):
    of = services(outcomes=outcomes)
    assert ("loyal" in words.groups(of)) is earlier
    assert ("Campaigns accepted before" in words.responses(of).values()) is earlier


def test_customers_who_left_have_answered_no_campaign():
    said = page.lacks(services(events=("Churn",)))
    assert said.startswith("Your table has nothing on answers to campaigns, so")
    assert "It has churn, which happens to customers and answers nothing." in said
