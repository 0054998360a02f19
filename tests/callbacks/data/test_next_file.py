"""Next month's file in the browser: what it would change is told both ways, then one of them is made live."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from core.accounts import audit
from core.datasets import next_file as work
from core.datasets.intake import propose
from core.errors import DataError
from core.jobs.kinds import WORK
from core.jobs.queue import Queue
from core.jobs.run import Worker
from core.store.database import opened
from core.store.tables import staged_files
from tests.callbacks.dash_client import UPDATE, components, text
from tests.callbacks.data.test_mapping import EXAMPLE, brought, page, post
from tests.support.audited import latest

HEAD, *ROWS = EXAMPLE.splitlines()


def raised(row: str) -> str:
    """The same customer with twice the income."""
    cells = row.split(",")
    return ",".join([*cells[:2], str(2 * int(cells[2])), *cells[3:]])


# Of the example, four are gone, two new, and twelve who stay earn twice as much.
NEW = ["C2000,30,50000,3,90,7", "C2001,41,60000,5,99,9"]
FEBRUARY = "\n".join([HEAD, *map(raised, ROWS[4:16]), *ROWS[16:], *NEW])


@pytest.fixture(scope="module")
def worker(settings, services):
    return Worker(Queue.of(settings, opened(settings)), WORK, lambda: services)


@pytest.fixture(scope="module")
def shops(services, tmp_path_factory):
    """Datasets of the example: Shop, and one whose customers nothing names."""
    folder = tmp_path_factory.mktemp("shops")
    unnamed = "\n".join(line.partition(",")[2] for line in (HEAD, *ROWS))
    for title, content in (("Shop", EXAMPLE), ("Unnamed", unnamed)):
        file = Path(folder / f"{title}.csv")
        file.write_text(content, encoding="utf-8")
        services.workspaces.add(file, title, propose(file, max_mb=5).schema, by="ada-admin")
    yield
    for slug in ("shop", "unnamed"):
        services.workspaces.catalogue.remove(slug)


@pytest.fixture
def february(administrator, files, services, shops):
    return brought(administrator, files, services, FEBRUARY, "february.csv")


def work_through(worker):
    while worker.take():
        pass


def compare(visitor, staged, worker, slug="shop") -> str:
    """Have it worked out what the file would change; the calculation that a page then shows."""
    answer = post(visitor, staged, "compare", {"slug": slug})
    assert answer.status_code == 200, answer.text
    work_through(worker)
    return answer.json["job"]


def go(visitor, staged, compared, way="replace"):
    return post(visitor, staged, "live", {"way": way, "compared": compared})


def lives(drawn) -> list[str]:
    """The ways that can be made live on a page."""
    return [one["props"]["data-way"] for one in components(drawn) if "data-live" in one["props"]]


def offers(drawn) -> list[str]:
    """The datasets that a file on a page could be the next one of."""
    return [one["props"]["data-slug"] for one in components(drawn) if "data-would-change" in one["props"]]


def live(services):
    return services.workspaces.catalogue.find("shop").version


def test_a_file_with_the_columns_of_a_dataset_is_offered_as_its_next_one(
    administrator, files, services, february
):
    drawn = page(administrator, february)
    assert offers(drawn) == ["shop", "unnamed"]
    assert "It has all columns of Shop." in text(drawn)
    assert "Or a dataset of its own" in text(drawn)
    assert "It has the columns of Shop and Unnamed: is it the next file?" in text(administrator.page("/data"))
    noted = "\n".join(f"{line},{'called' if n else 'Note'}" for n, line in enumerate([HEAD, *ROWS]))
    drawn = page(administrator, brought(administrator, files, services, noted, "noted.csv"))
    assert "Beside these it has Note: kept with each customer" in text(drawn)
    without = "\n".join(line.rpartition(",")[0] for line in (HEAD, *ROWS))
    drawn = page(administrator, brought(administrator, files, services, without, "without.csv"))
    assert offers(drawn) == [], "segments are built on what is not there"
    assert "It has most columns of Shop, but not Days since last order, on which segments are built" in text(
        drawn
    )
    assert "Send it again with what is missing." in text(drawn)
    staged = brought(
        administrator, files, services, EXAMPLE.replace("Total spent", "Turnover"), "renamed.csv"
    )
    drawn = page(administrator, staged)
    assert "Is it Turnover, renamed? Then head it as before, and send the file again." in text(drawn)
    assert post(administrator, staged, "compare", {"slug": "shop"}).status_code == 400


def test_what_is_lacking_is_named(administrator, files, services, shops, february):
    lines = [line.split(",") for line in (HEAD, *ROWS)]
    wide = "\n".join(
        ",".join([*line, f"{'x' if n % 3 else 'y'}" if n else "Region"]) for n, line in enumerate(lines)
    )
    file = files.path(brought(administrator, files, services, wide, "wide.csv"))
    services.workspaces.add(file, "Regions", propose(file, max_mb=5).schema)
    try:
        said = text(page(administrator, february))
        assert (
            "It has the columns of Regions, but for Region: what is there is kept for customers who" in said
        )
    finally:
        services.workspaces.catalogue.remove("regions")


def test_both_ways_are_told_and_the_one_that_is_pressed_becomes_live_and_nothing_before(
    administrator, files, services, worker, february, settings
):
    before = live(services).number
    compared = compare(administrator, february, worker)
    for _ in range(2):  # after a reload, too
        drawn = page(administrator, files.find(february.id))
        said = text(drawn)
        assert "40 customers become 38: 2 new, 4 gone, 36 in both, of whom 12 have changed." in said
        assert "40 customers become 42: 2 new, 0 gone" in said
        assert "Income has moved" in said or "No field has moved by more than chance" in said
        assert "Drift of every field" in said
        assert lives(drawn) == ["replace", "by key"]
    assert live(services).number == before
    audit.keep_in(services.database, settings.home)
    assert go(administrator, february, compared, "by key").status_code == 200
    under_way = page(administrator, files.find(february.id))
    assert "The next version" in text(under_way)
    assert (lives(under_way), offers(under_way)) == ([], [])
    for does, body in (("mapping", {"roles": {}}), ("forget", {}), ("make", {"title": "Another"})):
        assert post(administrator, february, does, body).status_code == 409, does
    assert go(administrator, february, compared).status_code == 409
    work_through(worker)
    now = live(services)
    assert (now.number, now.who, now.way, now.rows) == (before + 1, "ada-admin", "by key", 42)
    drawn = page(administrator, february)
    assert f"Version {now.number} of Shop is live" in text(drawn)
    assert f"“Make version {before} live” goes back to it" in text(drawn)
    assert "/d/shop/models" in [one["props"].get("href") for one in components(drawn)]
    assert latest(settings.home, "version-live")["version"] == now.number
    assert "Files that wait" not in text(administrator.page("/data"))


def test_what_was_asked_on_the_page_of_one_dataset_is_told_on_those_of_all(
    administrator, files, services, worker, february
):
    asked = {"json": {"slug": "shop"}, "headers": {"X-CSRFToken": administrator.token}}
    posted = administrator.client.post(f"/d/unnamed/data/files/{february.id}/compare", **asked)
    values = {"shell-address.pathname": "/d/shop/data", "shell-address.search": f"?file={february.id}"}
    body = administrator.body("shell-page.children", values, "shell-address.pathname")
    for work_on in (lambda: None, lambda: work_through(worker)):
        work_on()
        elsewhere = administrator.client.post(f"/d/shop{UPDATE}", **(asked | {"json": body}))
        drawn = elsewhere.json["response"]["shell-page"]["children"]
        assert "What would change" in text(drawn)
        assert text(drawn) == text(page(administrator, files.find(february.id)))
    assert lives(drawn) == ["replace", "by key"]
    assert go(administrator, february, posted.json["job"]).status_code == 200


def test_a_worker_that_is_killed_once_the_version_is_live_makes_it_no_second_time(
    services, files, february, monkeypatch
):
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    before = live(services).number
    asked = {"id": february.id, "slug": "shop", "way": "replace", "after": before, "by": "ada-admin"}
    monkeypatch.setattr(type(files), "made", killed)
    with pytest.raises(KeyboardInterrupt):
        work.live_work(services, asked)
    monkeypatch.undo()
    assert live(services).number == before + 1
    assert work.live_work(services, asked) == {"slug": "shop", "version": before + 1, "before": before}
    assert live(services).number == before + 1
    assert files.find(february.id).made == "shop"


def test_what_was_told_of_another_version_is_not_made_live(administrator, files, services, worker, february):
    compared, before = compare(administrator, february, worker), live(services).number
    other = brought(administrator, files, services, EXAMPLE + "\n", "other.csv")
    services.workspaces.catalogue.versions(services.workspaces.catalogue.find("shop"))
    assert go(administrator, other, compare(administrator, other, worker)).status_code == 200
    work_through(worker)
    assert live(services).number == before + 1
    drawn = page(administrator, february)
    assert f"version {before + 1} is live by now" in text(drawn)
    assert lives(drawn) == []
    assert go(administrator, february, compared).status_code == 200
    work_through(worker)
    assert live(services).number == before + 1
    assert "Another version of shop was made live meanwhile" in text(page(administrator, february))
    latest = compare(administrator, february, worker)
    assert go(administrator, february, compared).status_code == 409, "a page that shows what was told before"
    assert lives(page(administrator, february)) == ["replace", "by key"]
    assert post(administrator, february, "forget").status_code == 200
    assert go(administrator, february, latest).status_code == 409, "told of what was said of it before"


def test_a_way_that_can_not_be_gone_says_why_beside_the_one_that_can(administrator, worker, february):
    compared = compare(administrator, february, worker, "unnamed")
    drawn = page(administrator, february)
    assert "Found no column that names customers" in text(drawn)
    assert lives(drawn) == ["replace"]
    for way in ("by key", "", "added", None, ["replace"]):
        assert go(administrator, february, compared, way).status_code == 400, way
    assert go(administrator, february, [compared]).status_code == 409
    for slug in ("", "default", "nothing", None, ["shop"]):
        assert post(administrator, february, "compare", {"slug": slug}).status_code == 400, slug


def test_only_its_owner_and_only_administrators_may_go_on_with_a_file(
    administrator, viewer, files, services, february
):
    asked = {"id": february.id, "slug": "shop", "way": "replace", "after": 1}
    with pytest.raises(DataError, match="may not do this any more"):
        work.live_work(services, asked | {"by": "vera-viewer"})
    for does in ("compare", "live"):
        assert post(viewer, february, does, {"slug": "shop", "way": "replace"}).status_code == 403
    with services.database.changing() as connection:
        this = update(staged_files).where(staged_files.c.id == february.id)
        connection.execute(this.values(owner="somebody-else"))
    for does in ("compare", "live"):
        assert post(administrator, february, does, {"slug": "shop", "way": "replace"}).status_code == 404
    with pytest.raises(DataError, match="no longer kept"):
        work.live_work(services, asked | {"by": "ada-admin"})
    files.drop(february.id)


def test_a_comparison_ends_with_its_file(administrator, files, services, worker, february):
    job = post(administrator, february, "compare", {"slug": "shop"}).json["job"]
    assert "What would change" in text(page(administrator, files.find(february.id)))
    assert post(administrator, february, "remove").status_code == 200
    work_through(worker)
    assert services.jobs.find(job).state == "cancelled"
    with pytest.raises(DataError, match="no longer kept"):
        work.compare_work(services, {"id": february.id, "slug": "shop"})


def test_what_small_amounts_moved_by_is_told_in_their_decimals(
    administrator, files, services, worker, tmp_path
):
    def scaled(by: float) -> str:
        lines = [line.split(",") for line in ROWS]
        return "\n".join(
            [HEAD, *(",".join([*one[:2], f"{by * int(one[2]):.4f}", *one[3:]]) for one in lines)]
        )

    (tmp_path / "prices.csv").write_text(scaled(1e-5), encoding="utf-8")
    schema = propose(tmp_path / "prices.csv", max_mb=5).schema
    services.workspaces.add(tmp_path / "prices.csv", "Prices", schema, by="ada-admin")
    try:
        staged = brought(administrator, files, services, scaled(1.3e-5), "dearer.csv")
        compare(administrator, staged, worker, "prices")
        assert re.search(r"median rose from 0\.\d\d to 0\.\d\d", text(page(administrator, staged)))
    finally:
        services.workspaces.catalogue.remove("prices")
