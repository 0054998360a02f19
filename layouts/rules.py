"""A segment as a rule to copy: in words, as SQL, as a spreadsheet's filter, with how good it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from core.numbers import Numbers
from core.profiles.surrogate_rules import FOLDS, Condition, SurrogateRule, as_formula, as_sql
from core.schema.fields import Field, Kind
from core.schema.schema import Schema
from layouts.components import aria, button, data, disclosure

_DIGITS = 6  # of an end, that are told at most


def card_for(
    rule: SurrogateRule, name: str, schema: Schema, numbers: Numbers, *, level: int = 3
) -> Component:
    """The rule of the segment called `name`; `level` is that of its headings. Where many stand, programs' are folded."""
    heading = {2: html.H2, 3: html.H3, 4: html.H4}[level]
    words = in_words(rule, name, schema, numbers)
    said = [html.P(words, className="p-rule-words"), _button(f"the rule for {name} in words", words)]
    formula = as_formula(rule, decimal=numbers.separators[0])
    for_programs = [
        _copy(heading("SQL"), f"the rule for {name} as SQL", as_sql(rule)),
        _copy(heading("Spreadsheet filter"), f"the rule for {name} as a spreadsheet filter", formula),
        html.P(_about(rule.conditions, schema), className="p-hint"),
    ]
    parts = [html.Div(said, className="p-copy-head"), html.P(quality(rule, numbers), className="p-hint")]
    folded = [disclosure("As SQL and as a spreadsheet filter", *for_programs)] if level == 4 else for_programs
    return html.Div([*parts, *folded], className="p-rule")


def in_words(rule: SurrogateRule, name: str, schema: Schema, numbers: Numbers) -> str:
    """The rule as one sentence."""
    parts = [_words(one, schema[one.field], numbers) for one in rule.conditions]
    return f"{name}: {', and '.join(parts)}." if parts else f"{name}: everyone."


def quality(rule: SurrogateRule, numbers: Numbers) -> str:
    """Precision and recall in words, and where they were measured."""
    if rule.tested_precision is None or rule.tested_recall is None:
        return (
            f"Of those it finds, {numbers.percent(rule.precision)} are in the segment; it finds "
            f"{numbers.percent(rule.recall)} of the segment. Measured on the customers it was made from; "
            "the segment is too small to test it on others."
        )
    return (
        f"Of those it finds, {numbers.percent(rule.tested_precision)} are in the segment (precision); it finds "
        f"{numbers.percent(rule.tested_recall)} of the segment (recall): {FOLDS}-fold cross-validated, segments and "
        f"rule made anew each time. On all customers together it finds {numbers.whole(rule.found)}, with precision "
        f"{numbers.percent(rule.precision)} and recall {numbers.percent(rule.recall)}."
    )


def _words(one: Condition, known: Field, numbers: Numbers) -> str:
    unit = f" {known.unit}" if known.unit and known.kind in (Kind.YEARS, Kind.DAYS) else ""
    low = None if one.at_least is None else _edge(known, one.at_least, numbers) + unit
    high = None if one.below is None else _edge(known, one.below - one.whole, numbers) + unit
    if low is None:
        return f"{known.within} {'at most' if one.whole else 'below'} {high}"
    if high is None:
        return f"{known.within} at least {low}"
    return f"{known.within} from {low} to {'' if one.whole else 'below '}{high}"


def _edge(known: Field, value: float, numbers: Numbers) -> str:
    """An end in as many decimals as it has: who filters by the words finds those whom SQL finds, and quality was told of."""
    shown = Decimal(f"{100 * value if known.in_percent else value:.{_DIGITS}g}").normalize()
    places = max(-int(shown.as_tuple().exponent), known.decimals)
    if known.in_percent:
        return numbers.percent(value, places)
    return numbers.of(replace(known, decimals=places), value)


def _about(conditions: Sequence[Condition], schema: Schema) -> str:
    made = [
        f"{one.field}: {schema[one.field].help}"
        for one in conditions
        if schema[one.field].help and schema[one.field].derived
    ]
    return " ".join(
        [
            "Columns are named as in the cleaned table, here a table called customers; customers with a gap in "
            "one of them are not found.",
            *made,
        ]
    )


def _copy(heading: Component, what: str, text: str) -> Component:
    shown = html.Pre(html.Code(text), className="p-code", tabIndex="0", **aria(label=what))
    return html.Div([html.Div([heading, _button(what, text)], className="p-copy-head"), shown])


def _button(what: str, text: str) -> Component:
    return button("Copy", "p-copy", **data(copy=text), **aria(label=f"Copy {what}"))
