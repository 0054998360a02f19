from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import settle

LABELS = (
    "Age",
    "Income",
    "Total spending",
    "Web purchases",
    "Store purchases",
    "Web visits per month",
    "Recency",
)
RICH = dict(zip(LABELS, ("58", "76000", "1400", "5", "9", "2", "40"), strict=True))


@pytest.fixture
def page(anew):
    return anew


@pytest.fixture
def form(page):
    return opened(page, "/predict")


def opened(page, address):
    page.goto(address)
    page.get_by_role("button", name="Predict segment").wait_for()
    return page


def field(page, label):
    return page.get_by_label(label, exact=True)


def fill(page, typed):
    for label, value in typed.items():
        field(page, label).fill(value)


def predict(page):
    page.get_by_role("button", name="Predict segment").click()


def heading(page):
    return page.get_by_role("status").get_by_role("region", name="The answer").get_by_role("heading", level=2)


def named(page):
    """The segment that the answer names."""
    return heading(page).inner_text().split("\n")[-1]


def line_under(page, label):
    return field(page, label).locator("xpath=following-sibling::*[1]")


def test_the_page_opens_with_the_typical_customer_and_typing_is_answered_with_charts_beside_the_form(form):
    expect(form.get_by_text("The typical customer: the median of every field.")).to_be_visible()
    typical = named(form)
    assert "premium" not in typical.lower()
    assert form.url.endswith("/predict")
    status = form.get_by_role("status")
    for name in ("This customer against averages", "Distance to each segment"):
        expect(status.get_by_role("region", name=name).locator(".main-svg").first).to_be_visible()
    expect(status.get_by_text("the segments kept this customer")).to_be_visible()
    fill(form, RICH)
    expect(heading(form)).to_contain_text(re.compile("premium", re.IGNORECASE))
    expect(line_under(form, "Age")).to_contain_text("In the data")
    expect(field(form, "Recency")).to_be_focused()
    form.get_by_role("region", name="Distance to each segment").scroll_into_view_if_needed()
    expect(field(form, "Age")).to_be_in_viewport()


def test_a_field_says_what_is_assumed_warned_of_or_wrong_and_no_longer_when_it_is_mended(form):
    form.evaluate("window.before = true")
    field(form, "Income").fill("")
    field(form, "Income").press("Enter")
    expect(line_under(form, "Income")).to_have_text("Left empty: the median, 51,290, is assumed.")
    expect(form.get_by_role("status")).to_contain_text("Not given, so taken as the median: income.")
    assert form.evaluate("window.before"), "the whole page was loaded again"

    field(form, "Recency").fill("400")
    predict(form)
    assert named(form)
    expect(line_under(form, "Recency")).to_contain_text("Outside the data, which runs from 0 to 99")
    expect(field(form, "Recency")).not_to_have_attribute("aria-invalid", "true")

    for typed in ("200", "old", "-3", "4 4 years", "<img src=x onerror=alert(1)>"):
        field(form, "Age").fill(typed)
        predict(form)
        said = line_under(form, "Age").get_by_role("alert")
        expect(said).to_contain_text(re.compile(f"Found .?{re.escape(typed)}"))
        expect(field(form, "Age")).to_have_value(typed)
        expect(field(form, "Age")).to_have_attribute("aria-invalid", "true")
        expect(field(form, "Age")).to_have_accessible_description(line_under(form, "Age").inner_text())
        expect(field(form, "Income")).not_to_have_attribute("aria-invalid", "true")
        expect(form.get_by_role("status")).to_contain_text("One value can't be used")

    field(form, "Age").fill("50")
    predict(form)
    assert named(form)
    expect(form.get_by_role("alert").filter(has_text="Found")).to_have_count(0)
    expect(field(form, "Age")).not_to_have_attribute("aria-invalid", "true")


def test_what_is_typed_outlives_a_reload_and_a_trip_to_another_page_and_stands_in_no_address(form):
    fill(form, RICH | {"Recency": ""})
    predict(form)
    expect(heading(form)).to_contain_text(re.compile("premium", re.IGNORECASE))
    form.get_by_role("button", name="Keep to compare").click()
    form.get_by_role("button", name="Remove A: from the form").wait_for()
    segment = named(form)
    form.reload()
    expect(heading(form)).to_contain_text(segment)
    expect(form.get_by_role("button", name="Remove A: from the form")).to_be_visible()
    form.get_by_role("link", name="Overview", exact=True).click()
    expect(form.get_by_role("heading", level=1)).to_have_text("Overview")
    form.go_back()
    expect(heading(form)).to_contain_text(segment)
    assert {label: field(form, label).input_value() for label in LABELS} == RICH | {"Recency": ""}
    assert form.url.endswith("/predict")


def test_an_old_address_is_read_and_cleaned_and_the_pages_own_link_opens_it_anew(page):
    opened(page, "/predict?Age=33&customer=1")
    expect(field(page, "Age")).to_have_value("33")
    page.wait_for_url("**/predict")
    predict(page)
    expect(page.get_by_role("region", name="What would move this customer?")).to_be_visible()
    page.get_by_role("link", name="Predict", exact=True).click()
    expect(page.get_by_text("The typical customer: the median of every field.")).to_be_visible()
    expect(field(page, "Age")).to_have_value("44")
    page.wait_for_url("**/predict")


def test_what_is_asked_once_the_pages_own_link_was_clicked_brings_nothing_back(page):
    opened(page, "/predict")
    # The load is held: what happens until it comes can take its time.
    page.evaluate("window.addEventListener('click', event => event.preventDefault(), true)")
    page.get_by_role("link", name="Predict", exact=True).click()
    field(page, "Age").fill("33")
    predict(page)
    expect(page.get_by_text("aged 33")).to_be_visible()
    opened(page, "/predict")
    expect(page.get_by_text("The typical customer: the median of every field.")).to_be_visible()
    expect(field(page, "Age")).to_have_value("44")


def test_a_customer_is_loaded_by_id_and_an_unknown_one_is_said_and_clearing_empties_form_and_address(form):
    field(form, "Age").fill("33")
    field(form, "Customer ID").fill("no such one")
    form.get_by_role("button", name="Load", exact=True).click()
    expect(form.get_by_role("alert").filter(has_text="No customer has the ID “no such one”")).to_be_visible()
    expect(field(form, "Age")).to_have_value("33")
    expect(field(form, "Customer ID")).to_have_value("no such one")

    for customer, load in (
        ("1", lambda: form.get_by_role("button", name="Load", exact=True).click()),
        ("7", lambda: field(form, "Customer ID").press("Enter")),
    ):
        field(form, "Customer ID").fill(customer)
        load()
        expect(form.get_by_text(f"Customer {customer}, as in the file.")).to_be_visible()
        form.wait_for_url(f"**/predict?customer={customer}")
        assert named(form)

    form.get_by_role("button", name="Clear all fields").click()
    expect(form.get_by_role("status")).to_contain_text("The answer appears here")
    assert {field(form, label).input_value() for label in LABELS} == {""}
    form.wait_for_url("**/predict")


def test_the_newest_question_wins_and_where_form_and_answer_fit_nothing_moves(form):
    """Many clicks in a row end with the answer to what stands in the form."""
    for age in ("20", "30", "40", "50", "60"):
        field(form, "Age").fill(age)
        predict(form)
    expect(form.get_by_role("status")).to_contain_text("This customer is furthest from everyone in age: 60")
    fill(form, RICH)
    predict(form)
    expect(heading(form)).to_contain_text(re.compile("premium", re.IGNORECASE))
    assert form.evaluate("scrollY") == 0
    expect(form.get_by_role("button", name="Predict segment")).to_be_in_viewport()
    expect(form.get_by_role("region", name="The answer")).to_be_in_viewport()


@pytest.fixture
def phone(new_context, cookies):
    context = new_context(
        storage_state=cookies,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
    )
    return opened(context.new_page(), "/predict")


def test_a_phone_shows_the_answer_each_time_that_it_is_asked_for_or_the_field_that_stands_in_the_way(phone):
    """Also the second time, when the answer is there already, and one that is the same as before."""
    button = phone.get_by_role("button", name="Predict segment")
    for typed in ({}, RICH, {"Age": "59"}, {}):
        fill(phone, typed)
        settle(phone)
        button.evaluate("button => button.scrollIntoView({ block: 'end' })")
        expect(heading(phone)).not_to_be_in_viewport()
        button.tap()
        expect(heading(phone)).to_be_in_viewport()
        top = phone.get_by_role("status").evaluate("answer => answer.getBoundingClientRect().top")
        assert 0 < top < 422, "the answer begins in the upper half"
    fill(phone, {"Age": "a lot"})
    settle(phone)
    button.tap()
    expect(field(phone, "Age")).to_be_focused()
    expect(field(phone, "Age")).to_be_in_viewport()
