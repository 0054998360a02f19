"""Addresses that were made with a model that is no longer live: what their segments have become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from dash.development.base_component import Component

from callbacks.filters.address import NUMBERED, OF_ONE, Origin, bound, names_segments, pieces_of
from callbacks.frame.view import Query, View
from callbacks.web import pinning
from callbacks.web.pinning import MODEL, OLDER
from core.datasets.in_common import Heir, heirs
from core.errors import ModelError
from core.model.artefacts import Model
from core.numbers import listed, spell
from core.services import Services
from layouts import older as layout
from layouts.older import Way


def draw(services: Services, view: View, query: Query, text: str) -> tuple[Component, str]:
    """The page that the address `text` means, and the model that it shows, as its questions will name it."""
    live, origin = services.model, Origin.of(query)
    plain = {name: value for name, value in query.items() if name not in (MODEL, OLDER)}
    stale = bool(origin.key) and origin.key != live.card.key and view.filtered is not None
    if not stale or not (origin.older or names_segments(text, view.path)):
        return view.draw(services, plain), live.card.key
    try:
        with services.live.pinned(origin.key):
            if origin.older:
                shown = layout.around(_strip(services, view.path, text), view.draw(services, plain))
                return shown, f"{origin.key} {OLDER}"
            before, version = services.model, services.live.version
    except ModelError:
        return layout.unknown(_way_without(view.path, text)), live.card.key
    named = _numbers(text, view.path)
    found = {number: heir for number, heir in heirs(before, live).items() if number in named}
    going = [heir for heir in found.values() if _goes_on(heir, before, live)]
    if version and going and len(going) == len(named):
        strip = _strip_of_version(services, version, going, Origin(before.card.key), view.path, text)
        return layout.around(strip, view.draw(services, plain)), live.card.key
    return _choice(services, before, found, view.path, text), live.card.key


def followed(services: Services, key: str, path: str, text: str) -> tuple[str, str] | None:
    """The page and the address of what segments of that model are closest to now; None where one has no closest.

    Raises ModelError if that model is not kept any more.
    """
    live, named = services.model, _numbers(text, path)
    if not named or key in ("", live.card.key):
        return path, text
    with services.live.pinned(key):
        found = {number: heir for number, heir in heirs(services.model, live).items() if number in named}
    if set(found) != named or not all(heir.is_closest for heir in found.values()):
        return None
    return _mapped_path(path, found), _mapped(text, found)


def _goes_on(heir: Heir, before: Model, live: Model) -> bool:
    """Whether a segment is there under its number, with most of its customers who are still there."""
    came = live.card.succession
    is_new = came and came.model == before.card.key and heir.after.number not in came.names
    return heir.is_closest and heir.after.number == heir.before.number and not is_new


def _strip_of_version(
    services: Services, version: int, heirs: Iterable[Heir], origin: Origin, path: str, text: str
) -> Component:
    """What is said over a page whose address was made on another version, and whose segments go on."""
    whole = services.numbers.whole
    told = [
        f"“{one.after.name}” has {whole(one.after.size)} customers now, and had {whole(one.before.size)}"
        for one in heirs
    ]
    said = pinning.told(services.live.changed_since(origin.key))
    words = f"This address was made on version {version} of these customers: {listed(told)}. {said['who']}"
    leads = Way("Open it on that version", path, bound(text, Origin(origin.key, older=True), path))
    return layout.strip(words, said["when"], said["how"], leads)


def _strip(services: Services, path: str, text: str) -> Component:
    """What is said over a page that shows an older model."""
    said = pinning.told(services.live.changed_since(services.model.card.key))
    k = spell(len(services.model.card.profile.segments)).lower()
    version = services.live.version
    of = f" of version {version} of these customers" if version else ""
    words = f"This page shows an older model{of}, with {k} segments: all figures and names on it are of that one. "
    origin = Origin(services.model.card.key)
    return layout.strip(
        words + f"{said['who']}",
        said["when"],
        said["how"],
        Way("Show the live segments", path, bound(text, origin, path)),
    )


def _choice(services: Services, before: Model, found: Mapping[int, Heir], path: str, text: str) -> Component:
    """What has become of the segments that the address names, and the ways on."""
    live, key = services.model, before.card.key
    mapped = _mapped(text, found)
    ways = []
    if found and all(heir.is_closest for heir in found.values()):
        names = ", ".join(dict.fromkeys(heir.after.name for heir in found.values()))
        closest = _mapped_path(path, found)
        ways.append(Way(f"Show the closest: {names}", closest, bound(mapped, Origin(live.card.key), closest)))
    ways += [
        Way("Open with the model that it was made with", path, bound(text, Origin(key, older=True), path)),
        _way_without(path, text),
    ]
    said = pinning.told(services.live.changed_since(key))
    return layout.choice(
        said["who"], said["when"], said["how"], [_became(services, heir) for heir in found.values()], ways
    )


def _became(services: Services, heir: Heir) -> Component:
    numbers = services.numbers
    share = numbers.percent(heir.share)
    where = (
        f"{share} of them are in {heir.after.name} now, which has {numbers.whole(heir.after.size)} customers."
    )
    if not heir.is_closest:
        where = f"No segment holds most of them now: {share} are in {heir.after.name}, the others elsewhere."
    said = f"{numbers.whole(heir.before.size)} customers. {where}"
    return layout.became(heir.before.number, heir.before.name, said)


def _numbers(text: str, path: str) -> set[int]:
    """The segments that an address names."""
    found = [NUMBERED.fullmatch(unquote(piece)) for piece in pieces_of(text)]
    page = OF_ONE.fullmatch(path)
    return ({int(page["number"])} if page else set()) | {
        int(one) for match in found if match for one in match["numbers"].split(",") if one.isdecimal()
    }


def _mapped_path(path: str, found: Mapping[int, Heir]) -> str:
    """The page of the closest segment, where a page is about one."""
    page = OF_ONE.fullmatch(path)
    return f"{page['segments']}{found[int(page['number'])].after.number}" if page else path


def _mapped(text: str, found: Mapping[int, Heir]) -> str:
    """The address with the numbers of the closest segments instead."""
    return "&".join(filter(None, (_mapped_piece(piece, found) for piece in pieces_of(text))))


def _mapped_piece(piece: str, found: Mapping[int, Heir]) -> str:
    match = NUMBERED.fullmatch(unquote(piece))
    if match is None:
        return piece
    names = match["numbers"].split(",")
    numbers = sorted({found[int(one)].after.number for one in names if one.isdecimal() and int(one) in found})
    said = [*map(str, numbers), *(("everyone",) if "everyone" in names else ())]
    least = 2 if match["name"] == "compare" else 1
    return f"{match['name']}={','.join(said)}" if len(said) >= least else ""


def _way_without(path: str, text: str) -> Way:
    page = OF_ONE.fullmatch(path)
    return Way("Open without these segments", page["segments"].rstrip("/") if page else path, _without(text))


def _without(text: str) -> str:
    return "&".join(piece for piece in pieces_of(text) if not NUMBERED.fullmatch(unquote(piece)))
