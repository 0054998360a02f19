"""Headings as people write them, and as they misspell them."""

import pytest

from core.schema.heading_words import plain, says, spelt


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("CUSTOMERNAME", "customer name"),
        ("totalspend", "total spend"),
        ("Frequancy", "frequency"),
        ("Quantiy", "quantity"),
        ("percentage", "percentage"),
        ("contact", "contact"),
        ("Anzahl", "anzahl"),
    ],
)
def test_a_word_is_spelt_as_it_is_meant_and_another_is_let_be(heading, words):
    assert spelt(plain(heading)) == words


@pytest.mark.parametrize(
    ("heading", "what"),
    [
        ("Kd-Nr.", "customer"),
        ("n° client", "customer"),
        ("codice cliente", "customer"),
        ("klantnummer", "customer"),
        ("Código do cliente", "customer"),
        ("id_usuario", "customer"),
        ("fecha de nacimiento", "birth"),
        ("data di nascita", "birth"),
        ("geboortedatum", "birth"),
        ("leeftijd", "age"),
        ("spesa totale", "lifetime"),
        ("totaal besteed", "lifetime"),
        ("gekündigt", "event"),
        ("a résilié", "event"),
        ("opgezegd", "event"),
        ("codice postale", "postal"),
        ("Κωδικός του πελάτη", "customer"),
        ("מספר הלקוח", "customer"),
        ("Ημερομηνία γέννησης", "birth"),
        ("תאריך לידה", "birth"),
        ("Ετήσιο εισόδημα", "earned"),
        ("הכנסה שנתית", "earned"),
        ("الدخل السنوي", "earned"),
        ("ΤΖΙΡΟΣ", "lifetime"),
        ("סה״כ רכישות", "lifetime"),
        ("Αριθμός αγορών", "counted"),
        ("Ονοματεπώνυμο", "person"),
        ("שם משפחה", "person"),
        ("اسم العميل", "person"),
        ("Κινητό τηλέφωνο", "reach"),
        ("טלפון נייד", "reach"),
        ("ΑΦΜ", "secret"),
        ("תעודת זהות", "secret"),
        ("מיקוד", "postal"),
    ],
)
def test_words_are_known_in_the_languages_of_those_who_keep_customers(heading, what):
    assert says(heading, what)


@pytest.mark.parametrize("heading", ["paid", "valid", "prepaid", "is_valid", "bid"])
def test_a_word_that_ends_as_an_identifier_does_is_none(heading):
    assert not says(heading, "id")


@pytest.mark.parametrize(
    "heading", ["Ποσοστό έκπτωσης", "Ποσότητα", "מספר הזמנות", "إجمالي الطلبات", "عدد الطلبات"]
)
def test_a_part_and_a_number_of_things_are_no_amounts(heading):
    assert not says(heading, "amount", "lifetime")
