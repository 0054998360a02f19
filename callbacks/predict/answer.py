"""What the predict page says of a prediction."""

from __future__ import annotations

from dash.development.base_component import Component

from callbacks.frame.view import mode
from callbacks.predict.side_by_side import beside_averages
from core.model.profile import Profile
from core.numbers import Numbers, every
from core.profiles import advice
from core.profiles import narrative as words
from core.scoring.customer_input import asked
from core.scoring.prediction import Prediction
from core.services import Services
from layouts import figures, theme
from layouts.components import Shown, Table
from layouts.predict import answer as layout


def answer(services: Services, found: Prediction) -> Component:
    """The segment, how firmly, what stands out, what to do, and two charts."""
    model, numbers = services.model, services.numbers
    plotly = theme.template(mode(), numbers.separators)
    suggestion = advice.of_customer(model, found.segment.number, found.values, numbers)
    return layout.answer(
        layout.Answer(
            number=found.segment.number,
            name=found.segment.name,
            sentence=found.sentence,
            firmness=found.firmly(numbers),
            firmness_share=found.firmness,
            assumed=_assumed(services, found),
            phrases=_phrases(services, found),
            segment_text=words.description(found.segment, model.card.profile, numbers, model.schema),
            suggestion=(suggestion.title, suggestion.text),
            unit=found.unit,
        ),
        _compared(services, found),
        _distances(model.card.profile, found, plotly, numbers),
    )


def _assumed(services: Services, found: Prediction) -> str:
    fields = asked(services.model)
    labels = ", ".join(fields[name].within for name in found.customer.assumed)
    return f"Not given, so taken as the median: {labels}." if labels else ""


def _phrases(services: Services, found: Prediction) -> list[str]:
    """The fields in which the customer is furthest from everyone, in words."""
    profile, fields = services.model.card.profile, asked(services.model)
    apart = {name: abs(profile.standardised(name, value)) for name, value in found.values.items()}
    far = sorted((name for name in apart if apart[name] >= 0.5), key=lambda name: -apart[name])
    phrases = [
        words.phrase(fields[name], found.values[name], profile.averages[name].mean, services.numbers)
        for name in far[:3]
    ]
    return phrases or [
        f"within half a standard deviation of everyone's average in {every(len(apart))} figures"
    ]


def _compared(services: Services, found: Prediction) -> Shown:
    profile, write = services.model.card.profile, services.numbers.of
    apart = {name: profile.standardised(name, value) for name, value in found.values.items()}
    name = max(apart, key=lambda name: abs(apart[name]))
    field, where = services.schema[name], "above" if apart[name] > 0 else "below"
    value, average = write(field, found.values[name]), write(field, profile.averages[name].mean)
    furthest = f"Furthest from everyone in {field.within}: {value}, {where} the average of {average}."
    figure, table = beside_averages(services, [("This customer", found)])
    return Shown(figure, furthest, table)


def _distances(profile: Profile, found: Prediction, plotly: theme.Template, numbers: Numbers) -> Shown:
    pairs = zip(profile.segments, found.distances, strict=True)
    rows = [(segment.number, segment.name, distance) for segment, distance in pairs]
    ordered = sorted(rows, key=lambda row: row[2])
    (_, first, near), (_, second, next_near), *_ = ordered
    fixed = numbers.fixed
    finding = (
        f"Nearest: {first} at {fixed(near, 1)}, then {second} at {fixed(next_near, 1)}; the nearest border, that with "
        f"{found.neighbour.name}, is {fixed(found.border)} away."
    )
    table = Table(("Segment", "Distance"), [(name, fixed(value)) for _, name, value in ordered])
    return Shown(figures.distances(rows, plotly, numbers, found.unit), finding, table)
