"""Which encoding a text is in, told from the few words that are no ASCII."""

from __future__ import annotations

import pytest

from core.data.encoding import UnreadableTextError, to_utf8
from core.errors import DataError
from tests.core.data.files import as_csv, customers
from tests.support.personality import read_customers

WORDS = {
    ("cp1251", "Windows-1251"): ["Высшее", "Среднее", "Женат"],
    ("koi8_r", "KOI8-R"): ["Высшее", "Среднее"],
    ("gb18030", "GBK"): ["硕士", "本科", "已婚"],
    ("cp932", "Shift-JIS"): ["大学院", "ガソリン"],
    ("big5", "Big5"): ["碩士", "學士", "已婚"],
    ("euc_kr", "EUC-KR"): ["기혼", "미혼", "학사"],
    ("mac_roman", "Mac Roman"): ["Zürich", "Élève"],
    ("cp1253", "Windows-1253 (Greek)"): ["Ανώτατη", "Άγαμος"],
    ("cp1256", "Windows-1256 (Arabic)"): ["متزوج", "أعزب"],
    ("cp1250", "Windows-1250"): ["Łódź", "Wyższe"],
    ("cp1254", "Windows-1254 (Turkish)"): ["Yükseköğretim", "İstanbul"],
    ("cp1252", "Latin-1"): ["Zürich", "Straße", "señor"],
}


def education(words) -> str:
    return as_csv(customers(*({"Education": word} for word in words))).decode()


@pytest.mark.parametrize(("codec", "label"), WORDS)
def test_words_in_an_encoding_of_eight_bits_are_read_and_the_encoding_is_told(codec, label):
    words = WORDS[codec, label]
    read = read_customers(education(words).encode(codec))
    assert read.frame["Education"].tolist() == words
    assert read.notes.encoding == label
    said = [one.sentence for one in read.notes.remarks if one.name == "encoding"]
    assert said == ([] if label == "Latin-1" else [f"Read as {label}: {', '.join(words)}."])


@pytest.mark.parametrize(
    "word", ["date_création_compte", "Müller’s", "Acme™", "5 €", "Dvořák".replace("ř", "r")]
)
def test_one_western_word_or_sign_is_read_as_ever(word):
    assert read_customers(education([word, "PhD"]).encode("cp1252")).frame["Education"][0] == word


def test_an_encoding_that_cannot_be_told_is_refused_with_two_readings():
    with pytest.raises(
        DataError, match=r"an encoding that can't be told \(.*, .*\).*Save it as CSV \(UTF-8\)"
    ):
        read_customers(education(["기혼"]).encode("euc_kr"))


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32"])
def test_text_of_two_or_four_bytes_a_letter_is_read(codec):
    assert read_customers(education(["Élève"]).encode(codec)).frame["Education"].tolist() == ["Élève"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_one_bad_byte_leaves_the_rest_utf_8(mark):
    text = mark + education(["Élève", "Mai"]).encode().replace(b"Mai", b"Ma\xeetre")
    read = read_customers(text)
    assert read.frame["Education"].tolist() == ["Élève", "Maître"]
    assert "One byte is no UTF-8 (the first in line 3); read as Windows-1252." in [
        one.sentence for one in read.notes.remarks
    ]


@pytest.mark.parametrize("slip", [b"\x00", b"\x08", b"\x1a"])
def test_one_control_character_is_left_out_and_told(slip):
    text = education(["Master", "PhD"]).encode()
    read = read_customers(text.replace(b"Master", b"Mas" + slip + b"ter"))
    assert read.frame["Education"].tolist() == ["Master", "PhD"]
    assert "One control character in the text, left out (line 2)." in [
        one.sentence for one in read.notes.remarks
    ]


def test_the_end_of_a_dos_file_is_no_text():
    text = education(["Master"]).encode()
    assert read_customers(text + b"\x1a").notes == read_customers(text).notes


@pytest.mark.parametrize("times", [1, 2])
def test_a_mark_that_was_saved_twice_is_none(times):
    text = education(["Élève"]).encode("utf-8-sig")
    twice = text.decode("cp1252", "replace").encode() if times == 2 else b"\xef\xbb\xbf" + text
    assert read_customers(twice).frame["Education"].tolist() == ["Élève"]


def test_many_control_characters_are_no_text():
    with pytest.raises(UnreadableTextError, match="binary data"):
        to_utf8(b"\x00\x01\x02" * 50)


@pytest.mark.parametrize(
    ("codec", "words"),
    [
        ("iso8859_2", ("Wyższe", "Średnie", "Podstawowe")),
        ("cp1257", ("Aukštasis", "Vidurinė", "Pagrindinis")),
    ],
)
def test_letters_of_middle_europe_and_the_baltic_are_no_chinese(codec, words):
    rows = customers(*({"Education": word} for word in words))
    assert read_customers(as_csv(rows, encoding=codec)).frame["Education"].tolist() == list(words)


def test_marks_that_nobody_sees_and_accents_in_two_parts_make_no_other_word_and_no_other_customer():
    rows = customers(*({"Education": word} for word in ("Élève", "E\u0301le\u0300ve", "Élève\u200b")))
    frame = read_customers(as_csv(rows, heading=lambda name: f"\u200e{name}")).frame
    assert frame["Education"].tolist() == ["Élève"] * 3
    joined = as_csv(rows[:1]) + "\ufeff".encode() + as_csv(rows[1:])
    assert read_customers(joined).frame["ID"].tolist() == [1, 2, 3]


def test_lines_of_two_encodings_are_read_as_what_each_is_in():
    words = ["Österreich", "Südtirol", "Österreich", "Südtirol"]
    lines = education(words).split("\n")
    mixed = b"\n".join(line.encode("utf-8" if place < 3 else "cp1252") for place, line in enumerate(lines))
    read = read_customers(mixed)
    assert read.frame["Education"].tolist() == words
    assert "2 bytes are no UTF-8 (the first in line 4); read as Windows-1252." in [
        one.sentence for one in read.notes.remarks
    ]
