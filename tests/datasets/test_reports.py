"""Reports of every page of every table: made in each form, with no figure that is none, nor an English one to others."""

from __future__ import annotations

import pytest

from callbacks.reports.story import TOLD, story
from core.reports.kept import FORMS
from core.reports.story import Grid
from tests.datasets.tables import TABLES
from tests.datasets.test_pages import NO_FIGURE
from tests.support.english import english

PAGES = [path for path, one in TOLD.items() if one.segment < 2]


@pytest.mark.parametrize("name", TABLES)
def test_a_report_says_no_figure_that_is_none(house, name):
    services = house.services
    with services.workspaces.at(name), services.read_in("de_DE"):
        paths = [path for path in PAGES if not TOLD[path].view.lacks(services)]
        told = [story(services, path, "", "http://localhost", whole=path == "/") for path in paths]
        said = [text for one in told for text in texts(one.parts)]
    assert len(said) > 50
    assert [text for text in said if NO_FIGURE.search(text)] == []
    assert [text for text in said if "atched" in text] == []
    assert [text for text in said if english(text, "de-DE")] == []
    assert [form for form in FORMS if len(FORMS[form].write(told[0])) < 5000] == []


def test_a_total_says_of_how_many_it_is_not_known(house):
    """Else its part of each customer is not the mean that stands below it."""
    services = house.services
    with services.workspaces.at("telecom"):
        lacking = int(services.model.table["TotalCharges"].isna().sum())
        parts = story(services, "/", "", "http://localhost", whole=False).parts
    rows = {
        row[0]: row
        for part in parts
        for block in part.blocks
        if isinstance(block, Grid)
        for row in block.rows
    }
    assert lacking > 0
    assert rows["Totalcharges"][2] == f"of all customers; not known of {lacking}"


def texts(value: object) -> list[str]:
    """Every text in a story."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [text for one in value for text in texts(one)]
    # `form` is a code that sheets write values by, in the language of their reader.
    parts = (
        [one for name, one in vars(value).items() if name != "form"]
        if hasattr(value, "__dataclass_fields__")
        else []
    )
    return texts(parts) if parts else []
