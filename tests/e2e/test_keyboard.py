from __future__ import annotations

from playwright.sync_api import TimeoutError, expect

from tests.support.browser import Account, settle

MOST_STOPS = 40
SEEN = """() => {
    const here = document.activeElement, box = here.getBoundingClientRect(), style = getComputedStyle(here);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return (outlined || style.boxShadow !== 'none') && over && (here.contains(over) || over.contains(here));
}"""


def tab_to(page, target, key="Tab"):
    """Press Tab until `target` has the focus; at every stop on the way one has to see where it is."""
    target.wait_for()
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        see_focus(page)
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{MOST_STOPS} times {key}, and not at {target}")


def see_focus(page):
    try:
        page.wait_for_function(SEEN, timeout=15_000)
    except TimeoutError:
        here = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        raise AssertionError(f"the focus can't be seen on {here}") from None


def type_into(page, label, text):
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_from_sign_up_to_a_prediction_and_out_by_keyboard_alone(page):
    person = Account()
    page.goto("/signup")
    expect(page.get_by_label("Username", exact=True)).to_be_focused()
    page.keyboard.type(person.username)
    type_into(page, "Password", person.password)
    type_into(page, "Repeat password", person.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    tab_to(page, page.get_by_role("link", name="Predict", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Predict")
    type_into(page, "Age", "58")
    type_into(page, "Income", "76000")
    tab_to(page, page.get_by_role("button", name="Predict segment"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_role("region", name="The answer")).to_be_visible()
    settle(page)
    page.reload()
    settle(page)
    tab_to(page, page.get_by_label(f"Menu of {person.username}"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Sign out"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_every_stop_of_the_answered_page_is_seen(shared):
    shared.goto("/predict?Age=58")
    settle(shared)
    tab_to(shared, shared.locator(".p-chart-menu > summary").last)
    tab_to(shared, shared.get_by_role("link", name="Overview", exact=True), key="Shift+Tab")


def test_the_skip_link_comes_first_leads_to_the_page_without_drawing_it_anew_and_escape_closes_the_menu(
    shared,
):
    shared.goto("/predict")
    settle(shared)
    expect(shared.locator(".p-slider input")).to_have_count(7)  # made by a script: the page stands then
    shared.evaluate("addEventListener('hashchange', () => { document.body.dataset.jumped = 'yes'; })")
    tab_to(shared, shared.get_by_role("link", name="Skip to the page"))
    shared.keyboard.press("Enter")
    expect(shared.get_by_role("main")).to_be_focused()
    shared.keyboard.press("Tab")
    expect(shared.get_by_role("button", name="Explain: Firmness")).to_be_focused()
    assert shared.evaluate("document.body.dataset.jumped") is None

    menu = shared.locator(".p-bar details.p-menu > summary")
    menu.press("Enter")
    shared.get_by_role("link", name="Account", exact=True).focus()
    shared.keyboard.press("Escape")
    expect(shared.get_by_role("link", name="Account", exact=True)).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_skip_link_of_the_sign_in_page_leads_to_the_form(page):
    page.goto("/login")
    page.evaluate("document.activeElement.blur()")
    link = page.get_by_role("link", name="Skip to the form")
    link.focus()
    assert link.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
