"""The audit log on the command line: searched, taken along without formulas, held to its chain, shortened on purpose."""

import csv
import sqlite3
from contextlib import closing

from core.accounts import audit
from core.accounts.audit import Event
from tests.callbacks.door import Visitor, build

FORMULA = "=HYPERLINK(1)"


def change(home, statement):
    """What somebody does who may write to the database."""
    with closing(sqlite3.connect(home / "parterre.sqlite")) as connection, connection:
        connection.execute(statement)


def test_the_command_line_lists_exports_verifies_and_shortens_the_log(tmp_path):
    server = build(tmp_path)
    Visitor(server).sign_up("anna")
    audit.record(Event.NAMING, user=FORMULA, what='@SUM(1),"x"')

    def run(*words):
        return server.test_cli_runner().invoke(args=["parterre", "audit", *words])

    assert "sign-up  done  anna  192.0.2.1  role administrator" in run("list", "--who", "ANN").output
    assert run("list", "--event", "role").output == ""
    assert run("list", "--csv", str(tmp_path / "all.csv")).exit_code == 0
    rows = list(csv.DictReader((tmp_path / "all.csv").read_text(encoding="utf-8").splitlines()))
    assert [one["event"] for one in rows] == ["naming", "sign-up"]
    assert rows[0]["who"] == f"'{FORMULA}"
    assert "The audit log is whole: 3 entries. Its end is 3:" in run("verify").output
    end = run("verify").output.split()[-1].rstrip(".")
    assert run("verify", "--last", end).exit_code == 0
    assert "Expected a number" in run("verify", "--last", "3").output
    assert run("forget", "--before", "2020-01-01").output == "0 entries are gone.\n"
    change(tmp_path, "DELETE FROM audit_entries WHERE number = 3")
    assert "broken at entry 3" in run("verify").output, "the file beside the database knows"
    change(tmp_path, "UPDATE audit_entries SET who = 'ben' WHERE number = 1")
    broken = run("verify")
    assert (broken.exit_code, "broken at entry 1. It is not as it was written." in broken.output) == (1, True)
