from __future__ import annotations

import pytest

from core.errors import SettingsError
from core.numbers import Numbers, agreed, every, locale_of, plain, to_tell
from core.schema.derivations import FromHistory
from core.schema.fields import Field, Kind
from tests.support.personality import FIELDS

NUMBERS = Numbers()


@pytest.mark.parametrize(
    ("locale", "typed", "meant"),
    [
        ("en_US", "52,000.50", 52000.5),
        ("en_US", "$52,000", 52000),
        ("en_US", "52 000", 52000),
        ("de_DE", "52.000,50 €", 52000.5),
        ("de_DE", "51381,5", 51381.5),
        ("de_CH", "52'000.5", 52000.5),
    ],
)
def test_numbers_are_read_as_the_locale_writes_them(locale, typed, meant):
    assert Numbers(locale).read(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "abc", "1e5", "5 apples", "12-3", "52.000,50", "5,2", "NaN", "１２", "--5"]
)
def test_what_could_mean_two_things_is_not_guessed(typed):
    with pytest.raises(ValueError, match=r"^"):
        Numbers("en_US").read(typed)


@pytest.mark.parametrize(("unit", "times"), [("1,", 40), ("1,1111", 30), (" ", 100_000), (" 1", 50_000)])
def test_what_is_too_long_to_be_a_number_is_none_and_keeps_nobody_waiting(unit, times):
    with pytest.raises(ValueError, match=r"^"):
        Numbers("en_US").read("1" + unit * times + "x" * (times > 40))


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "fr_FR", "sv_SE"])
def test_what_is_put_into_a_field_is_read_back_the_same(locale):
    numbers = Numbers(locale)
    assert numbers.read(numbers.typed(51381.5)) == 51381.5
    assert numbers.read(numbers.money(1234567)) == 1234567


def test_what_is_negative_has_a_true_minus_and_is_read_back():
    numbers = Numbers("en_US")
    assert [numbers.money(-3046), numbers.rate(-0.021), numbers.decimal(-0.5), numbers.compact(-25000)] == [
        "−3,046",
        "−2.1%",
        "−0.5",
        "−25K",
    ]
    assert Numbers("en_US", "EUR").money(-3046) == "−€3,046"
    assert numbers.read(numbers.money(-3046)) == -3046
    assert numbers.typed(-3046) == "-3046"


def test_amounts_carry_the_currency_only_if_it_is_known():
    assert Numbers("en_US", "USD").money(1234.4) == "$1,234"
    assert Numbers("de_DE", "EUR").money(1234.4).replace("\xa0", " ") == "1.234 €"
    assert Numbers("en_US").money(1234.4) == "1,234"


def test_a_gap_is_said_and_never_shown_as_a_number():
    numbers = Numbers()
    assert {numbers.money(None), numbers.percent(float("nan")), numbers.of(FIELDS["Age"], None)} == {
        "not known"
    }


def test_the_difference_is_said_in_words():
    assert NUMBERS.times(1307, 606) == "2.2x the average"
    assert NUMBERS.times(303, 606) == "50% below average"
    assert NUMBERS.times(606, 606) == "the average"
    assert NUMBERS.times(5, 0) == "no average to compare with"


def test_an_average_below_zero_is_one_to_compare_with():
    assert [NUMBERS.times(value, -47) for value in (-7, 5, -90, -47)] == [
        "above average",
        "above average",
        "below average",
        "the average",
    ]


def test_an_unknown_locale_or_currency_names_the_variable():
    with pytest.raises(SettingsError, match="PARTERRE_LOCALE: found 'xx_YY'"):
        Numbers("xx_YY")
    with pytest.raises(SettingsError, match="PARTERRE_CURRENCY: found 'EURO'"):
        Numbers("en_US", "EURO")


def test_a_small_share_is_not_written_as_nothing():
    numbers = Numbers()
    assert [numbers.percent(share) for share in (0, 1 / 2240, 0.0006, 0.154)] == [
        "0%",
        "<0.1%",
        "0.1%",
        "15%",
    ]


def test_neither_none_nor_all_is_written_where_it_is_not_so():
    numbers = Numbers()
    assert [numbers.percent(share) for share in (0.9949, 0.996, 1)] == ["99%", ">99%", "100%"]
    assert [numbers.rate(share) for share in (0, 0.0001, 0.0006, 0.9994, 0.9996, 1)] == [
        "0.0%", "<0.1%", "0.1%", "99.9%", ">99.9%", "100.0%"
    ]  # fmt: skip
    assert [numbers.whole(value) for value in (0, 0.2, 0.5, 0.6)] == ["0", "<1", "<1", "1"]
    assert [numbers.decimal(value) for value in (0, 0.03, 0.06)] == ["0", "<0.1", "0.1"]
    assert [Numbers("en_US", "EUR").money(value) for value in (0, 0.3, 1)] == ["€0", "<€1", "€1"]


def test_a_loss_that_rounds_to_nothing_is_not_written_as_none():
    numbers = Numbers("en_US", "EUR")
    assert [numbers.money(value) for value in (-0.3, -0.6)] == [">−€1", "−€1"]
    assert [Numbers().money(-0.3), numbers.whole(-0.5), numbers.whole(-0.6)] == [">−1", ">−1", "−1"]


def test_what_rounding_errors_leave_of_nothing_is_nothing():
    left = 3 * 0.1 - 0.3
    assert {NUMBERS.money(left), NUMBERS.money(-left), NUMBERS.whole(left), NUMBERS.whole(-left)} == {"0"}


def test_what_is_left_of_an_average_is_not_said_to_be_nothing():
    assert NUMBERS.times(2, 1000) == ">99% below average"
    assert NUMBERS.times(0, 1000) == "100% below average"
    assert NUMBERS.times(-4, 100) == "below average"
    assert NUMBERS.times(-5, -10) == "above average"


def test_nothing_against_nothing_is_the_average():
    assert NUMBERS.times(0, 0) == "the average"


@pytest.mark.parametrize(
    ("value", "written"), [(-0.504, "−0.50"), (-0.001, "0.00"), (0.786, "0.79"), (1.0, "1.00")]
)
def test_a_coefficient_has_two_decimals_and_a_minus(value, written):
    assert NUMBERS.fixed(value) == written


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en_US", "1,000 to 1,249.5, 0.25, −0.50, −500 to 0, 2.5% to 40% in 2014-06"),
        ("de_DE", "1.000 to 1.249,5, 0,25, −0,50, −500 to 0, 2,5\xa0% to 40\xa0% in 2014-06"),
        ("fr_FR", "1\u202f000 to 1\u202f249,5, 0,25, −0,50, −500 to 0, 2,5\xa0% to 40\xa0% in 2014-06"),
        ("de_CH", "1’000 to 1’249.5, 0.25, −0.50, −500 to 0, 2.5% to 40% in 2014-06"),
    ],
)
def test_numbers_in_our_own_words_are_written_for_the_reader(locale, written):
    assert Numbers(locale).anew("1,000 to 1,249.5, 0.25, -0.50, -500 to 0, 2.5% to 40% in 2014-06") == written


def test_figures_and_differences_have_the_readers_decimal_sign():
    numbers = Numbers("de_DE")
    assert (numbers.fixed(-0.504), numbers.signed(1.44), numbers.times(1307, 606)) == (
        "−0,50",
        "+1,4",
        "2,2x the average",
    )
    assert (numbers.signed(0.04), numbers.signed(None), numbers.compact(0.25)) == ("0", "–", "0,25")
    assert numbers.compact(25_000) == "25.000", "there is no German K"
    assert [numbers.percent(0.154), Numbers("tr_TR").percent(0.154)] == ["15\N{NO-BREAK SPACE}%", "%15"]
    assert Numbers("en_IN").anew("100,000 to 1,000,000") == "1,00,000 to 10,00,000"


def test_a_number_that_was_kept_in_words_is_written_for_who_reads_them():
    kept = f"{to_tell(1234)} rows of {to_tell(12)}, “1,234.5” in the file, {to_tell(2.5, '.1f')} MB"
    assert Numbers("de_DE").told(kept) == "1.234 rows of 12, “1,234.5” in the file, 2,5 MB"
    assert Numbers().told(kept) == plain(kept) == "1,234 rows of 12, “1,234.5” in the file, 2.5 MB"


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("de-CH", "de_CH"),
        ("fr", "fr"),
        ("en-US", "en_US"),
        ("*", ""),
        ("xx-YY", ""),
        ("../../etc", ""),
        ("nqo", ""),
    ],
)
def test_a_browser_may_name_a_locale_whose_numbers_forms_can_read(tag, locale):
    assert locale_of(tag) == locale


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("Older budget families", "come"),
        ("Customers with high tenure and low charges", "come"),
        ("Savers", "come"),
        ("Stammkunden", "come"),
        ("The regulars", "come"),
        ("VIP club", "comes"),
        ("The core of the city", "comes"),
        ("Group B", "come"),
    ],
)
def test_a_verb_agrees_with_the_name_of_a_segment(name, verb):
    assert agreed(name, "comes", "come") == verb


def test_two_of_two_are_both_and_one_is_no_plural():
    assert (every(2), every(3)) == ("both", "all three")
    assert Numbers().many(1, "customer", "customers") == "1 customer"
    assert Numbers().many(1200, "customer", "customers") == "1,200 customers"


def test_what_rounds_to_nothing_has_no_sign():
    numbers = Numbers()
    assert [numbers.decimal(-1e-12), numbers.percent(-0.0001), numbers.rate(-0.0)] == ["0", "0%", "0.0%"]
    assert [numbers.decimal(-0.01), numbers.money(-0.001, 2)] == [">−0.1", ">−0.01"]


@pytest.mark.parametrize(
    ("kind", "deviation", "value", "said"),
    [
        (Kind.AMOUNT, 602.0, 605.8, "606"),
        (Kind.AMOUNT, 0.602, 0.627, "0.63"),
        (Kind.AMOUNT, 1.2, 3.99, "3.99"),
        (Kind.AMOUNT, 0.003, 0.0042, "0.0042"),
        (Kind.AMOUNT, 0.602, 0.001, "<0.01"),
        (Kind.AMOUNT, 0.602, 0.0, "0.00"),
        (Kind.AMOUNT, 0.602, -0.25, "−0.25"),
        (Kind.COUNT, 2.0, 4.25, "4.2"),
        (Kind.COUNT, 0.05, 0.0123, "0.012"),
        (Kind.RATIO, 0.2, 0.0124, "0.01"),
        (Kind.RATIO, 0.2, 0.352, "0.35"),
        (Kind.RATIO, 2.0, 4.25, "4.2"),
        (Kind.SHARE, 0.3, 0.0042, "0.4%"),
        (Kind.SHARE, 0.0017, 0.0042, "0.42%"),
        (Kind.FLAG, 0.001, 0.0042, "0.4%"),
    ],
)
def test_a_number_has_the_decimals_of_what_customers_differ_by(kind, deviation, value, said):
    field = Field("Price", "Price", kind).at_scale(deviation)
    assert NUMBERS.of(field, value) == said
    assert NUMBERS.of(field.at_scale(1e6), 605.8) == NUMBERS.of(Field("Price", "Price", kind), 605.8)


def test_small_amounts_have_the_sign_of_the_currency_where_the_locale_has_it():
    assert Numbers("en_US", "USD").money(-1.5, 2) == "−$1.50"
    assert Numbers("de_DE", "EUR").money(0.627, 2).replace("\xa0", " ") == "0,63 €"
    assert Numbers("en_US", "USD").money(0.00004, 4) == "<$0.0001"


def test_what_adding_up_leaves_behind_changes_no_cent():
    assert {NUMBERS.money(one, 2) for one in (443.155, 443.15499999999986, 443.15500000000003)} == {"443.16"}


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.182, 0.201, "0.18 to 0.20"),
        (2.46, 2.64, "2.5 to 2.6"),
        (0.011, 0.041, "0.01 to 0.04"),
        (3.0, 3.0, "3 to 3"),
        (605.91, 605.9107, "605.9100 to 605.9107"),
    ],
)
def test_ends_of_an_interval_are_told_apart(low, high, said):
    numbers = Numbers()
    assert numbers.span(low, high, numbers.decimal) == said


def test_ends_of_an_interval_of_rates_are_told_apart():
    assert Numbers().rates(0.1486, 0.1494) == "14.86% to 14.94%"
    assert Numbers().rates(0.1, 0.119) == "10.0% to 11.9%"
    assert Numbers("de_DE").rates(0.0001, 0.0004) == "0,01\xa0% to 0,04\xa0%"
    assert Numbers().rates(0.0, 0.0) == "0.0% to 0.0%"


def test_in_decimals_a_chance_that_is_not_sure_is_not_all():
    told = [Numbers().percent(value, 3) for value in (0.9999999, 0.99998, 1.0)]
    assert told == [">99.999%", "99.998%", "100.000%"]


ACTIVE = Field("Active", "Active", Kind.SHARE, derived=FromHistory(("Recency",)))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "<1%"),
        (0.0042, "<1%"),
        (0.0151, "2%"),
        (0.05, "5%"),
        (0.0512, "6%"),
        (0.6582, "65%"),
        (0.9487, "94%"),
        (0.95, "95%"),
        (0.99989, ">99%"),
        (1.0, ">99%"),
        (float("nan"), "not known"),
    ],
)
def test_a_chance_by_a_model_is_told_no_finer_than_it_is_known_and_never_as_sure(value, said):
    assert NUMBERS.chance(value) == said
    assert NUMBERS.of(ACTIVE.at_scale(0.00002), value) == said


def test_the_interval_of_chances_is_one_word_where_both_ends_are():
    assert NUMBERS.between(ACTIVE, 0.99982, 0.99989) == ">99%"
    assert NUMBERS.between(ACTIVE, 0.612, 0.614) == "61%"
    assert NUMBERS.between(ACTIVE, 0.6, 0.7) == "60% to 70%"
    assert NUMBERS.between(Field("Part", "Part", Kind.SHARE), 0.612, 0.614) == "61.2% to 61.4%"


def test_the_share_of_yes_is_written_as_rates_of_answers_are_wherever_it_stands():
    assert NUMBERS.of(Field("Response", "Response", Kind.FLAG), 0.1491) == NUMBERS.rate(0.1491) == "14.9%"
