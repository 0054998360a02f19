"""From a page and what it is asked to a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from flask import abort, request

from callbacks import campaigns, customers, explore, overview, segments
from callbacks.filters import address
from callbacks.filters.address import Asked, Origin
from callbacks.filters.answer import counted, in_words
from callbacks.filters.answered import Answered
from callbacks.frame.page import LONGEST_ADDRESS
from callbacks.frame.view import View
from callbacks.reports import parts
from callbacks.reports.campaign import campaign
from callbacks.saved_views import words as view_words
from callbacks.web.pinning import MODEL, OLDER
from callbacks.web.validation import STRANGE, fields
from core.errors import ModelError
from core.profiles import summary
from core.reports.kept import FORMS
from core.reports.story import Part, Story
from core.services import Services
from core.store.times import now
from layouts.campaigns.page import ids as campaign_ids
from layouts.customers.page import ids as customer_ids
from layouts.explore import ids as explore_ids
from layouts.overview.page import ids as overview_ids
from layouts.segments.page import ids as segment_ids
from layouts.segments.portrait import ids as portrait_ids

Tell = Callable[[Answered], Part]
# Options that change how a page looks, and no figure of its report.
LOOKS = ("split", "as", "sort", "columns", "values")
TEXTS = ("page", "address", "form")


@dataclass(frozen=True)
class Told:
    """A page, the element that opens it, the parts of its report, and the segment that it is about, if it is one's."""

    view: View
    lead: str
    parts: Sequence[Tell]
    segment: int = 0


TOLD: Mapping[str, Told] = {
    one.view.path: one
    for one in (
        Told(overview.VIEW, overview_ids.LEAD, (parts.figures, parts.segments, parts.sure, parts.method)),
        Told(explore.VIEW, explore_ids.LEAD, (parts.distributions, parts.method)),
        Told(segments.VIEW, segment_ids.LEAD, (parts.segments, parts.differences, parts.sure, parts.method)),
        Told(campaigns.VIEW, campaign_ids.LEAD, (campaign, parts.method)),
        Told(customers.VIEW, customer_ids.LEAD, (parts.segments, parts.method)),
        *(
            Told(
                view,
                portrait_ids.LEAD,
                (partial(parts.segment, number), partial(parts.sure, of=number), parts.method),
                number,
            )
            for number, view in enumerate(segments.VIEW.below, start=1)
        ),
    )
}


def asked_of(services: Services, path: str, text: str) -> Answered:
    """What the page at `path` shows for what its address asks.

    Raises SelectionError if it asks for what is not there, or this table lacks what the page needs.
    """
    page = TOLD[path].view.asked(services)
    return Answered(services, page, address.parse(text, services.model.crossfilter, page.options))


def story(services: Services, path: str, text: str, site: str, *, whole: bool) -> Story:
    """The report of a page as it is asked, or of the `whole` segmentation, everyone in it; `site` is where Parterre is."""
    found = asked_of(services, "/" if whole else path, "" if whole else text)
    opened = TOLD[found.page.path]
    title = "The segments" if whole else titled(services, found.page.path)
    return Story(
        f"{services.dataset.title}: {title}",
        found.texts[opened.lead],
        _stamps(found),
        _link(found, site),
        [*(_whole(found) if whole else [tell(found) for tell in opened.parts]), *parts.notes(found)],
    )


def titled(services: Services, path: str) -> str:
    """What a page is called: a segment's by the segment."""
    told = TOLD[path]
    if 0 < told.segment <= len(services.model.card.profile.segments):
        return services.model.card.profile.segment(told.segment).name
    return told.view.title


def _whole(found: Answered) -> list[Part]:
    services = found.services
    compared = parts.all_differences(asked_of(services, "/segments", ""))
    said = [parts.figures(found, short=True), parts.segments(found), compared, parts.sure(found)]
    if not campaigns.VIEW.lacks(services):
        said.append(campaign(asked_of(services, "/campaigns", "")))
    return [*said, parts.method(found)]


def _stamps(found: Answered) -> list[tuple[str, str]]:
    services, card = found.services, found.services.model.card
    shown = view_words.options(services, _figured(found.asked)).strip(" ()")
    version = (services.live.version if services.live.is_older else None) or services.dataset.version.number
    return [
        ("Filters", "; ".join(in_words(services, found.asked.selection)) or "all customers"),
        *([("Shown", shown)] if shown else []),
        ("Counted", counted(services, found.answer)),
        ("Dataset", f"{services.dataset.title}, version {version}, {card.data.name}"),
        ("Model", f"{card.key}, {card.parameters.k} segments, made {summary.moment(card.made)}"),
        ("Report made", summary.moment(now())),
    ]


def _figured(asked: Asked) -> Asked:
    """What is asked, as far as it changes figures."""
    kept = {name: value for name, value in asked.options.items() if name not in LOOKS}
    return Asked(asked.selection, kept, asked.known)


def _link(found: Answered, site: str) -> str:
    """The address that shows these figures for as long as the model is kept, whichever is live."""
    own = [str(_figured(found.asked)), f"{MODEL}={found.services.model.card.key}", f"{OLDER}=yes"]
    return f"{site}{found.page.path}?{'&'.join(filter(None, own))}"


def body(*more: str) -> dict[str, Any]:
    """The request's: which page as which file, of it or of everything, and `more` texts; nothing else."""
    given = fields(**dict.fromkeys((*TEXTS, *more), str), whole=bool)
    is_long = any(len(given[name]) > LONGEST_ADDRESS for name in (*TEXTS, *more))
    if is_long or given["page"] not in TOLD or given["form"] not in FORMS:
        abort(400, STRANGE)
    return given


@contextmanager
def as_shown(services: Services, text: str) -> Iterator[None]:
    """With the model that an address names, or the live one; 404 in words where that is not kept."""
    try:
        with services.live.pinned(Origin.of(dict(parse_qsl(text))).key or None):
            yield
    except ModelError:
        abort(404, "The segments of this page are not kept here any more. Reload the page.")


def checked(services: Services, given: dict[str, Any]) -> dict[str, Any]:
    """The same as it is kept: its address as the app writes it, who reads, and where Parterre is."""
    found = asked_of(services, given["page"], given["address"])
    return given | {
        "address": str(found.asked),
        "locale": services.numbers.locale,
        "site": request.url_root.rstrip("/"),
    }
