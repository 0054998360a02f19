"""What an address asks of the list of customers: columns and sort, for the page and for the files."""

from __future__ import annotations

import re
from urllib.parse import unquote

from callbacks.filters.address import Asked, Option, Options
from core.exports import display as shown
from core.model.sorting import Sort
from core.services import Services

_TOKENS = re.compile(r"-?[A-Za-z0-9_.~-]+(,[A-Za-z0-9_.~-]+)*|")
LONGEST_COLUMNS = 3000


def _are_tokens(text: str) -> bool:
    return _TOKENS.fullmatch(text) is not None


OPTIONS: Options = {
    "columns": Option("", _are_tokens, "names of columns, or all", LONGEST_COLUMNS),
    "sort": Option("", _are_tokens, "the name of a column, after a - for the largest first"),
}


def chosen(services: Services, asked: Asked) -> list[str]:
    """The columns that are asked for.

    Raises ColumnError if one is not there.
    """
    return shown.chosen(asked.options["columns"], services.model.people)


def sorted_by(services: Services, asked: Asked) -> Sort | None:
    """The sort that is asked for.

    Raises SelectionError if there is no such column.
    """
    return Sort.parse(unquote(asked.options["sort"].replace("~", "%")), services.model.people)
