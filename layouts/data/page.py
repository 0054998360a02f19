"""All that is here: datasets, files that wait, and a place to drop another."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.components import aria, button, data, disclosure, page, posts, section, submit, way

ROLES = {
    "identifier": "Names a customer",
    "basis": "Builds segments",
    "descriptor": "Describes customers",
    "outcome": "Answer to a campaign",
    "value": "Money that ranks segments",
    "date": "Date",
    "cost": "Cost of a contact",
    "revenue": "Revenue of an acceptance",
    "ignored": "Left out",
    "order-customer": "Who bought",
    "order-date": "When",
    "order-amount": "Amount",
    "order-quantity": "Pieces",
    "order-price": "Price of one",
    "order-discount": "Part of the price taken off",
    "order-refunded": "Paid back",
    "order-number": "Number of the order",
    "order-product": "Product",
    "order-category": "Category",
    "order-state": "What has become of it",
    "order-describes": "Describes customers",
    "order-nothing": "Left out",
}
KINDS = {
    "identifier": "names",
    "amount": "money",
    "count": "whole numbers",
    "year": "years",
    "years": "years of age or time",
    "days": "days",
    "share": "shares",
    "ratio": "numbers",
    "flag": "yes or no",
    "category": "kinds",
    "date": "dates",
}


class ids:
    FILE = "data-file"
    SENDING = "data-sending"
    SAID = "data-said"
    TOGETHER_SAID = "data-together-said"


def layout(
    opening: str,
    most_mb: int,
    example: str,
    waiting: Sequence[Component],
    together: Component | None,
    outside: Sequence[Component],
    datasets: Sequence[Component],
) -> Component:
    """A place to drop a file, those that wait, and the datasets that there are."""
    return page(
        "Data",
        opening,
        _drop(most_mb, example),
        section(
            "Files that wait", html.Ul(list(waiting), className="p-files"), together, className="p-files-part"
        )
        if waiting
        else None,
        *outside,
        section("Datasets", html.Ul(list(datasets), className="p-files"), className="p-files-part"),
        question="Whose customers are here?",
    )


def _drop(most_mb: int, example: str) -> Component:
    """assets/data.js puts the file field in its place and sends what is chosen or dropped."""
    hint = (
        f"CSV, TSV, Excel, OpenDocument or Parquet, also in gzip or ZIP, at most {most_mb} MB: one row per customer, per "
        "order or per order line. Send several that belong together, such as customers and their orders, to make one "
        "table of them. Only you see them until you make a dataset."
    )
    field = html.Div(className="p-drop-field", **data(field=ids.FILE, most=str(most_mb * 1_000_000)))
    return section(
        "Add a file",
        html.Div(
            [
                html.Label("Drop a file here or choose one", htmlFor=ids.FILE, className="p-drop-words"),
                field,
                html.P(hint, className="p-hint"),
            ],
            className="p-drop",
            **data(drop="yes"),
        ),
        html.Div(id=ids.SENDING, className="p-sending"),
        html.Div(id=ids.SAID, className="p-said", **aria(live="polite")),
        button("Download an example", "p-download", **data(example=example)),
        className="p-card p-stack p-add",
    )


def file_card(
    *,
    id: str,
    name: str,
    size: str,
    at: str,
    kept: str,
    found: str,
    refused: str = "",
    next_of: str = "",
    goes_on: bool = False,
    panel: Component | None = None,
    example: str = "",
    can_tick: bool = False,
) -> Component:
    """A file that waits: what it was understood to be, why it is refused, or how far looking at it is.

    `next_of` are the datasets that it could be the next file of; `goes_on` is whether its page is there.
    """
    address = f"file={id}"
    words = "Next file, or a new table" if next_of else "Say what its columns are for"
    has_way = goes_on and (found or next_of)
    parts = [
        html.H3(way(name, "/data", address) if goes_on else name),
        html.P([size, html.Time(at, dateTime=at), f". {kept}"], className="p-hint"),
        html.P(found) if found else None,
        refusal(refused, example) if refused else None,
        html.P(f"It has the columns of {next_of}: is it the next file?") if next_of else None,
        panel,
        # assets/data.js makes the box that says whether it belongs to others.
        html.Div(className="p-tick-field", **data(tick=id, called=name)) if can_tick and goes_on else None,
        html.Div(
            [
                way(words, "/data", address, className="btn p-button") if has_way else None,
                button("Remove", "btn p-button-quiet", **data(remove=id), **aria(label=f"Remove {name}")),
            ],
            className="p-form-actions",
        ),
    ]
    return html.Li([part for part in parts if part is not None], className="p-card p-file-card")


def refusal(words: str, example: str) -> Component:
    """Why no dataset can be made of a file, and a file of which one can."""
    return html.Div(
        [
            html.P(words, className="p-error"),
            button("Download an example that works", "p-download", **data(example=example)),
        ],
        className="p-refusal",
    )


def dataset_card(
    *,
    title: str,
    path: str,
    customers: str,
    what: str,
    file: str,
    by: str,
    at: str,
    version: int,
    forms: Sequence[Component | None],
) -> Component:
    """A dataset: what it is, and where; what may be said of it."""
    added: list[Component | str] = (
        [
            f"Version {version}, " if version > 1 else "Added ",
            html.Time(at, dateTime=at),
            f" by {by}" if by else "",
            ". ",
        ]
        if at
        else []
    )
    parts = [
        html.H3(html.A(title, href=path)),
        html.P(customers, className="p-card-size") if customers else None,
        html.P(what),
        html.P([*added, f"From {file}."], className="p-hint"),
        *forms,
    ]
    return html.Li([part for part in parts if part is not None], className="p-card p-file-card")


def removing(title: str, slug: str, version: int, goes: Sequence[str]) -> Component:
    """What is asked before a dataset goes: at the default one, since this one will have no pages."""
    words, action = f"Remove {title}", f"/d/default/data/datasets/{slug}/remove"
    asked = [html.P(sentence) for sentence in (*goes, "Nothing brings them back.")]
    return disclosure(words, posts(action, *asked, submit(words), live=str(version)))


def together(words: Sequence[str], found: str, panel: Component | None) -> Component:
    """What belongs together, with a press for it; and one for what is ticked."""
    proposed = [
        *(html.P(one) for one in words),
        button("Put these together", "btn p-button", **data(together=found)),
    ]
    return section(
        "Files that belong together",
        html.Div(proposed, className="p-together-found") if words else None,
        panel,
        html.P(
            "Customers and their orders, addresses and scores of the same customers, or months with the same headings: "
            "tick them above, and they are joined as one table.",
            className="p-hint",
        ),
        button("Put what is ticked together", "btn p-button-quiet", **data(together="")),
        html.Div(id=ids.TOGETHER_SAID, className="p-said", **aria(live="polite")),
        className="p-card p-stack p-together",
    )
