"""What the card of a segment says under a selection: always of the same customers, and of whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from callbacks import trust
from core.crossfilter.table import Selection
from core.model.given_names import Naming, Said
from core.model.profile import SegmentProfile
from core.profiles import advice
from core.profiles import narrative as words
from core.profiles.selected import SEGMENT, parts
from core.services import Services
from layouts.cards import PHRASES, Card, card_id

Texts = dict[str, str]
FEW = "Few customers: read averages with care."


def cards(services: Services, texts: Texts) -> list[Card]:
    """What the card of each segment says, with the `texts` of a page."""
    profile, verdicts = services.model.card.profile, advice.rows(services.model)
    cents = advice.cents(services.model)
    badges, namings = trust.badges(services), services.live.namings
    drawn = []
    for segment in profile.segments:
        number, verdict = segment.number, verdicts.get(segment.number)
        suggestion = advice.suggestion(segment, profile, services.numbers, services.schema, verdict, cents)
        said = namings.get(number, Naming())
        drawn.append(
            Card(
                number,
                segment.name,
                texts,
                (suggestion.title, suggestion.text),
                badges.get(number),
                said.note.text if said.note else "",
                _by(said.name, "Named"),
                _by(said.note, "Noted"),
                bool(services.schema.outcomes),
            )
        )
    return drawn


def _by(said: Said | None, what: str) -> str:
    """Who said it and when, to the minute; times are UTC."""
    if said is None:
        return ""
    when = datetime.fromisoformat(said.when)
    return f"{what} by {said.by}, {when:%Y-%m-%d %H:%M} UTC."


def seen(services: Services, selection: Selection) -> Mapping[int, SegmentProfile]:
    """Each segment, as those of it are who pass the filters on other fields."""
    if selection:
        return parts(services.model, selection)
    return {segment.number: segment for segment in services.model.card.profile.segments}


def texts(services: Services, selection: Selection, page: str) -> Texts:
    """All that follows the filters on the cards of a page, by the ids of its elements."""
    profile, found = services.model.card.profile, seen(services, selection)
    chosen = {code + 1 for code in selection.codes(SEGMENT)}
    said: Texts = {}
    for segment in profile.segments:
        part = found[segment.number]
        size = _size(segment, part, selection, chosen, services)
        said |= {
            card_id(page, segment.number, name): text
            for name, text in ({"size": size} | _about(part, services)).items()
        }
    return said


def _size(
    whole: SegmentProfile, part: SegmentProfile, selection: Selection, chosen: set[int], services: Services
) -> str:
    numbers, value = services.numbers, services.model.card.profile.value
    money = [
        f"{numbers.percent(part.spending_share)} of {services.schema[value].of_all(all_)}"
        for all_ in ("", "all ")
        if value
    ]
    shares = ", ".join([f"{numbers.percent(part.share)} of all customers", *money[1:]])
    of = f"{numbers.whole(part.size)} of {numbers.whole(whole.size)}"
    if not selection:
        return ", ".join([f"{numbers.percent(part.share)} of customers", *money[:1]])
    if not chosen or whole.number in chosen:
        return f"{of} selected: {shares}"
    if not selection.without(SEGMENT):
        return f"Not selected. {numbers.many(whole.size, 'customer', 'customers')}: {shares}"
    return f"Not selected. {of} pass the other filters: {shares}"


def _about(part: SegmentProfile, services: Services) -> Texts:
    profile, numbers, schema = services.model.card.profile, services.numbers, services.schema
    phrases = words.stands_out(part, profile, numbers, schema)[:PHRASES] if part.size else []
    customers = "this customer" if part.size == 1 else f"these {numbers.whole(part.size)} customers"
    return {
        "few": FEW if part.size > 0 and part.small else "",
        "words": words.description(part, profile, numbers, schema) if part.size else "Nobody is selected.",
        "see": f"See {customers}" if part.size else "",
        **{f"phrase-{n}": phrases[n - 1] if n <= len(phrases) else "" for n in range(1, PHRASES + 1)},
    }
