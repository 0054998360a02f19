"""What a mark says under the pointer, in one style: what it is, then a line for each thing known of it."""

from __future__ import annotations


def tip(name: str, *lines: str) -> str:
    """A template for Plotly, which fills in what stands in `%{...}`; words of people come as text of a figure."""
    return "<br>".join((name, *lines)) + "<extra></extra>"


def against_everyone(name: str, measure: str, *, shares: bool, of: str = "") -> str:
    """Of a bar: how much, which part of all bars, the same of everyone, and the difference of the parts.

    Of a part of a bar the same, as part `of` its bar. assets/filtercharts.js keeps the five in `customdata`, for they
    follow the filters.
    """
    lines = (
        (f"%{{customdata[1]}} of {of or measure}", "everyone: %{customdata[3]}")
        if shares
        else (
            f"%{{customdata[0]}} {measure}, %{{customdata[1]}}{f' of {of}' if of else ''}",
            "everyone: %{customdata[2]}, %{customdata[3]}",
        )
    )
    return tip(name, *lines, "difference: %{customdata[4]} points")
