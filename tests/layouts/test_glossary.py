"""What technical words mean, in one line each."""

from __future__ import annotations

import pytest
from dash import html

from layouts.components import page, section
from layouts.glossary import WORDS, WRITTEN, words_in


def test_every_word_has_one_line_that_is_a_whole_sentence():
    assert len({name for name, _, _ in WORDS}) == len(WORDS)
    odd = [
        name
        for name, line, _ in WORDS
        if not (30 < len(line) <= 125 and line[0].isupper() and line[-1] == ".")
    ]
    assert odd == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Silhouette 0.22, and the median", ["Median", "Silhouette"]),
        ("A medianite drifting on", []),
        ("standardised", ["Standard deviation"]),
        ("drift", ["Drift"]),
    ],
)
def test_words_are_found_whole_and_in_any_case(text, names):
    assert [name for name, _ in words_in(text)] == names


def test_a_word_is_explained_once_and_nearest_to_where_it_stands():
    inner = section("How clear", html.P("silhouette"), html.Table(**{"data-table": '{"head": ["Jaccard"]}'}))
    drawn = page("Name", "Of a median", inner, html.P("silhouette"))
    marks = [getattr(one, "aria-label") for one in drawn._traverse() if hasattr(one, WRITTEN)]
    assert marks == ["Explain: Median", "Explain: Jaccard, Silhouette"]
