"""How segments are made, on the page of models: choices, what they would change, and making that live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output, no_update
from dash.development.base_component import Component
from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.frame.view import Query, mode
from callbacks.web.guard import allows, requires
from callbacks.web.sessions import visitor
from core.accounts.permissions import Action
from core.data import cleaning
from core.datasets import trials_told
from core.datasets.making import buildable, checked
from core.datasets.trials import Trial, kept_as, name_of
from core.errors import JobError, ModelError
from core.evidence.sensitivity import KEPT_AS, MIXTURE, RANKS, Sensitivity
from core.evidence.sensitivity_told import HEAD, Told
from core.model.curves import Shape
from core.model.fit import Parameters
from core.model.preparation import WEIGHTS, Preparation, Scaling
from core.services import Services
from layouts import flows
from layouts import making as layout
from layouts.components import Shown, Table, chart, choice, notice
from layouts.flows import Side
from layouts.theme import segment_colour, template

KIND = "try-making"
_SHAPES = (
    (layout.LEFT_OUT, "Builds nothing"),
    (layout.AS_IT_IS, "Builds segments as it is"),
    (Shape.LOGARITHM.value, "Builds them on a logarithm"),
    (Shape.YEO_JOHNSON.value, "Builds them on Yeo and Johnson's curve"),
)
_SCALES = (
    (Scaling.STANDARD.value, "Mean and standard deviation"),
    (Scaling.ROBUST.value, "Median and quartiles"),
)
_FAR = ((layout.OFF, "Help to make segments"), (layout.ON, "Join them afterwards"))
_SWITCH = ((layout.ON, "On"), (layout.OFF, "Off"))


def section(services: Services, query: Query) -> Component | None:
    """What may be chosen, and what the last choice would change; for those alone who may make it live."""
    if not allows(Action.CHOOSE_MODEL):
        return None
    trial = _trial(services, query.get("trial", ""))
    shown = _tried(services, trial) if trial else _under_way(services, query)
    form = _choices(services, trial.parameters, again=True) if trial else None
    return layout.section(form, shown, layout.flips(_flips(services)))


def register(app: Dash, services: Services) -> None:
    """Draw the choices when somebody opens them: they are more than all else on the page."""

    @app.callback(
        Output(layout.ids.FORM, "children"), Input(layout.ids.OPEN, "n_clicks"), prevent_initial_call=True
    )
    @requires(Action.CHOOSE_MODEL)
    def open_choices(clicks: object) -> Any:
        return no_update if clicks != 1 else _choices(services, services.model.card.parameters, again=False)


def _choices(services: Services, made: Parameters, *, again: bool) -> Component:
    weights, how = [(_hundredths(one), _times(services, one)) for one in WEIGHTS], made.preparation
    weighed = dict(how.weights)
    fields = [
        (
            choice(services.schema.label(name), _SHAPES, _shape(made, name), name=f"{layout.FIELD}-{place}"),
            choice("Counts", weights, _hundredths(weighed.get(name, 1.0)), name=f"{layout.WEIGHT}-{place}"),
        )
        for place, name in enumerate(_fields(services))
    ]
    far = layout.ON if how.without_far_out else layout.OFF
    others = [
        choice("Distances are counted by", _SCALES, how.scaling.value, name=layout.SCALING),
        choice("Customers who are far out in any figure", _FAR, far, name=layout.FAR_OUT),
    ]
    on = _rules_on(services, made)
    rules = [
        choice(
            one.catches,
            _SWITCH,
            layout.ON if one.name in on else layout.OFF,
            name=f"{layout.RULE}-{one.name}",
        )
        for one in cleaning.rules_for(services.schema)
    ]
    return layout.choices(fields, others, rules, again=again)


def ask(services: Services) -> ResponseReturnValue:
    """Have tried what the form says; 400 in words for what can't be."""
    if layout.SCALING not in request.form:
        abort(400, "Found nothing that was chosen. Expected the choices of the page of models. Choose there.")
    try:
        wanted = checked(_chosen(services, request.form), services.schema)
    except ValueError:
        abort(
            400,
            "Found a choice that there is not. Expected one that the page lists. Reload it, and choose again.",
        )
    arguments = {"parameters": wanted.told, "by": visitor().username}
    job = progress.start(services, KIND, arguments, anew=True)
    return redirect(f"/models?trial={name_of(wanted)}&job={job.id}")


def make_live(services: Services, name: str) -> ResponseReturnValue:
    """Make live what was tried, if what the page compared it with still is."""
    if "live" not in request.form:
        abort(
            400,
            "Found nothing that was compared. Expected what the page of models has shown. Look there again.",
        )
    trial = _trial(services, name)
    if trial is None or not trial.live == services.model.card.key == request.form.get("live"):
        abort(
            409,
            "Other segments are live than those that this was compared with. See what would change again.",
        )
    try:
        services.live.choose(trial.model, by=visitor().username)
    except ModelError as error:
        abort(409, str(error))
    return redirect("/models")


def _trial(services: Services, name: str) -> Trial | None:
    if not (name.isascii() and name.isalnum() and len(name) == 12):
        return None
    trial = services.findings.read(services.model.card.key, kept_as(name), Trial)
    # What an owner has tried with a column that who looks may not see is not there.
    return trial if trial and all(one in services.schema for one in trial.parameters.basis) else None


def _tried(services: Services, trial: Trial) -> Component:
    profile, schema, numbers = services.model.card.profile, services.schema, services.numbers
    is_live = trial.model == services.model.card.key
    return layout.tried(
        name_of(trial.parameters),
        trials_told.summary(trial, profile, schema, numbers),
        _flows(services, trial) if trial.moved.agreement.elsewhere else None,
        Table(trials_told.SEGMENTS, trials_told.segments(trial, profile, numbers)),
        services.model.card.key,
        "These are live." if is_live else "",
    )


def _flows(services: Services, trial: Trial) -> Component:
    """Who would go where; a segment that goes on from a live one has its colour."""
    profile, schema, numbers = services.model.card.profile, services.schema, services.numbers
    live, heirs = [*profile.names.values()], trial.moved.heirs
    others = iter(one for one in range(1, len(trial.names) + len(live) + 1) if one > len(live))
    own = {heir: number for number, heir in enumerate(heirs, start=1) if heir}
    colours = [
        segment_colour(own[one] if one in own else next(others)) for one in range(1, len(trial.names) + 1)
    ]
    now = Side(live, "now", [segment_colour(one) for one in range(1, len(live) + 1)])
    drawn = flows.between(now, Side(trial.names, "made so", colours), trial.moved.counts)
    shown = Shown(
        flows.flows(*drawn, ["Now", "Made so"], template(mode(), numbers.separators)),
        trials_told.largest(trial, profile, schema, numbers),
        Table(trials_told.WAYS, trials_told.ways(trial, profile, schema, numbers)),
    )
    high = flows.height(max(len(live), len(trial.names)))
    return chart(layout.ids.FLOWS, "Who would go where", "customers, now and made so", shown, height=high)


def _under_way(services: Services, query: Query) -> Component | None:
    """How far a trial is; where it is of other segments than those that are live now, that it says nothing any more."""
    if not query.get("trial"):
        return None
    try:
        job = services.jobs.find(query.get("job", ""))
    except JobError as error:
        return notice("What would change", str(error))
    if job is None or not services.jobs.may_see(job, visitor()) or job.model != services.model.card.key:
        return notice(
            "What would change",
            "Other segments are live now than those that this was compared with. See it again.",
        )
    return progress.panel(services, job)


def _fields(services: Services) -> tuple[str, ...]:
    """What may build segments: what does first."""
    basis = services.model.card.parameters.basis
    return (*basis, *(name for name in buildable(services.schema) if name not in basis))


def _chosen(services: Services, form: Mapping[str, str]) -> Parameters:
    """What a form says; whatever it does not say is as it is live."""
    live, schema = services.model.card.parameters, services.schema
    basis, shapes, weights = [], [], []
    for place, name in enumerate(_fields(services)):
        shape = form.get(f"{layout.FIELD}-{place}", _shape(live, name))
        if shape == layout.LEFT_OUT:
            continue
        basis.append(name)
        if shape != layout.AS_IT_IS:
            shapes.append((name, Shape(shape)))
        if (weight := float(form.get(f"{layout.WEIGHT}-{place}", "100")) / 100) != 1:
            weights.append((name, weight))
    scaling = Scaling(form.get(layout.SCALING, live.preparation.scaling))
    how = Preparation(tuple(shapes), scaling, tuple(weights), form.get(layout.FAR_OUT) == layout.ON)
    on = _rules_on(services, live)
    known = [one.name for one in cleaning.rules_for(schema)]
    rules = tuple(
        one
        for one in known
        if form.get(f"{layout.RULE}-{one}", layout.ON if one in on else layout.OFF) == layout.ON
    )
    return replace(live, basis=tuple(basis), preparation=how, rules=live.rules if rules == on else rules)


def _rules_on(services: Services, made: Parameters) -> tuple[str, ...]:
    live = tuple(run.rule for run in services.model.card.rules)
    return live if made.rules is None else made.rules


def _shape(made: Parameters, name: str) -> str:
    if name not in made.basis:
        return layout.LEFT_OUT
    return made.preparation.shape(name) or layout.AS_IT_IS


def _hundredths(weight: float) -> str:
    """A weight as the form sends it, in signs that no language writes otherwise."""
    return f"{weight * 100:.0f}"


def _times(services: Services, weight: float) -> str:
    return "once" if weight == 1 else f"{services.numbers.typed(weight)} times"


def _flips(services: Services) -> Table | None:
    found = services.findings.read(services.model.card.key, KEPT_AS, Sensitivity)
    if found is None:
        return None
    told = Told(found, services.model.card, services.numbers)
    return Table(HEAD, [told.row(way) for way in found.others if way.kind not in (RANKS, MIXTURE)])
