"""What is wrong with a file, in the words of its problems: what was found in it, and what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.data.odd_lines import DOES
from core.data.quality import Finding
from core.schema.column_guess import Guess
from core.schema.fields import Kind
from core.schema.problems import Problem
from core.schema.schema import Schema

_DOES = {
    "unreadable": "Read as gaps. Correct them in the file.",
    "gaps": "Left as gaps; where the column builds segments, the median stands in for them.",
    "negative": "Read as gaps. Correct them in the file.",
    "impossible_age": "Read as gaps. Correct them in the file.",
    "below_zero": "Kept as they are. Check whether they are true.",
    "two_ages": "Kept as they are. Correct one of the two in the file.",
    "far_out": "Kept as they are. Check whether they are true.",
    "far_out_gap": "Read as gaps. Correct them in the file.",
    "rare_category": "Kept as they are. Merge them in the file if they mean the same as others.",
    "constant": "Kept, though nobody differs in it.",
    "ambiguous_dates": "Write dates as 2025-04-30 in the file to be sure.",
    "repeated_id": "The first row of each is kept.",
    "repeated_rows": "Kept as they are. Delete them in the file if they are the same people.",
    "zero": "Kept as they are. Empty the cells in the file if nothing is known.",
    "too_large": "Read as gaps. Correct them in the file.",
    "no_id": "Name the column with the customer's number ID, if there is one.",
    "lost_zeros": "Kept as they are. Write all with their zeros, else other files do not find these customers.",
    "births": "Only the year is used, for the age.",
    "totals": "Left out.",
    "notes": "Left out.",
    "repeated_header": "Left out.",
    "without_result": "Open the workbook in a spreadsheet program and save it there: that writes the results.",
    "blank_lines": "Left out.",
    "bought_nothing": "Kept. Leave them out of the file if they are no customers yet.",
    "children": "Write numbers in the file if there can be more than one.",
    "thousands": "Write numbers without signs between thousands in the file to be sure.",
    "unsigned": "Look whether it is right; if not, write all with the sign in the file.",
    "marked": "Look whether the mark means another number; if so, correct it in the file.",
    "decimals": "Write numbers without signs between thousands in the file to be sure.",
    "impossible_flag": "Read as gaps. Write 1 and 0 in the file.",
    **DOES,
}
_OF_ROWS = (
    "repeated_rows",
    "bought_nothing",
    "totals",
    "notes",
    "repeated_header",
    "blank_lines",
    "without_result",
    *DOES,
)
_LOOK = "Look whether it is right; if not, correct it in the file."


def of_findings(
    findings: Sequence[Finding], told: Sequence[Guess], schema: Schema, given: Mapping[str, Guess]
) -> tuple[Problem, ...]:
    """What is wrong with columns and customers; long tails of amounts are not, and codes for gaps are asked about.

    `given`: columns that were made here, whose gaps are told where they come from.
    """
    merged = {text for one in told for text, _ in one.meant}
    made = {one.name for one in schema.fields if one.column in given}
    cleaned = {*schema.of(Kind.DATE), *schema.picked("stated")}
    return tuple(
        Problem(one.sentence, one.count, _does(one, cleaned))
        for one in findings
        if one.sentence and (one.column or one.name in _OF_ROWS) and one.name not in ("outside", "code")
        if not (one.name == "rare_category" and {*one.examples} <= merged)
        if not (one.name in ("gaps", "rare_category") and one.column in made)
    )


def _does(one: Finding, cleaned: Collection[str]) -> str:
    """What is done about it; far out is a gap where the cleaning makes it one."""
    name = "far_out_gap" if one.name == "far_out" and one.column in cleaned else one.name
    return _DOES.get(name, _LOOK)
