"""Which names an account may have."""

import pytest

from core.accounts.users import check_username
from core.errors import AccountError


@pytest.mark.parametrize("name", ["eve", "Anna", "anna.lopez@example.com", "4you", "a-b_c+d", "x" * 64])
def test_ordinary_names_are_fine(name):
    check_username(name)


@pytest.mark.parametrize(
    "name", ["=1+2a", "+cmd", "-cmd", "@SUM(a1)", "\tabc", "\rabc", "=HYPERLINK", "'abc"]
)
def test_a_name_that_a_spreadsheet_would_run_is_refused(name):
    with pytest.raises(AccountError, match="start with a letter or digit"):
        check_username(name)


@pytest.mark.parametrize("name", ["12345", "1-2", "12.5", "1e5", "12E4", "nan", "Infinity", "inf"])
def test_a_name_that_reads_as_a_number_is_refused(name):
    with pytest.raises(AccountError, match="reads as a number"):
        check_username(name)


@pytest.mark.parametrize(
    "name", ["anna b", "anna\n", "anna\n=1", "a,b", 'a"b', "zoë", "аnna", "ſam", "a/b", "a\x00b"]
)
def test_signs_that_could_be_mistaken_or_misread_are_refused(name):
    with pytest.raises(AccountError, match="letters a-z, digits") as refused:
        check_username(name)
    assert refused.value.field == "username"


@pytest.mark.parametrize(("name", "length"), [("", 0), ("ab", 2), ("x" * 65, 65)])
def test_a_name_too_short_or_long_hears_its_length(name, length):
    with pytest.raises(AccountError, match=f"this one has {length}"):
        check_username(name)
