"""The log of a visitor who types, sends and stumbles: nothing of it in any line, however much is written."""

from __future__ import annotations

import logging
from io import StringIO

import pytest
from sqlalchemy import text

from core.logs import AsJson, Discreet
from tests.callbacks.dash_client import PASSWORD, Visitor

TYPED = "typed-into-the-wrong-field"
TOKEN = "parterre_of_somebody_else"
CUSTOMER = "lovelace@example.org"


@pytest.mark.parametrize("formatter", [Discreet(), AsJson()], ids=["text", "json"])
def test_what_people_type_and_what_customers_are_is_in_no_line(app, administrator, monkeypatch, formatter):
    lines, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(formatter)
    monkeypatch.setattr(root, "handlers", [handler])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    visitor = Visitor.of(app.server)
    visitor.client.get(f"/login?next=/customers/{CUSTOMER}")
    for name, password in ((TYPED, "x" * 12), ("ada-admin", TYPED), ("ada-admin", PASSWORD)):
        visitor.client.post(
            "/login", data={"username": name, "password": password, "csrf_token": visitor.token}
        )
    visitor.client.get(f"/nowhere?email={CUSTOMER}", headers={"Authorization": f"Bearer {TOKEN}"})
    visitor.client.get(f"/api/v1/jobs/x?token={TOKEN}", headers={"Authorization": f"Bearer {TOKEN}"})
    administrator.post({"output": CUSTOMER})
    administrator.client.post(
        "/api/v1/predict", json={"Income": CUSTOMER}, headers={"X-CSRFToken": administrator.token}
    )
    administrator.page("/explore", f"?Income=has:{CUSTOMER}")
    administrator.open("/customers/5524", f"?q={CUSTOMER}")
    with app.server.test_client() as client, pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.server.view_functions, "healthz", stumbles)
        assert client.get("/healthz").status_code == 500
    said = lines.getvalue()
    assert "parterre.audit" in said
    assert "builtins.ValueError" in said
    assert "sqlalchemy" in said
    session = visitor.client.get_cookie("parterre_session").value
    for secret in (TYPED, PASSWORD, TOKEN, CUSTOMER, visitor.token, session):
        assert secret not in said


def stumbles():
    """As libraries do, over a customer's value; the database is asked about it as well."""
    from core.settings import Settings
    from core.store.database import _engine

    try:
        engine = _engine(Settings.model_validate({}).model_copy(update={"home": stumbles.home}))
        with engine.connect() as connection:
            connection.execute(text("SELECT nonsense WHERE x = :who"), {"who": CUSTOMER})
    except Exception as error:
        raise ValueError(f"could not convert {CUSTOMER}") from error


@pytest.fixture(autouse=True)
def _somewhere(tmp_path):
    stumbles.home = tmp_path
