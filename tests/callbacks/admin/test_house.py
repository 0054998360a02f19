"""What the house stores, and what it calculates, for administrators."""

import pytest

from core.services import create_services
from core.store.tables import jobs
from tests.callbacks.door import words


@pytest.fixture
def services(app, settings):
    return create_services(settings)


def sent(administrator, path, form):
    return administrator.client.post(path, data=form | {"csrf_token": administrator.token})


def test_storage_says_how_much_each_dataset_takes_and_what_is_free(administrator, table):
    said = " ".join(words(administrator.client.get("/admin/storage")).split())
    assert f"{len(table):,} 1 1" in said, said
    for what in ("are free.", "Database", "Files that wait to be a dataset", "MB"):
        assert what in said
    assert "nan" not in said


def test_calculations_of_everybody_are_listed_and_stopped(administrator, viewer, services):
    job = services.jobs.submit("evidence", {}, "vera-viewer", anew=True)
    try:
        said = " ".join(words(administrator.client.get("/admin/jobs")).split())
        assert "1 calculation is under way or waiting. No worker is running: start one." in said
        assert "vera-viewer" in said
        assert viewer.client.get("/admin/jobs").status_code == 403
        form = {"job": job.id, "dataset": job.dataset}
        assert sent(viewer, "/admin/jobs/cancel", form).status_code in (400, 403)
        answer = sent(administrator, "/admin/jobs/cancel", form)
        assert answer.location == "/admin/jobs?why=cancelled"
        assert services.jobs.find(job.id).state == "cancelled"
        assert "Cancelled." in words(administrator.client.get("/admin/jobs"))
    finally:
        services.database.change(jobs.delete().where(jobs.c.id == job.id))
    assert sent(administrator, "/admin/jobs/cancel", form).location == "/admin/jobs?why=gone"
