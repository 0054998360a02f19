"""Charts that are only moved look as if they had been drawn anew."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.numbers import Numbers
from tests.support.browser import at_rest

WRITTEN = Path(__file__).parents[2] / "assets" / "written.js"
DRAWN = """() => Object.fromEntries([...document.querySelectorAll('.js-plotly-plot')].map((plot) => [
    plot.closest('[id]').id || plot.parentElement.id,
    [...plot.querySelectorAll(
        '.trace path, .trace text, .annotation text, .shapelayer path, .errorbar path, .xtick text, .ytick text'
    )].map((part) => [
        part.tagName, part.getAttribute('d'), part.getAttribute('transform'), part.style.opacity, part.style.fill,
        part.textContent
    ])
]))"""
REDRAWN = """async () => {
    for (const plot of document.querySelectorAll('.js-plotly-plot')) { await window.Plotly.redraw(plot); }
}"""
COUNTED = """() => {
    window.anew = [];
    for (const name of ['update', 'react', 'restyle', 'relayout']) {
        const plain = window.Plotly[name];
        window.Plotly[name] = function (plot) {
            window.anew.push(plot.closest('[id]').id || plot.parentElement.id);
            return plain.apply(this, arguments);
        };
    }
}"""


def different(moved, drawn):
    """Parts that are not alike, by chart."""
    assert moved.keys() == drawn.keys()
    return [
        (id, one, other) for id in drawn for one, other in zip_longest(moved[id], drawn[id]) if one != other
    ]


def painted(page, act):
    before = page.evaluate("() => (window.parterre.painted || { n: 0 }).n")
    act()
    page.wait_for_function("(before) => (window.parterre.painted || { n: 0 }).n > before", arg=before)


def looks_as_if_drawn_anew(page, *acts):
    page.evaluate(REDRAWN)  # ticks are measured anew once the typeface is there
    for act in acts:
        painted(page, lambda act=act: page.evaluate(f"() => window.parterre.{act}"))
        moved = page.evaluate(DRAWN)
        page.evaluate(REDRAWN)
        assert different(moved, page.evaluate(DRAWN)) == [], act


ACTS = (
    "choose('Age', 4, false)",
    "choose('Children', 1, false)",
    "choose('Segment', 2, true)",
    "clear('Age')",
)


@pytest.mark.parametrize(
    ("address", "acts"),
    [
        ("/explore?split=segments", ACTS),
        ("/explore?as=shares&split=segments", ACTS[1:3]),
        ("/segments", ACTS[1:3]),
        ("/campaigns", ACTS[:1]),
    ],
)
def test_what_moves_looks_as_if_it_were_drawn_anew(shared, opened, address, acts):
    opened(shared, address)
    looks_as_if_drawn_anew(shared, *acts)


def test_a_click_moves_all_charts_of_the_overview_and_lays_none_out_again(shared, opened):
    opened(shared, "/?Segment=2&show=charts")
    shared.evaluate(COUNTED)
    painted(shared, lambda: shared.evaluate("() => window.parterre.choose('Children', 0, false)"))
    assert shared.evaluate("() => window.anew") == [], "nor after the first click"
    looks_as_if_drawn_anew(shared, *ACTS, "clear('Segment')", "choose('Age', 4, false)", "clear('Children')")
    before = shared.evaluate(DRAWN)
    painted(shared, lambda: shared.evaluate("() => window.parterre.choose('Segment', 1, false)"))
    after = shared.evaluate(DRAWN)
    assert shared.evaluate("() => window.anew") == []
    assert [id for id in before if before[id] == after[id]] == []
    assert shared.evaluate(ONCE) == [1, True], (
        "a chart whose labels take room is drawn once, in what they leave"
    )


def test_the_label_under_the_pointer_tells_the_new_numbers_also_of_bars_that_come_or_go_or_are_gone(
    shared, opened
):
    page = shared
    opened(page, "/?show=charts")
    box = at_rest(page.locator("#overview-children .nsewdrag"))
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.9)
    lines = page.locator("#overview-children .hoverlayer .hovertext tspan.line")
    label = lines.nth(1)
    expect(label).to_have_text(re.compile(r"customers, [\d.]+%$"))
    assert page.evaluate("() => dash_component_api.getLayout('overview-children').props.hoverData") is None
    before = label.text_content()
    painted(page, lambda: page.evaluate("() => window.parterre.choose('Segment', 1, false)"))
    expect(label).not_to_have_text(before)
    now = page.evaluate("() => window.parterre.plotOf('overview-children').data[1].y")
    shares = {f"{value:,.0f} customers, {round(100 * value / sum(now), 1):g}%" for value in now}
    assert label.text_content().replace("\u00a0", " ") in shares
    assert re.match(r"difference: [+\u2212]?[\d.]+ points$", lines.nth(3).text_content())
    assert page.evaluate(FEWER) == [False, True], "Plotly lays out bars that come or go"
    assert page.evaluate(GONE), "a chart that is gone before its label is told anew is no error"


def test_dash_knows_what_callbacks_ask_and_say_and_nothing_else_of_a_page(shared, opened):
    opened(shared, "/")
    ids = ["overview-hero", "shell-notice", "shell-page", "overview-card-3-customers", "filters-count"]
    assert shared.evaluate(KNOWN, ids) == ids[:3]
    assert shared.locator("#overview-card-3-customers").inner_text()


KNOWN = """(ids) => ids.filter((id) => {
    try { return dash_component_api.getLayout(id); } catch (unknown) { return false; }
})"""
ONCE = """async () => {
    const place = document.body.appendChild(document.createElement("div"));
    let drawn = 0;
    new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((one) => {
        drawn += Number(one.matches !== undefined && one.matches(".annotation"));
    }))).observe(place, { childList: true, subtree: true });
    const axis = { automargin: true, range: [0, 2], tickvals: [1], ticktext: ["a label of some length"] };
    await window.Plotly.newPlot(place, [{ type: "bar", x: [1], y: [1] }], {
        xaxis: { range: [0, 2] }, yaxis: axis, annotations: [{ text: "one", x: 1, y: 1 }]
    });
    const left = place._fullLayout._size.l;
    await new Promise((after) => requestAnimationFrame(after));
    place.remove();
    return [drawn, left > 100];
}"""
FEWER = """() => {
    const plot = window.parterre.plotOf("overview-age"), before = plot.data[1].y.length;
    return [window.Plotly.moveTraces(plot, [{ y: [1, 2] }], [1]), plot.data[1].y.length === before];
}"""
GONE = """async () => {
    const plot = window.parterre.plotOf("overview-age");
    const drawn = window.Plotly.moveTraces(plot, [{ y: Array.from(plot.data[1].y).reverse() }], [1]);
    window.Plotly.purge(plot);
    await new Promise((after) => requestAnimationFrame(() => setTimeout(after, 50)));
    return drawn;
}"""


@pytest.mark.parametrize(("locale", "currency"), [("en_US", ""), ("de_DE", "EUR"), ("en_US", "USD")])
def test_what_moves_is_written_as_the_server_writes_it(browser, locale, currency):
    forms = [
        "money.0",
        "money.2",
        "money.4",
        "decimal.1",
        "decimal.3",
        "percent",
        "percent.2",
        "rate",
        "chance",
        "whole",
    ]
    values = [0, 1e-12, 0.00004, 0.0042, 0.005, 0.627, 3.99, 1, 2.5, 605.798, 443.15499999999986, 1234567.125]
    values += [0.05, 0.0512, 0.29, 0.57, 0.9487, 0.95, 0.99, 0.9999, 0.99996, 0.9999999]
    values += [-value for value in values]
    with browser.new_page() as page:
        page.add_script_tag(path=WRITTEN)
        page.evaluate("(spec) => parterre.writesIn(...spec)", [locale.replace("_", "-"), currency])
        written = "([form, values]) => values.map((value) => parterre.write(form, value))"
        for form in forms:
            name, *decimals = form.split(".")
            write = getattr(Numbers(locale, currency), name)
            told = [write(value, *map(int, decimals)) for value in values]
            assert page.evaluate(written, [form, values]) == told, form
