"""Choose k: how many segments are there really, what another number would change, and changing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from flask import abort

from callbacks import progress, trust
from callbacks.choose_k import hangs, others
from callbacks.choose_k.charts import charts, leads, votes
from callbacks.choose_k.preview import details, live_k, preview
from callbacks.frame.view import Query, mode
from callbacks.web.guard import allows, requires
from callbacks.web.routes import answer_in_browser
from callbacks.web.sessions import signed_in, visitor
from core.accounts.permissions import Action
from core.datasets.choose import QUICK
from core.datasets.deployments import previous_of
from core.datasets.live import FEWEST, MOST
from core.evidence import evidence, practice, recommendation
from core.evidence.evidence import Evidence
from core.evidence.flows import moves, steps
from core.evidence.measure import AMONG, live_labels
from core.evidence.stability_told import least
from core.jobs import queue
from core.model.fit import FEW
from core.numbers import Numbers, spell
from core.services import Services
from layouts.choose_k import page as layout
from layouts.choose_k.page import ids
from layouts.components import Table, notice
from layouts.theme import template

KS = range(FEWEST, MOST + 1)
WORK, CHOOSE = "evidence", "choose-model"
MEASURING = "Nobody has measured it for these customers yet. It is done once, and kept."
CHANGING = "The new segments are being fitted. Until they are, every page shows those that are live now."
WRONG = f"“{{}}” is no number of segments from {FEWEST} to {MOST}: the live number is shown. "


def draw(services: Services, query: Query) -> Component:
    """The page, with the number of the address previewed; or how far the evidence is."""
    given = query.get("k", "")
    asked = int(given) if given.isascii() and given.isdigit() and len(given) < 3 else 0
    said = "" if not given or asked in KS else WRONG.format(given[:10])
    return layout.frame(_page(services, asked, said=said))


def register(app: Dash, services: Services) -> None:
    """Preview a number of segments; make it live; restore the one before."""
    _register_preview(app, services)
    _register_switch(app, services)


def _register_preview(app: Dash, services: Services) -> None:

    @app.callback(
        Output(ids.PREVIEW, "children"),
        Output(ids.DETAILS, "children"),
        Output(ids.SHARED, "data"),
        Output(ids.MAKE, "children"),
        Output(ids.MAKE, "disabled"),
        Output(ids.ASKED, "hidden"),
        Input(ids.K, "value"),
        prevent_initial_call=True,
    )
    @requires(Action.VIEW)
    def preview_segments(k: object) -> Any:
        wanted, found = _number(k), evidence.find(services.findings, services.model.card)
        if found is None:
            abort(409, "There is no evidence yet. Reload the page to see how far it is.")
        plotly = template(mode(), services.numbers.separators)
        drawn = preview(services, found, wanted), details(services, found, wanted, plotly)
        return *drawn, {"k": wanted}, _make_words(wanted, live_k(services)), wanted == live_k(services), True

    answer_in_browser(
        app, "showInAddress", Output(ids.SHARED_DONE, "data"), Input(ids.SHARED, "data"), initially=False
    )


def _register_switch(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.ASKED, "hidden", allow_duplicate=True),
        Output(ids.ASKED_SAID, "children"),
        Output(ids.WANTED, "data"),
        Input(ids.MAKE, "n_clicks"),
        Input(ids.RESTORE, "n_clicks"),
        Input(ids.NO, "n_clicks"),
        State(ids.K, "value"),
        prevent_initial_call=True,
    )
    @requires(Action.CHOOSE_MODEL)
    def ask_first(_make: object, _restore: object, _no: object, k: object) -> Any:
        if ctx.triggered_id == ids.NO:
            return True, no_update, None
        wanted = _previous(services) if ctx.triggered_id == ids.RESTORE else _number(k)
        if wanted is None:
            abort(400, "There is no earlier model to restore. Reload the page.")
        return (
            False,
            _consequences(services, wanted),
            {"k": wanted, "restore": ctx.triggered_id == ids.RESTORE},
        )

    @app.callback(
        Output(ids.BODY, "children"),
        Input(ids.YES, "n_clicks"),
        State(ids.WANTED, "data"),
        prevent_initial_call=True,
    )
    @requires(Action.CHOOSE_MODEL)
    def change_the_live_model(yes: object, wanted: object) -> Any:
        if not yes:  # Dash asks once when the button is drawn, since it lies inside what it changes
            return no_update
        job = _change(services, wanted)
        if job is not None:
            return layout.waiting(CHANGING, progress.panel(services, job))
        return _page(services, live_k(services), done=_done(services))


def _page(services: Services, asked: int, done: str = "", said: str = "") -> Component:
    found = evidence.find(services.findings, services.model.card)
    if found is None:
        return layout.waiting(MEASURING, _progress(services), hangs.section(services))
    numbers, live = services.numbers, live_k(services)
    chosen = asked if asked in KS else live
    plotly = template(mode(), numbers.separators)
    known = recommendation.known(found, live, numbers)
    cost = " ".join(filter(None, [recommendation.cost(found, live, numbers), _least(services)]))
    return layout.layout(
        said + recommendation.brief(found, live, numbers),
        [*known, cost],
        _source(services, found),
        leads(found, live, numbers, plotly),
        charts(found, live, numbers, plotly),
        layout.trying(
            [(k, _note(found, k, live)) for k in KS],
            chosen,
            preview(services, found, chosen),
            _switch(services, chosen, done),
            details(services, found, chosen, plotly),
        ),
        hangs.section(services),
        _practice(services, found),
        _steps(services, found),
        others.section(found, live_labels(services.model), live, numbers),
        changed_to=services.model.card.key if done else "",
    )


def _least(services: Services) -> str:
    """Which of the live segments comes back least; nothing until it has been measured."""
    known = trust.found(services)
    names = [one.name for one in services.model.card.profile.segments]
    return "" if known is None else least(known, names, services.numbers)


def _change(services: Services, wanted: object) -> queue.Job | None:
    """Make live what was confirmed, or have it done if it takes long; what a browser says is checked again."""
    if not isinstance(wanted, Mapping):
        abort(400, "Choose a number of segments first.")
    k, by = _number(wanted.get("k")), visitor().username
    if wanted.get("restore") is not True:
        if len(services.model.people) > QUICK:
            return services.jobs.submit(CHOOSE, {"k": k, "by": by}, owner=by, anew=True)
        services.live.choose(replace(services.model.card.parameters, k=k), by=by)
    elif k == _before(services):
        services.live.restore(by=by)
    else:
        abort(409, "Somebody has changed the live model meanwhile. Reload the page and look again.")
    return None


def _before(services: Services) -> int:
    """The number of segments of the model before this one."""
    previous = _previous(services)
    if previous is None:
        abort(409, "There is no earlier model to restore. Reload the page.")
    return previous


def _previous(services: Services) -> int | None:
    previous = previous_of(services.live.history(), services.live.marks)
    return previous.parameters.k if previous else None


def _number(given: object) -> int:
    """A number of segments from a browser; anything else is refused."""
    if type(given) is not int or given not in KS:
        abort(400, f"Expected {FEWEST} to {MOST} segments. Reload the page and choose one of them.")
    return given


def _switch(services: Services, chosen: int, done: str) -> Component:
    previous = _previous(services)
    return layout.switch(
        allowed=allows(Action.CHOOSE_MODEL),
        make=_make_words(chosen, live_k(services)),
        can_make=chosen != live_k(services),
        restores="" if previous is None else f"Restore the previous model (k = {previous})",
        done=done,
    )


def _make_words(k: int, live: int) -> str:
    return f"k = {k} is the live model" if k == live else f"Make k = {k} the live model"


def _done(services: Services) -> str:
    live = live_k(services)
    return f"{spell(live)} segments are live now, on every page and for everyone. You can restore the previous model."


def _consequences(services: Services, k: int) -> str:
    """What making `k` segments live changes, before it does."""
    live, found = live_k(services), evidence.find(services.findings, services.model.card)
    when = "within two seconds" if len(services.model.people) <= QUICK else "as soon as they are fitted"
    moving = ""
    if found is not None:
        moving = " " + recommendation.moved(
            moves(live_labels(services.model), live, found.choice(k)), live, k, found, services.numbers
        )
    return (
        f"Every page will show {spell(k).lower()} segments instead of {spell(live).lower()}, for everyone, {when}; "
        f"predictions and saved filters by segment then mean the new ones.{moving} Names and notes of the "
        f"{spell(live).lower()} are kept, and come back when you restore them."
    )


def _note(found: Evidence, k: int, live: int) -> str:
    count = votes(found, k)
    parts = [] if not count else ["1 criterion" if count == 1 else f"{count} criteria"]
    return ", ".join([*(["live"] if k == live else []), *parts])


def _steps(services: Services, found: Evidence) -> Component:
    numbers = services.numbers
    rows = [
        (
            f"{one.k} to {one.k + 1}",
            recommendation.step(one, found, numbers),
            numbers.percent(one.gain),
            recommendation.in_crowds(one, numbers),
            recommendation.worth(one),
        )
        for one in steps(found)
    ]
    head = ("Segments", "What happens", "Removes of what is left", "In crowds without groups", "In words")
    finding = (
        f"{recommendation.worthwhile(steps(found))} Each row says which segment divides, and what part of the remaining "
        "differences within segments goes away with it."
    )
    return layout.told("What each further segment buys", finding, Table(head, rows), "k-steps")


def _answer(services: Services, found: Evidence) -> str:
    """What the latest answer is called whose segments tell something of it; empty where there is none."""
    known = [name for name in services.schema.outcomes if name in services.model.people.columns]
    return services.schema.label(known[-1]) if known and found.choices[0].told is not None else ""


def _practice(services: Services, found: Evidence) -> Component:
    numbers, live, answer = services.numbers, live_k(services), _answer(services, found)
    head = ("Segments", "Smallest segment", *([f"Tells of “{answer}”"] if answer else []))
    rows = [
        (
            str(one.k),
            practice.counted(found, one.k, numbers),
            *([numbers.percent(one.told)] if answer else []),
        )
        for one in found.choices[1:]
    ]
    told = practice.of_answers(found, live, answer, numbers)
    finding = f"{practice.of_sizes(found, live, numbers)} {told}".rstrip()
    return layout.told("What each number means in practice", finding, Table(head, rows), "k-practice")


def _source(services: Services, found: Evidence) -> str:
    numbers = services.numbers
    of = (
        f"all {numbers.whole(found.customers)} customers"
        if not found.sampled
        else f"a random sample of {numbers.whole(found.rows)} of {numbers.whole(found.customers)} customers"
    )
    return (
        f"Measured once, on {of}, on the {len(found.parameters.basis)} figures that segments are built from, scaled "
        f"as the live model scales them; {_starts(found, numbers)}, seed {found.parameters.seed}; it took "
        f"{numbers.decimal(found.seconds)} seconds.{recommendation.sampling(found, numbers)}"
    )


def _starts(found: Evidence, numbers: Numbers) -> str:
    """How K-Means was started for each number of segments, and among how many it went on."""
    swaps = ", bettered by random swaps until none helps" if found.rows <= FEW else ""
    among = (
        f", the best of which goes on among {numbers.whole(min(AMONG, found.customers))}"
        if found.sampled
        else ""
    )
    return (
        f"{found.parameters.starts} starts for each number of segments{swaps}{among}; in halves, noise and crowds each number "
        "grows from the one before and is mended by the one after"
    )


def _progress(services: Services) -> Component:
    """The job that computes the evidence, started unless it is under way; only the signed-in start anything."""
    if signed_in() is None:
        return notice("Sign in first", "The evidence is computed for those who may see it.")
    job = progress.shared(services, WORK)
    return notice("Not measured yet", progress.NOT_YET) if job is None else progress.panel(services, job)
