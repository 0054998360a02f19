"""The charts of the segments page that show everyone, whatever the filters: where segments lie."""

from __future__ import annotations

from callbacks.segments.asked import Seen
from core.profiles.geometry import Biplot, biplot, centre_distances
from layouts.components import Shown, Table
from layouts.segments import space as segment_space
from layouts.segments.figures import Trace
from layouts.segments.page import ids


def standing(seen: Seen) -> dict[str, Shown]:
    """The flat picture, and the distances between centres."""
    return {ids.MAP: flat(seen), ids.CENTRES: centres(seen)}


def flat(seen: Seen) -> Shown:
    """Customers, centres and fields on the two directions in which customers vary most."""
    model, numbers = seen.services.model, seen.services.numbers
    found = biplot(model.space, model.people)
    fields = seen.labels(found.fields)
    loadings = [(float(x), float(y)) for x, y in found.loadings]
    first, second = (numbers.percent(share) for share in found.shares)
    figure = segment_space.flat(
        _points(seen, found),
        [(float(x), float(y)) for x, y in found.centres],
        [segment_space.Arrow(label, x, y) for label, (x, y) in zip(fields, loadings, strict=True)],
        seen.plotly,
        axes=(f"first direction, {first} of the variance", f"second direction, {second} of the variance"),
    )
    finding = (
        f"The two directions hold {numbers.percent(sum(found.shares))} of the variance. For viewing only: the "
        f"segments were made in {'both' if len(fields) == 2 else f'all {len(fields)}'} dimensions. Arrows point to where a field is high; "
        f"{numbers.whole(len(found.points))} customers are shown."
    )
    rows = [
        (label, numbers.fixed(x), numbers.fixed(y)) for label, (x, y) in zip(fields, loadings, strict=True)
    ]
    return Shown(figure, finding, Table(("Correlation", "First direction", "Second direction"), rows))


def _points(seen: Seen, found: Biplot) -> list[Trace]:
    return [
        Trace(number, seen.names[number], found.points[found.segments == number].round(2).ravel().tolist())
        for number in seen.found.numbers
    ]


def centres(seen: Seen) -> Shown:
    """How far apart the centres of each two segments are."""
    fixed = seen.services.numbers.fixed
    names, matrix = seen.names, centre_distances(seen.services.model.space)
    pairs = [(float(matrix[a, b]), b + 1, a + 1) for a in range(len(matrix)) for b in range(a)]
    (near, *closest), (far, *widest) = min(pairs), max(pairs)
    rows = [
        (seen.called(place), *("" if place == other else fixed(value) for other, value in enumerate(row, 1)))
        for place, row in enumerate(matrix.tolist(), 1)
    ]
    finding = (
        f"{names[closest[0]]} and {names[closest[1]]} are {fixed(near, 1)} apart."
        if len(pairs) == 1
        else f"Nearest: {names[closest[0]]} and {names[closest[1]]}, {fixed(near, 1)} apart. "
        f"Furthest: {names[widest[0]]} and {names[widest[1]]}, {fixed(far, 1)}."
    )
    table = Table(("Segment", *map(str, seen.found.numbers)), rows)
    drawn = segment_space.distances(matrix.round(2).tolist(), names[1:], seen.plotly, seen.services.numbers)
    return Shown(drawn, finding, table)
