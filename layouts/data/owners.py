"""What the owners of a dataset say of it: who sees it, which columns are theirs alone, how its numbers are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import choice, disclosure, labelled, posts, submit

NAME, ROLE, NONE, VIEWER = "name", "role", "none", "viewer"
ROLES = (
    (VIEWER, "Viewer: sees and predicts"),
    ("analyst", "Analyst: also names and chooses"),
    ("owner", "Owner: also shares and removes"),
)
COLUMN = "column:"  # how what a form says of one begins
ONLY = "Columns that build no segments. What is for owners only, nobody else is given."
_WHOSE = (("yes", "For owners only"), ("no", "For everybody who sees it"))


@dataclass(frozen=True)
class Offered:
    """Currencies and languages, (value, words) each, those that are chosen, and the currency that the file names."""

    currencies: Sequence[tuple[str, str]]
    currency: str
    locales: Sequence[tuple[str, str]]
    locale: str
    named: str = ""


def sharing(
    slug: str, people: Sequence[tuple[str, str, str]], everybody: str, *, is_shared: bool
) -> Component:
    """Who is something in a dataset, (name, role, since when and by whom) each; whether `everybody`, as that is called, is.

    Administrators may do everything anyway.
    """
    action = f"/d/default/data/datasets/{slug}/sharing"
    now, does, role = "Nobody else sees it but administrators.", "Let everybody here see it", VIEWER
    if is_shared:
        now, does = "Everybody who signs in here sees it.", "Let only those who are named see it"
        role = NONE
    to_all = {NAME: everybody, ROLE: role}
    switch = posts(action, html.P(now), submit(does, quiet=True), look="p-writing", **to_all)
    new = posts(
        action,
        labelled("Username", dcc.Input(name=NAME, className="form-control", required=True)),
        choice("Role", ROLES, VIEWER, name=ROLE),
        submit("Add"),
        look="p-writing",
    )
    rows = [html.Li(_member(action, *one)) for one in people]
    listed = [html.Ul(rows, className="p-members")] if rows else []
    return disclosure("Sharing", html.Div([*listed, new, switch], className="p-sharing"))


def _member(action: str, name: str, role: str, since: str) -> Component:
    return posts(
        action,
        html.P([html.Strong(name), html.Span(since, className="p-hint")]),
        choice(f"Role of {name}", [*ROLES, (NONE, "Nobody: take this away")], role, name=ROLE),
        submit("Change", quiet=True),
        look="p-writing",
        **{NAME: name},
    )


def personal(shown: Sequence[tuple[str, bool]]) -> Component:
    """A choice for each column of a dataset, (name, whether it is personal) each: whether only its owners see it."""
    form = posts("/data/personal", *_columns(shown), submit("Keep", quiet=True))
    return disclosure("Personal columns", form)


def guessed(shown: Sequence[tuple[str, bool]]) -> Component:
    """A choice for each column of a file that waits; assets/data.js sends it along with the title."""
    return disclosure("Personal columns", *_columns(shown))


def _columns(shown: Sequence[tuple[str, bool]]) -> list[Component]:
    boxes = [
        choice(name, _WHOSE, "yes" if is_personal else "no", name=f"{COLUMN}{name}")
        for name, is_personal in shown
    ]
    return [html.P(ONLY), html.Div(boxes, className="p-writing")]


def writing(offered: Offered, slug: str) -> Component:
    """How the numbers of a dataset that is there are written, and what keeps that."""
    form = posts(f"/d/default/data/datasets/{slug}/writing", boxes(offered), submit("Keep", quiet=True))
    return disclosure("Currency and numbers", form)


def boxes(offered: Offered) -> Component:
    """The currency of a dataset and the language of its numbers, to be chosen."""
    money = [("", "None: plain amounts"), *offered.currencies]
    languages = [("", "That of each reader"), *offered.locales]
    said = [html.P(f"The file names {offered.named}.", className="p-hint")] if offered.named else []
    return html.Div(
        [
            choice("Currency", money, offered.currency, name="currency"),
            choice("Language of numbers", languages, offered.locale, name="locale"),
            *said,
        ],
        className="p-writing",
    )
