"""Whether the file holds everyone there is, or a sample: one choice for all pages that show how sure a figure is."""

from __future__ import annotations

from callbacks.filters.address import Asked, Option, Options

SAMPLE, ALL = "sample", "all"
OPTION: Options = {"everyone": Option.one_of(SAMPLE, ALL)}


def is_whole(asked: Asked) -> bool:
    """Whether nothing is uncertain, since nobody is missing."""
    return asked.options["everyone"] == ALL
