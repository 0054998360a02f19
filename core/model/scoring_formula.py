"""The model in a spreadsheet: one formula for a row, or a workbook with inputs, constants and steps."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from core.model.curves import Shape
from core.model.space import Space

ROWS = 500  # that a workbook has formulas for
LONGEST = 8192  # characters of a formula in Excel
TYPICAL = "A typical customer"
_INPUTS, _STEPS, _MODEL = "Customers", "Steps", "Model"
_MIDDLE, _OFF, _BY, _CENTRES = 1, 2, 3, 4  # rows of the sheet of constants, from 0


@dataclass(frozen=True)
class Signs:
    """What stands between arguments, and before decimals: both are of the reader's country."""

    between: str = ","
    decimal: str = "."


ENGLISH, CONTINENTAL = Signs(), Signs(";", ",")


def as_formula(space: Space, *, row: int = 2, signs: Signs = ENGLISH) -> str:
    """The segment of a row, by one formula.

    Parameters
    ----------
    row : int, default=2
        Its inputs stand from column B on, in the order of `space.basis`; what is no number is a gap.

    Notes
    -----
    As the pipeline does: the median for a gap, curves where a field is bent, standardised, and the nearest centre by squared distance, of equally near
    ones the first. It needs LET: Excel 2021, LibreOffice 24.8, Google Sheets. Excel reads fifteen digits of a constant.
    """
    write, comma = _Written(signs), signs.between
    steps = []
    for place, (middle, off, by) in enumerate(zip(space.medians, space.means, space.scales, strict=True)):
        cell = f"{xl_col_to_name(place + 1)}{row}"
        steps += [f"x_{place + 1}", f"IF(ISNUMBER({cell}){comma}{cell}{comma}{write(middle)})"]
        bent = _bent(space, place, f"x_{place + 1}", signs)
        steps += [f"z_{place + 1}", f"({bent}-{write(off)})/{write(by)}"]
    for number, centre in enumerate(space.centres, start=1):
        steps += [f"d_{number}", "+".join(f"(z_{i}-{write(one)})^2" for i, one in enumerate(centre, start=1))]
    k = len(space.centres)
    least = f"MIN({comma.join(f'd_{number}' for number in range(1, k + 1))})"
    found = str(k)
    for number in range(k - 1, 0, -1):
        found = f"IF(d_{number}=least{comma}{number}{comma}{found})"
    return f"=LET({comma.join([*steps, 'least', least, found])})"


def as_text(space: Space, labels: Sequence[str], names: Mapping[int, str]) -> str:
    """The formula in both notations, and what has to stand where."""
    inputs = [f"{xl_col_to_name(place)}2: {label}" for place, label in enumerate(labels, start=1)]
    segments = [f"{number}: {name}" for number, name in names.items()]
    formulas = [as_formula(space, signs=signs) for signs in (ENGLISH, CONTINENTAL)]
    long = (
        f"It has more than the {LONGEST} characters that Excel takes in a cell: take the workbook there.\n"
        if max(map(len, formulas)) > LONGEST
        else ""
    )
    return (
        "The segment of the customer in row 2, for Excel (2021 or later), LibreOffice (24.8 or later) and Google Sheets. "
        "A gap is an empty cell. Copy it down for further rows. Function names are English: where your spreadsheet has "
        f"others, take the workbook, which works in every language.\n{long}\n"
        f"{chr(10).join(inputs)}\n\nSegments\n{chr(10).join(segments)}\n\n"
        f"With commas between arguments and points before decimals:\n{formulas[0]}\n\n"
        f"With semicolons between arguments and commas before decimals:\n{formulas[1]}\n"
    )


class _Written:
    """Writes numbers so that a spreadsheet reads them as they are, negative ones in brackets."""

    def __init__(self, signs: Signs) -> None:
        self.decimal = signs.decimal

    def __call__(self, value: float) -> str:
        text = repr(float(value)).upper().replace(".", self.decimal)
        return f"({text})" if value < 0 else text


def _bent(space: Space, place: int, value: str, signs: Signs) -> str:
    """A field without gaps, on its curve if it has one."""
    curve = space.curves[place] if space.curves else None
    if curve is None:
        return value
    above = _raised(f"1+{value}", curve.power, signs)
    logarithm = curve.shape is Shape.LOGARITHM
    below = "0" if logarithm else f"-{_raised(f'1-{value}', 2 - curve.power, signs)}"
    return f"IF({value}>=0{signs.between}{above}{signs.between}{below})"


def _raised(base: str, power: float, signs: Signs) -> str:
    """Yeo and Johnson's curve on one side of zero."""
    by = _Written(signs)(power)
    return f"(({base})^{by}-1)/{by}" if power else f"LN({base})"


def as_workbook(space: Space, labels: Sequence[str], names: Mapping[int, str], *, rows: int = ROWS) -> bytes:
    """Three sheets: customers to fill in, with their segment; the steps to it; and the constants of the model."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True})
        inputs, steps, model = (book.add_worksheet(name) for name in (_INPUTS, _STEPS, _MODEL))
        for sheet in (inputs, steps, model):
            sheet.set_row(0, None, bold)
            sheet.freeze_panes(1, 1)
        _write_model(model, space, labels, names)
        inputs.write_row(0, 0, ["Customer", *labels, "Segment", "Name"])
        steps.write_row(0, 0, ["Customer", *labels, *(f"Distance to {number}" for number in names)])
        for row in range(1, rows + 1):
            _write_steps(steps, space, row)
            _write_segment(inputs, space, row)
        inputs.write_row(1, 0, [TYPICAL, *map(float, space.medians)])
        inputs.set_column(0, len(labels) + 2, 18)
    return content.getvalue()


def _write_model(sheet: Worksheet, space: Space, labels: Sequence[str], names: Mapping[int, str]) -> None:
    sheet.write_row(0, 0, ["", *labels, "Name"])
    told = {_MIDDLE: "For a gap", _OFF: "Taken off", _BY: "Divided by"}
    for row, values in zip(told, (space.medians, space.means, space.scales), strict=True):
        sheet.write_row(row, 0, [told[row], *map(float, values)])
    for number, name in names.items():
        centre = map(float, space.centres[number - 1])
        sheet.write_row(_CENTRES + number - 1, 0, [number, *centre, name])
    sheet.set_column(0, len(labels), 14)


def _write_steps(sheet: Worksheet, space: Space, row: int) -> None:
    """Standardised inputs, then the squared distance to each centre."""
    p = len(space.basis)
    sheet.write_formula(row, 0, f"={_INPUTS}!{xl_rowcol_to_cell(row, 0)}")
    for column in range(1, p + 1):
        cell = f"{_INPUTS}!{xl_rowcol_to_cell(row, column)}"
        middle, off, by = (
            f"{_MODEL}!{xl_rowcol_to_cell(constant, column, row_abs=True)}"
            for constant in (_MIDDLE, _OFF, _BY)
        )
        bent = _bent(space, column - 1, f"IF(ISNUMBER({cell}),{cell},{middle})", ENGLISH)
        sheet.write_formula(row, column, f"=({bent}-{off})/{by}")
    own = f"{xl_rowcol_to_cell(row, 1, col_abs=True)}:{xl_rowcol_to_cell(row, p, col_abs=True)}"
    for place in range(len(space.centres)):
        ends = [xl_rowcol_to_cell(_CENTRES + place, column, row_abs=True, col_abs=True) for column in (1, p)]
        sheet.write_formula(row, p + 1 + place, f"=SUMPRODUCT(({own}-{_MODEL}!{':'.join(ends)})^2)")


def _write_segment(sheet: Worksheet, space: Space, row: int) -> None:
    p, k = len(space.basis), len(space.centres)
    distances = f"{_STEPS}!{xl_rowcol_to_cell(row, p + 1)}:{xl_rowcol_to_cell(row, p + k)}"
    who, found = xl_rowcol_to_cell(row, 0), xl_rowcol_to_cell(row, p + 1)
    sheet.write_formula(row, p + 1, f'=IF({who}="","",MATCH(MIN({distances}),{distances},0))', None, "")
    named = ":".join(
        xl_rowcol_to_cell(_CENTRES + place, p + 1, row_abs=True, col_abs=True) for place in (0, k - 1)
    )
    sheet.write_formula(row, p + 2, f'=IF({who}="","",INDEX({_MODEL}!{named},{found}))', None, "")
