"""What columns are for: proposed, changed by a person, and a dataset made of exactly what was shown."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import Workbook

from core.datasets import staged as work
from core.datasets.personal import PersonalColumns
from core.datasets.writing import Writing
from core.errors import DataError
from core.jobs.queue import State
from core.settings import ROOT
from core.store.mappings import Mappings, shape_of
from core.store.staged_files import StagedFiles
from tests.callbacks.dash_client import components, drawn_with, text
from tests.callbacks.data.sending import send

EXAMPLE = work.example()
SHAPE = shape_of(EXAMPLE.splitlines()[0].split(","))


@pytest.fixture
def files(files, services):
    """Whose headings nobody brought before, as other tests may have, nor will have."""
    Mappings(services.database).forget(SHAPE)
    yield files
    for one in services.workspaces.catalogue.all()[1:]:
        services.workspaces.catalogue.remove(one.slug)
    Mappings(services.database).forget(SHAPE)


@pytest.fixture
def staged(administrator, files, services):
    return brought(administrator, files, services)


def brought(visitor, files, services, content=EXAMPLE, name="new_customers.csv"):
    return looked(files, services, files.find(send(visitor, content, name).json["id"]))


def looked(files, services, staged):
    work.look_work(services, {"id": staged.id, "mapping": staged.mapping})
    return files.find(staged.id)


def post(visitor, staged, path, body=None):
    address = f"/data/files/{staged.id}/{path}"
    return visitor.client.post(address, json=body, headers={"X-CSRFToken": visitor.token})


def cancel(visitor, job):
    answer = visitor.client.post(f"/api/v1/jobs/{job.id}/cancel", headers={"X-CSRFToken": visitor.token})
    assert answer.json["state"] == "cancelled", answer.text


def page(visitor, staged):
    return visitor.page("/data", f"?file={staged.id}")


def columns(drawn) -> dict[str, dict]:
    (content,) = (one["props"]["data-columns"] for one in components(drawn) if "data-columns" in one["props"])
    return {one["name"]: one for one in json.loads(content)["columns"]}


def test_the_page_says_what_was_understood_and_every_column_with_its_reason(administrator, staged):
    drawn = page(administrator, staged)
    said = text(drawn)
    assert "What is in new_customers.csv?" in said
    assert "One row per customer: 40 rows, 6 columns." in said
    assert "ranked by Total spent" in said
    found = columns(drawn)
    assert list(found) == EXAMPLE.splitlines()[0].split(",")
    assert found["Customer"]["role"] == "identifier"
    assert found["Income"]["values"] == "18000 · 22211 · 26422"
    assert all(one["reason"] and one["sure"] for one in found.values())


def test_a_column_is_for_what_a_person_says_and_the_check_follows(administrator, files, services, staged):
    assert post(administrator, staged, "mapping", {"roles": {"Income": "descriptor"}}).status_code == 200
    drawn = page(administrator, staged)
    assert "What your file is" in text(drawn)
    assert columns(drawn)["Income"]["role"] == "descriptor"
    assert "Make segments" not in text(drawn)
    changed = looked(files, services, files.find(staged.id))
    assert "Income" not in changed.look["basis"]
    assert "Make segments" in text(page(administrator, changed))


def test_a_changed_mapping_cancels_the_check_that_runs(administrator, files, services, staged):
    checks = []
    for role in ("descriptor", "ignored"):
        post(administrator, staged, "mapping", {"roles": {"Income": role}})
        checks.append(services.jobs.find(files.find(staged.id).looking))
    assert services.jobs.find(checks[0].id).state is State.CANCELLED
    assert services.jobs.find(checks[1].id).state is State.WAITING
    assert work.look_work(services, checks[0].arguments) | {"id": staged.id} == {
        "kept": False,
        "id": staged.id,
    }
    assert not files.find(staged.id).is_looked_at


def test_changes_can_be_taken_back_and_made_again(administrator, files, services, staged):
    for roles in ({"Income": "descriptor"}, {}, {"Income": "descriptor"}):
        assert post(administrator, staged, "mapping", {"roles": roles}).status_code == 200
        job = services.jobs.find(files.find(staged.id).looking)
        assert job.state is State.WAITING
        assert job.arguments["mapping"].get("roles", {}) == roles
        changed = looked(files, services, files.find(staged.id))
        assert ("Income" in changed.look["basis"]) == (not roles)


@pytest.mark.parametrize(
    "roles",
    [
        [1],
        {"Nothing": "basis"},
        {"Customer": "basis"},
        {"Income": "king"},
        {"Income": None},
        {"Income": ["basis"]},
    ],
)
def test_what_can_not_be_is_refused_in_words_and_nothing_changes(administrator, files, staged, roles):
    answer = post(administrator, staged, "mapping", {"roles": roles})
    assert answer.status_code == 400
    assert answer.json["error"]
    assert files.find(staged.id) == staged


def test_too_little_to_build_on_is_said_with_the_columns_still_there(administrator, files, services, staged):
    left = dict.fromkeys(EXAMPLE.splitlines()[0].split(",")[1:5], "ignored")
    post(administrator, staged, "mapping", {"roles": left})
    changed = looked(files, services, files.find(staged.id))
    drawn = page(administrator, changed)
    assert "found one column that builds segments. Expected 2 at least." in text(drawn)
    assert columns(drawn)["Income"]["role"] == "ignored"
    assert "Make segments" not in text(drawn)
    assert post(administrator, changed, "make", {"title": "New"}).status_code == 409


def interrupt(*_args):
    raise KeyboardInterrupt


def test_a_dataset_is_made_of_what_was_shown_and_the_page_leads_there(
    administrator, files, services, staged, monkeypatch
):
    post(administrator, staged, "mapping", {"roles": {"Income": "descriptor"}})
    staged = looked(files, services, files.find(staged.id))
    refused = post(administrator, staged, "make", {"title": "Our buyers", "currency": "EURO"})
    assert (refused.status_code, "'EURO'" in refused.json["error"]) == (400, True)
    said = {"title": "  Our   buyers ", "currency": "EUR", "locale": "de_DE"}
    assert post(administrator, staged, "make", said).status_code == 200
    job = services.jobs.find(files.find(staged.id).making)
    drawn = page(administrator, staged)
    assert "Your segments" in text(drawn)
    assert {len(one["roles"]) for one in columns(drawn).values()} == {1}, "what is being made is as it was"
    with monkeypatch.context() as killed:
        killed.setattr(StagedFiles, "made", interrupt)
        with pytest.raises(KeyboardInterrupt):
            work.make_work(services, job.arguments)
    assert work.make_work(services, job.arguments) == {"slug": "our-buyers"}, "no second one"
    cancel(administrator, job)
    dataset = services.workspaces.catalogue.find("our-buyers")
    assert (dataset.version.who, dataset.version.rows, dataset.title) == ("ada-admin", 40, "Our buyers")
    assert dataset.writing == Writing("EUR", "de_DE")
    assert "Income" in dataset.schema
    assert "Income" not in dataset.schema.basis
    assert work.make_work(services, job.arguments) == {"slug": "our-buyers"}, (
        "killed and run again: one dataset"
    )
    drawn = page(administrator, staged)
    (link,) = (one["props"]["href"] for one in components(drawn) if "data-opens" in one["props"])
    assert link == "/d/our-buyers/"
    assert administrator.client.get(link).status_code == 200
    listed = text(administrator.page("/data"))
    assert "Our buyers" in listed
    assert "by ada-admin" in listed
    assert "Files that wait" not in listed


@pytest.mark.parametrize("title", ["", "   ", "x" * 81, "a\x00b", None, ["x"]])
def test_a_title_that_is_none_is_refused_in_words(administrator, staged, title):
    answer = post(administrator, staged, "make", {"title": title})
    assert answer.status_code == 400
    assert answer.json["error"].startswith("Found ")


def test_columns_that_were_changed_meanwhile_make_no_dataset(administrator, files, services, staged):
    asked = post(administrator, staged, "make", {"title": "New"})
    assert asked.status_code == 200, asked.text
    job = services.jobs.find(files.find(staged.id).making)
    assert post(administrator, staged, "mapping", {"roles": {"Income": "ignored"}}).status_code == 409
    files.choose(staged, {"roles": {"Income": "ignored"}})
    cancel(administrator, job)
    with pytest.raises(DataError, match="changed meanwhile"):
        work.make_work(services, job.arguments)
    assert len(services.workspaces.catalogue.all()) == 1


def test_the_table_that_everybody_knows_keeps_what_is_known_until_a_role_changes(
    administrator, files, services
):
    sample = (ROOT / "data" / "customers.csv").read_bytes()
    staged = brought(administrator, files, services, sample, "customers.csv")
    assert '"template": "personality"' in staged.look["schema"]
    same = {one["column"]: one["role"] for one in staged.look["columns"][:3]}
    post(administrator, staged, "mapping", {"roles": same})
    staged = looked(files, services, files.find(staged.id))
    assert '"template": "personality"' in staged.look["schema"]
    post(administrator, staged, "mapping", {"roles": {"Income": "ignored"}})
    staged = looked(files, services, files.find(staged.id))
    assert staged.look["refused"] == ""
    assert '"template": "personality"' not in staged.look["schema"]
    assert "Income" not in staged.look["basis"]


def test_the_very_same_file_is_said_to_be_there(administrator, files, services, staged):
    brought(administrator, files, services)
    assert "The very same file waits a second time" in text(page(administrator, staged))


def make(administrator, files, services, staged, title, **said):
    post(administrator, staged, "make", {"title": title} | said)
    job = services.jobs.find(files.find(staged.id).making)
    work.make_work(services, job.arguments)
    cancel(administrator, job)


def test_a_mapping_is_remembered_for_the_next_file_of_that_shape_until_it_is_forgotten(
    administrator, files, services, staged
):
    post(administrator, staged, "mapping", {"roles": {"Income": "descriptor"}})
    again = looked(files, services, files.find(staged.id))
    assert drawn_with(page(administrator, again), name="column:Income")
    make(administrator, files, services, again, "First", **{"column:Income": "yes", "column:Age": "yes"})
    assert PersonalColumns(services.database, "first").marks() == {"Income": True}, "Age builds segments"
    rows = [line for n, line in enumerate(EXAMPLE.splitlines()) if n != 3]
    again = brought(administrator, files, services, "\n".join(rows), "next.csv")
    assert again.roles["Income"] == "descriptor"
    assert "Income" not in again.look["basis"]
    drawn = page(administrator, again)
    assert "As you said of a file of this shape" in text(drawn)
    assert not [one for one in columns(drawn).values() if one["asked"]]
    assert post(administrator, again, "forget", {}).status_code == 200
    again = looked(files, services, files.find(again.id))
    assert again.mapping == {}
    assert "Income" in again.look["basis"]
    assert "said of a file of this shape" not in text(page(administrator, again))
    assert brought(administrator, files, services, EXAMPLE + "\n", "third.csv").mapping == {}


def test_what_is_remembered_of_a_column_that_can_be_that_no_more_is_asked_again(
    administrator, files, services, staged
):
    Mappings(services.database).keep(
        staged.look["shape"],
        {
            "roles": {"Income": "king", "Age": "descriptor", "Gone": "basis"},
            "choices": {"Gone": ["day-first"]},
        },
        "bob-boss",
    )
    again = brought(administrator, files, services)
    assert again.mapping == {"roles": {"Age": "descriptor"}}
    assert again.look["refused"] == ""
    assert "As it was said of a file of this shape before." in text(page(administrator, again))
    assert "bob-boss" not in text(page(administrator, again)), "which files others bring is theirs to tell"


def test_a_mapping_is_downloaded_as_a_file_and_sent_along_with_another(
    app, administrator, files, services, staged, tmp_path
):
    post(administrator, staged, "mapping", {"roles": {"Income": "descriptor"}})
    staged = looked(files, services, files.find(staged.id))
    answer = administrator.client.get(f"/data/files/{staged.id}/mapping.json")
    assert answer.headers["Content-Disposition"] == "attachment; filename=new_customers-mapping.json"
    other = brought(administrator, files, services, EXAMPLE + "\n", "other.csv")
    assert post(administrator, other, "mapping", answer.json).status_code == 200
    other = looked(files, services, files.find(other.id))
    assert other.look["basis"] == staged.look["basis"]
    kept, table = tmp_path / "mapping.json", tmp_path / "customers.csv"
    kept.write_bytes(answer.data)
    table.write_text(EXAMPLE, encoding="utf-8")
    words = ["parterre", "datasets", "add", str(table), "--dry-run", "--json", "--mapping", str(kept)]
    said = json.loads(app.server.test_cli_runner().invoke(args=words).stdout)
    assert {one["column"]: one["role"] for one in said["columns"]} == answer.json["roles"]


def test_how_a_column_is_read_is_said_and_turned_round_by_a_click(administrator, files, services):
    rows = EXAMPLE.splitlines()
    dated = [
        f"{row},{'Joined' if n == 0 else f'{1 + n % 12:02}/{1 + n % 11:02}/2024'}"
        for n, row in enumerate(rows)
    ]
    staged = brought(administrator, files, services, "\n".join(dated), "dated.csv")
    drawn = page(administrator, staged)
    (flip,) = (one["props"] for one in components(drawn) if "data-flip" in one["props"])
    assert flip["data-flip"] == "Joined"
    chosen = {"choices": {"Joined": [flip["data-value"]]}}
    assert post(administrator, staged, "mapping", chosen).status_code == 200
    turned = looked(files, services, files.find(staged.id))
    before, after = (one.look["decisions"][0]["sentence"] for one in (staged, turned))
    assert before != after
    assert "as chosen" in after
    assert flip["data-value"] in turned.look["schema"]


def test_a_number_that_may_mean_a_gap_is_taken_for_one_by_a_click_that_says_so(
    administrator, files, services
):
    head, *rows = EXAMPLE.splitlines()
    coded = [f"{head},Rooms", *(f"{row},{999 if n < 3 else 2 + n % 6}" for n, row in enumerate(rows))]
    drawn = page(administrator, brought(administrator, files, services, "\n".join(coded), "coded.csv"))
    (flip,) = (one["props"] for one in components(drawn) if one["props"].get("data-flip") == "Rooms")
    assert (text(flip["children"]), flip["data-value"]) == ("Take 999 for a gap", "999-is-gap")
    assert "One of its values may mean that nothing is known: say so under" in text(drawn)
    plain = page(administrator, brought(administrator, files, services))
    assert "may mean that nothing is known: say so" not in text(plain)


def test_long_decimals_are_cut_off_and_a_column_with_nothing_in_it_says_so(administrator, files, services):
    head, *rows = EXAMPLE.splitlines()
    content = [f"{head},Share,Notes", *(f"{row},{(n + 1) / 47},\n" for n, row in enumerate(rows))]
    drawn = page(administrator, brought(administrator, files, services, "\n".join(content), "shares.csv"))
    share, notes = (columns(drawn)[name] for name in ("Share", "Notes"))
    assert share["values"].split(" \u00b7 ")[0] == "0.0212\u2026"
    assert (notes["values"], notes["kind"], notes["gaps"]) == ("", "nothing in it", "")


@pytest.mark.parametrize(
    "value",
    ["day-first", ["backwards"], [], [1], None, ["\ud800-is-gap"], ["999-is-gap"] * 20_000],
    ids=lambda one: repr(one)[:20],
)
def test_a_choice_that_is_none_is_refused_in_words(administrator, files, staged, value):
    answer = post(administrator, staged, "mapping", {"choices": {"Age": value}})
    assert answer.status_code == 400
    assert answer.json["error"].startswith("Found ")


def test_a_file_that_is_a_dataset_already_is_said_to_be(administrator, files, services, staged):
    make(administrator, files, services, staged, "Early birds")
    again = brought(administrator, files, services)
    assert "The very same file is here already: Early birds." in text(page(administrator, again))


def test_secrets_are_shown_to_nobody_and_play_no_role(administrator, files, services):
    rows = EXAMPLE.splitlines()
    secret = [f"{row},{'Token' if n == 0 else f'{n * 7919:032x}'}" for n, row in enumerate(rows)]
    staged = brought(administrator, files, services, "\n".join(secret), "secret.csv")
    drawn = page(administrator, staged)
    token = columns(drawn)["Token"]
    assert (token["values"], token["roles"]) == ("not shown", [["ignored", "Left out"]])
    assert f"{7919:032x}" not in str(drawn)
    assert f"{7919:032x}" not in str(staged.look)


def test_odd_order_lines_are_counted_or_left_out_by_a_click_each_by_itself(administrator, files, services):
    lines = [f"C{n % 40},2024-{1 + n % 12:02}-{1 + n % 27:02},{n % 90 - 3},{10 + n % 7}" for n in range(400)]
    content = "\n".join(["Customer ID,Order Date,Quantity,Price", *lines, *lines[:5], ""])
    staged = brought(administrator, files, services, content, "orders.csv")
    drawn = page(administrator, staged)
    assert "405 rows, 4 columns. They are of 40 customers." in text(drawn)
    said = [one["props"] for one in components(drawn) if "data-flip" in one["props"]]
    assert {text(one["children"]) for one in said} <= {"Count them", "Leave them out"}
    repeated = next(one for one in said if one["data-value"].startswith("repeated"))
    chosen = {"choices": {repeated["data-flip"]: [repeated["data-value"]]}}
    assert post(administrator, staged, "mapping", chosen).status_code == 200
    turned = looked(files, services, files.find(staged.id))
    assert turned.look["refused"] == ""
    assert repeated["data-value"] in turned.look["schema"]
    assert turned.look["schema"] != staged.look["schema"]


def months(**sheets) -> bytes:
    """A workbook with a sheet for each month, of so many customers of the example."""
    book, (head, *rows) = Workbook(), (line.split(",") for line in EXAMPLE.splitlines())
    for title, count in sheets.items():
        sheet = book.create_sheet(title)
        sheet.append([head[0], *head[1:-1], f"{title} visits"])
        for row in rows[:count]:
            sheet.append([row[0], *map(int, row[1:])])
    del book["Sheet"]
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def sheets(drawn) -> list:
    """The sheets that a page has to choose from."""
    found = [
        json.loads(one["props"]["data-sheets"]) for one in components(drawn) if "data-sheets" in one["props"]
    ]
    return found[0]["sheets"] if found else []


def test_the_sheet_that_was_taken_is_said_and_another_is_taken_by_a_click_and_the_next_time(
    administrator, files, services
):
    staged = brought(administrator, files, services, months(May=40, June=30), "months.xlsx")
    drawn = page(administrator, staged)
    assert sheets(drawn) == [
        ["May", "May: 41 lines", True],
        ["June", "June: 31 lines", False],
        ["sheets:together", "All that belong together", False],
    ]
    assert not [one for one in components(drawn) if one["props"].get("data-flip") == ""]
    post(administrator, staged, "mapping", {"roles": {"Income": "descriptor"}})
    other = {"choices": {"": ["sheet:June"]}}
    assert post(administrator, staged, "mapping", other).status_code == 200
    staged = looked(files, services, files.find(staged.id))
    drawn = page(administrator, staged)
    assert "30 rows, 6 columns" in text(drawn)
    assert "June visits" in columns(drawn)
    assert [one[2] for one in sheets(drawn)] == [False, True, False]
    post(administrator, staged, "mapping", other | {"roles": {"Income": "descriptor"}})
    make(administrator, files, services, looked(files, services, files.find(staged.id)), "June")
    assert services.workspaces.catalogue.find("june").version.rows == 30
    again = brought(administrator, files, services, months(May=40, June=29), "again.xlsx")
    assert again.mapping["choices"] == {"": ["sheet:June"]}
    assert (again.look["customers"], again.roles["Income"]) == (29, "descriptor")
    without = brought(administrator, files, services, months(May=40, July=30), "without.xlsx")
    assert (without.look["read"]["sheet"], without.look["refused"]) == ("May", "")
    refused = post(administrator, without, "mapping", other)
    assert (refused.status_code, "Expected a sheet with data" in refused.json["error"]) == (400, True)
    post(administrator, again, "forget")
    assert looked(files, services, files.find(again.id)).look["read"]["sheet"] == "May"
    assert brought(administrator, files, services, months(May=40, June=28), "once.xlsx").mapping == {}
