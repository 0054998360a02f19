"""From a checked question to what the predict page says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dash.development.base_component import Component

from callbacks.frame.view import mode
from core.model.profile import Profile, SegmentProfile
from core.numbers import Numbers, spell
from core.profiles import advice
from core.profiles import narrative as words
from core.schema.fields import FIELDS
from core.scoring.customer_input import Question, ask
from core.scoring.prediction import Scores, score
from core.services import Services
from layouts import figures, theme
from layouts.components import Table
from layouts.predict import page as layout


@dataclass(frozen=True)
class Reply:
    """The answer, the line under each field that needs one, the fields that can't be used."""

    answer: Component
    said: dict[str, Component] = field(default_factory=dict)
    invalid: frozenset[str] = frozenset()
    values: dict[str, float] = field(default_factory=dict)


def answer(services: Services, texts: Mapping[str, object]) -> Reply:
    """Check `texts`, score them, and say it."""
    model, numbers = services.model, services.numbers
    question = ask(texts, model.pipeline, model.card.profile, numbers)
    said = _said(question, numbers)
    if question.errors:
        return Reply(layout.refused(len(question.errors)), said, frozenset(question.errors))
    values = {name: value for name, value in question.values.items() if value is not None}
    return Reply(layout.answer(_content(services, question)), said, frozenset(), values)


def _said(question: Question, numbers: Numbers) -> dict[str, Component]:
    gaps = {
        name: f"Left empty: the median, {numbers.of(FIELDS[name], value)}, is assumed."
        for name, value in question.assumed.items()
    }
    return (
        {name: layout.assumed(text) for name, text in gaps.items()}
        | {name: layout.warning(text) for name, text in question.warnings.items()}
        | {name: layout.error(text) for name, text in question.errors.items()}
    )


def _content(services: Services, question: Question) -> layout.Answer:
    profile, numbers = services.model.card.profile, services.numbers
    scores = score(services.model.pipeline, question.table())
    segment = profile.segment(int(scores.segment[0]))
    neighbour = profile.segment(int(scores.neighbour[0]))
    values = {name: question.assumed.get(name, value) for name, value in question.values.items()}
    suggestion = advice.of_customer(services.model, segment.number, values, numbers)
    rows = _comparisons(values, segment, profile, numbers)
    plotly = theme.template(mode(), numbers.separators)
    return layout.Answer(
        number=segment.number,
        name=segment.name,
        sentence=_sentence(scores, segment, neighbour),
        firmness=f"{numbers.percent(float(scores.firmness[0]))} firm: 0% is on the border with "
        f"{neighbour.name}, 100% is as far from it as the centre of {segment.name}, or further.",
        firmness_share=float(scores.firmness[0]),
        assumed=_assumed(question),
        phrases=_phrases(values, profile, numbers),
        segment_text=words.description(segment, profile, numbers),
        suggestion=(suggestion.title, suggestion.text),
        compared=figures.against_average(
            rows, plotly, segment=segment.name, colour=theme.segment_colour(segment.number)
        ),
        compared_table=Table(
            ("Field", "This customer", segment.name, "Everyone"), [(row.label, *row.texts) for row in rows]
        ),
        compared_finding=_widest(rows),
        **_distances(scores, profile, neighbour.name, plotly),
    )


def _sentence(scores: Scores, segment: SegmentProfile, neighbour: SegmentProfile) -> str:
    firmness = scores.firmness[0]
    sure = "Clearly" if firmness >= 0.5 else "Most likely" if firmness >= 0.15 else "Only just"
    near = " It could as well be" if firmness < 0.15 else " The nearest border is that with the"
    return f"{sure} one of the {segment.name.lower()}.{near} {neighbour.name.lower()}."


def _assumed(question: Question) -> str:
    if not question.assumed:
        return ""
    labels = ", ".join(FIELDS[name].label.lower() for name in question.assumed)
    return f"Not given, so taken as the median: {labels}."


def _phrases(values: dict[str, float | None], profile: Profile, numbers: Numbers) -> list[str]:
    """The fields in which the customer is furthest from everyone, in words."""
    apart = {
        name: abs(profile.standardised(name, value)) for name, value in values.items() if value is not None
    }
    far = sorted((name for name, distance in apart.items() if distance >= 0.5), key=lambda name: -apart[name])
    phrases = [
        words.phrase(FIELDS[name], values[name], profile.averages[name].mean, numbers) for name in far[:3]
    ]
    count = spell(len(apart)).lower()
    return phrases or [f"within half a standard deviation of everyone's average in all {count} figures"]


def _comparisons(
    values: dict[str, float | None], segment: SegmentProfile, profile: Profile, numbers: Numbers
) -> list[figures.Comparison]:
    return [
        figures.Comparison(
            label=FIELDS[name].label,
            customer=profile.standardised(name, value or 0.0),
            segment=segment.effects[name],
            texts=(
                numbers.of(FIELDS[name], value),
                numbers.of(FIELDS[name], segment.averages[name].mean),
                numbers.of(FIELDS[name], profile.averages[name].mean),
            ),
        )
        for name, value in values.items()
    ]


def _widest(rows: list[figures.Comparison]) -> str:
    row = max(rows, key=lambda row: abs(row.customer))
    where = "above" if row.customer > 0 else "below"
    value, _, everyone = row.texts
    return f"Furthest from everyone in {row.label.lower()}: {value}, {where} the average of {everyone}."


def _distances(scores: Scores, profile: Profile, neighbour: str, plotly: theme.Template) -> dict[str, Any]:
    rows = [
        (segment.number, segment.name, float(scores.distances[0, segment.number - 1]))
        for segment in profile.segments
    ]
    ordered = sorted(rows, key=lambda row: row[2])
    return {
        "distances": figures.distances(rows, plotly),
        "distances_table": Table(
            ("Segment", "Distance"), [(name, f"{value:.2f}") for _, name, value in ordered]
        ),
        "distances_finding": f"Nearest: {ordered[0][1]} at {ordered[0][2]:.1f}, then {ordered[1][1]} "
        f"at {ordered[1][2]:.1f}; the nearest border, that with {neighbour}, is "
        f"{float(scores.border[0]):.2f} away.",
    }
