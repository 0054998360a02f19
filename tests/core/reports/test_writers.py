"""One story in four files: the same words and figures in each, and nobody's words are anything but words."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import openpyxl
import pytest
from pptx import Presentation
from pypdf import PdfReader

from core.reports.drawing import qr
from core.reports.kept import FORMS
from core.reports.slides import slides
from core.reports.story import PERCENT, Bar, Chart, Grid, Part, Portrait, Story, Words

EVIL = "=cmd|'/c calc'!A0 #eval(\"1\") $x$ <script src=//evil.example>alert(1)</script> <b>&"
BARS = [Bar(EVIL, 301, "301 (13%)", "#3877B8", 400.0), Bar("Budget", 1939, "1,939 (87%)", "#8A2C67", 1939.0)]
DOTS = [
    Bar("Older", 0.223, "22.3% of 301", "#3877B8", interval=(0.179, 0.273)),
    Bar("Younger", 0.022, "2.2% of 413", "#8A2C67", interval=(0.012, 0.041)),
]


def story(*blocks, link="http://localhost/?Segment=1&model=0123&older=yes"):
    stamps = [("Filters", f"Name: {EVIL}"), ("Model", "0123")]
    return Story(f"Acme {EVIL}", f"Six segments. {EVIL}", stamps, link, [Part("The segments", EVIL, blocks)])


@pytest.fixture(scope="module")
def told() -> Story:
    return story(
        Portrait(1, EVIL, "#3877B8", "13% of customers", EVIL, [EVIL], "Stable", "Keep", EVIL),
        Chart("Customers by segment", "Most: Budget.", "customers", BARS),
        Chart("Board", "Skip.", "rate", DOTS, PERCENT, 0.273, "break-even 27.3%"),
        Grid("Means", "As they are.", ("Field", EVIL, EVIL), [("Age", "58.1", EVIL)] * 60),
        Words(EVIL),
    )


@pytest.fixture(scope="module")
def reader(told) -> PdfReader:
    return PdfReader(io.BytesIO(FORMS["pdf"].write(told)))


def flat(words: str) -> str:
    return re.sub(r"\s+", "", words)


def test_a_pdf_says_all_of_it_as_it_was_written(reader):
    said = flat("".join(page.extract_text() for page in reader.pages))
    assert said.count(flat(EVIL)) > 8
    assert all(flat(words) in said for words in ("13% of customers", "Most: Budget.", "Name: =cmd"))


def test_a_pdf_is_tagged_in_a_language_and_every_font_is_inside(reader):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  # an object of pypdf
    assert root["/Lang"] == "en"
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    inside = [one["/DescendantFonts"][0].get_object()["/FontDescriptor"] for one in fonts]
    assert inside
    assert all(one.keys() & {"/FontFile2", "/FontFile3"} for one in inside)
    assert any("Inter" in one["/BaseFont"] for one in fonts)


def test_each_page_of_a_pdf_is_stamped(reader):
    assert len(reader.pages) > 1
    assert all("Model: 0123" in page.extract_text() for page in reader.pages)
    assert all("model=0123" in page.extract_text() for page in reader.pages)


def test_letters_that_no_font_has_are_no_reason_to_refuse_a_report():
    assert PdfReader(io.BytesIO(FORMS["pdf"].write(story(Words("\U0001fae8 \ue000"))))).pages


def test_slides_hold_charts_that_can_be_edited_with_their_values(told):
    deck = Presentation(io.BytesIO(FORMS["pptx"].write(told)))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert [list(series.values) for series in charts[0].plots[0].series] == [[301, 1939], [400, 1939]]
    assert list(charts[0].plots[0].categories) == [EVIL, "Budget"]
    assert list(charts[1].plots[0].series[0].values) == [0.223, 0.022]
    bars = charts[1].plots[0].series[0]._element.xpath("c:errBars/c:plus//c:v")
    assert [float(one.text) for one in bars] == pytest.approx([0.05, 0.019])
    book = openpyxl.load_workbook(io.BytesIO(charts[0].part.chart_workbook.xlsx_part.blob))
    assert [cell.data_type for cell in book.active["A"][1:]] == ["s", "s"]
    columns, line = charts[1].plots
    assert [(one.name, list(one.values)) for one in line.series] == [("break-even 27.3%", [0.273, 0.273])]
    assert len(columns.series) == 1
    assert line._element.xpath("c:axId/@val") == columns._element.xpath("c:axId/@val")
    book = openpyxl.load_workbook(io.BytesIO(charts[1].part.chart_workbook.xlsx_part.blob))
    assert [cell.value for cell in book.active["C"]] == ["break-even 27.3%", 0.273, 0.273]


def test_slides_show_words_as_runs_and_each_says_what_it_is_of(told):
    deck = Presentation(io.BytesIO(FORMS["pptx"].write(told)))
    for slide in deck.slides:
        said = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert slide.shapes.title.text_frame.text
        assert "Model: 0123" in said
        links = [run.hyperlink.address for shape in slide.shapes if shape.has_text_frame
                 for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]  # fmt: skip
        assert told.link in links
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert sum(len(table.rows) - 1 for table in tables) == 60
    assert tables[0].cell(1, 2).text_frame.text == EVIL


def test_a_workbook_computes_nothing_and_holds_the_values(told):
    book = openpyxl.load_workbook(io.BytesIO(FORMS["xlsx"].write(told)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}
    sheet = next(sheet for sheet in book if sheet.title.endswith("Customers by segment"))
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [301, 1939]
    assert ("Model", "0123") in [row[:2] for row in book["About"].iter_rows(values_only=True)]


def test_numbers_in_sheets_are_shown_as_the_words_beside_them_say_them(told):
    book = openpyxl.load_workbook(io.BytesIO(FORMS["xlsx"].write(told)))
    shown = {sheet.title[2:]: [cell.number_format for cell in sheet[2]] for sheet in book}
    assert shown["Customers by segment"][1:3] == ["#,##0", "#,##0"]
    assert shown["Board"][1:4] == [PERCENT, PERCENT, PERCENT]
    deck = Presentation(io.BytesIO(FORMS["pptx"].write(told)))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    edited = openpyxl.load_workbook(io.BytesIO(charts[1].part.chart_workbook.xlsx_part.blob)).active
    assert [cell.number_format for cell in edited[2]][1:] == [PERCENT, PERCENT]


def test_words_from_right_to_left_stand_apart_from_the_numbers_that_follow_them():
    """Their second number would stand before the first. A link and the form of numbers are no words."""
    spent, link = "הוצאה כוללת", "http://localhost/?City=חיפה"
    apart = f"\u2068{spent}\u2069 1,350, 2.9x the average"
    form = '#,##0 "د.إ"'
    chart = Chart(spent, f"{spent} 1,350, 2.9x the average", "", BARS, form)
    told = story(chart, Words(f"{spent} 1,350, 2.9x the average"), link=link)
    page = FORMS["html"].write(told).decode()
    assert page.count(apart) == 2
    assert f"\u2068{spent}\u2069<" not in page
    assert f'href="{link}"' in page
    deck = Presentation(io.BytesIO(FORMS["pptx"].write(told)))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    assert sum(apart in shape.text_frame.text for shape in shapes if shape.has_text_frame) == 2
    book = openpyxl.load_workbook(io.BytesIO(FORMS["xlsx"].write(told)))
    assert sum(cell.value == apart for row in book["Report"] for cell in row) == 2
    assert book[f"1 {spent}"]["B2"].number_format == form
    assert PdfReader(io.BytesIO(FORMS["pdf"].write(told))).pages


class Asked(HTMLParser):
    """What a page would load, and which tags it has."""

    def __init__(self) -> None:
        super().__init__()
        self.loads, self.tags = [], set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.loads += [
            v for name, v in attributes if name in ("src", "srcset", "data", "xlink:href", "action")
        ]


def test_a_web_page_is_alone_and_runs_nothing(told):
    page = FORMS["html"].write(told).decode()
    found = Asked()
    found.feed(page)
    assert found.loads == []
    assert found.tags.isdisjoint({"script", "link", "img", "iframe", "object", "form", "base", "b"})
    assert "url(" not in page
    assert "301 (13%)" in page


def test_a_link_longer_than_a_square_holds_has_none():
    link = "http://localhost/?" + "x" * 4000
    assert qr(link, "svg") == b""
    assert [len(FORMS[form].write(story(Words("Said."), link=link))) > 1000 for form in FORMS] == [True] * 4


@pytest.mark.parametrize("form", FORMS)
def test_what_xml_may_not_hold_makes_no_report_fail(form):
    odd = "a\x0bb\x01\ufffe"
    chart = Chart(odd, odd, odd, [Bar(odd, 1.0, odd, "#123456")])
    made = Story(odd * 100, odd, [(odd, odd)], "http://localhost/", [Part(odd, odd, [chart])])
    assert FORMS[form].write(made)


def test_small_amounts_and_losses_are_not_rounded_or_cut_away_on_a_slide():
    bars = [Bar("A", 0.627, "0.63 €", "#123456"), Bar("B", -0.25, "−0.25 €", "#123456")]
    deck = Presentation(io.BytesIO(slides(story(Chart("Fees", "", "EUR", bars, '#,##0.00 "€"')))))
    [chart] = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert chart._chartSpace.xpath(".//c:val//c:formatCode")[0].text == '#,##0.00 "€"'
    assert chart.value_axis.minimum_scale is None, "what is below zero is drawn"
