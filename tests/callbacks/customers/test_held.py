"""What is held of a customer: a file from their page, and the same on the command line; both are written down."""

from __future__ import annotations

import json

from tests.callbacks.dash_client import drawn_with, text

PATH = "/customers/files/held.json"


def test_what_is_held_of_a_customer_is_a_file_on_their_page_and_on_the_command_line(
    app, viewer, table, caplog
):
    caplog.set_level("INFO", "parterre.audit")
    who = str(table["ID"].iloc[0])
    page = viewer.page("/customers", f"?customer={who}")
    (link,) = drawn_with(page, href=f"{PATH}?customer={who}")
    assert text(link["children"]) == "Everything held of this customer (JSON)"
    answer = viewer.client.get(f"{PATH}?customer={who}")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=held-{who}.json"
    ((version,),) = [one["versions"] for one in answer.json["datasets"]]
    of_model = table.set_index("ID").loc[int(who)]
    (row,) = version["rows"]
    assert (row["ID"], float(row["Income"])) == (who, of_model["Income"])
    assert of_model["Segment"] in [one["segment"] for one in version["models"]]
    last = json.loads(caplog.messages[-2])
    assert (last["event"], last["user"]) == ("customer-held", "vera-viewer")
    assert not [line for line in caplog.messages if who in line.replace(last["hash"], "")]
    assert viewer.client.get(f"{PATH}?customer=0").status_code == 404
    assert viewer.client.get(PATH).status_code == 400
    run = app.server.test_cli_runner().invoke
    said = json.loads(run(args=["parterre", "customers", "held", who, "--json"]).stdout)
    assert said["datasets"][0]["versions"][0]["rows"] == [row]
    assert "version 1: one row of customers.csv; " in run(args=["parterre", "customers", "held", who]).stdout
    assert run(args=["parterre", "customers", "held", "0"]).stdout == "Nothing is held of 0.\n"
