"""What a date is written like: three places whose order is still open, or a day that is settled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from babel import Locale

from core.data.yes_no import folded

YEAR_FIRST, YEAR_LAST, OPEN = "year-first", "year-last", "two digits"
ORDERS = {YEAR_FIRST: ("ymd", "ydm"), YEAR_LAST: ("dmy", "mdy"), OPEN: ("dmy", "mdy", "ymd")}
MIDNIGHT = "@"  # stands behind a date that had a time of midnight, which a program wrote

_NUMERIC = re.compile(r"(\d{1,4})\s?([-/. _,])\s*(\d{1,2})\s?([-/. _,])\s*(\d{1,4})\.?")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s?[-/.]\s?((?:19|20)\d{2})")
_YEAR_MONTH = re.compile(r"((?:19|20)\d{2})\s?[-/.M]\s?(\d{1,2})")
# Quarters and weeks: 2024-Q3, Q3/24, T3 2024, 3. Quartal 2024, 2024-W07, KW 7/2024; 2024-W07-3 is a day.
_QUARTER = r"(?:q|qtr|t|trim(?:estre)?|quarter|quartal|kwartaal)\.?"
_YEAR_QUARTER = re.compile(rf"((?:19|20)\d{{2}})[-/. ]*{_QUARTER}[-/ ]?([1-4])", re.IGNORECASE)
_QUARTER_YEAR = re.compile(
    rf"(?:{_QUARTER}[-/ ]?([1-4])|([1-4])[.ºo]?[-/ ]?{_QUARTER})[-/., ]*['\u2019]?((?:19|20)?\d{{2}})",
    re.IGNORECASE,
)
_WEEK = r"(?:w|wk|week|kw|sem|semana|semaine)\.?"
_YEAR_WEEK = re.compile(
    rf"((?:19|20)\d{{2}})[-/. ]*{_WEEK}[-/ ]?(\d{{1,2}})(?:[-/. ]?([1-7]))?", re.IGNORECASE
)
_WEEK_YEAR = re.compile(rf"{_WEEK}[-/ ]?(\d{{1,2}})[-/., ]+((?:19|20)\d{{2}})", re.IGNORECASE)
_ERAS = {
    "明治": 1867,
    "大正": 1911,
    "昭和": 1925,
    "平成": 1988,
    "令和": 2018,
    "民國": 1911,
    "民国": 1911,
}  # the year before
_LATIN_ERAS = {"S": 1925, "H": 1988, "R": 2018}
_IDEOGRAPHS = re.compile(
    rf"({'|'.join(_ERAS)})?\s*(\d{{1,4}}|元)\s*[年년]\s*(\d{{1,2}})\s*[月월](?:\s*(\d{{1,2}})\s*[日일号號]?)?"
)
_ERA = re.compile(r"([SHR])\.?(\d{1,2})[-/.](\d{1,2})[-/.](\d{1,2})", re.IGNORECASE)
_DAY_OF_YEAR = re.compile(r"((?:19|20)\d{2})[-/]?([0-3]\d{2})")
# Letters, and the marks of scripts that write vowels and abbreviations as such.
_NAME = "(?:d['\u2019])?((?:[^\\W\\d_]|[\u0591-\u05f4\u0900-\u0dff\u0e30-\u0e4e]){2,})\\.?"
_OF = r"(?:(?:de|del|di|of)\s+)?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|re|e|º|ª|°|\.)?"
_DAY_NAME_YEAR = re.compile(
    rf"{_DAY}[-/. ]*{_OF}{_NAME}[-/., ]*{_OF}['\u2019]?(\d{{4}}|\d{{2}})\.?", re.IGNORECASE
)
_NAME_DAY_YEAR = re.compile(rf"{_NAME}[-/ ]+{_DAY}[-/, ]+(\d{{4}}|\d{{2}})", re.IGNORECASE)
_YEAR_NAME_DAY = re.compile(rf"(\d{{4}})\.?[-/., ]+{_NAME}[-/., ]+(\d{{1,2}})\.?", re.IGNORECASE)
_YEAR_DAY_NAME = re.compile(rf"(\d{{4}})\.?[-/, ]+(\d{{1,2}})\.?[-/ ]+{_NAME}", re.IGNORECASE)
_NAME_YEAR = re.compile(
    rf"{_OF}{_NAME}(?:[-/., ]*{_OF}(\d{{4}})|(?:-| ?['\u2019])(\d{{2}}))\.?", re.IGNORECASE
)
_YEAR_NAME = re.compile(rf"(\d{{4}})\.?[-/., ]+{_NAME}", re.IGNORECASE)
# Words and letters for year, month and day that stand beside them, and the article before a day.
_BESIDE = re.compile(
    r"(?<![^\W\d_])(?:г|р|года|році|року|m|d|gada|den|am|vom|le|el|il|thg|tháng)(?![^\W\d_'\u2019])\.?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(\d+)(?:[.,]\d+)?")
_WEEKDAY_BEFORE = re.compile(r"([^\W\d_]+)[.,]*\s++(.+)")
_WEEKDAY_BEHIND = re.compile(r"(.*\d[年月日년월일]?)\s*+(?:[(（,]\s*+)?([^\W\d_]+)[.)）]*")
_SPREADSHEET_EPOCH, _UNIX_EPOCH = date(1899, 12, 30), date(1970, 1, 1)
_TICKS = {9: 1, 10: 1, 13: 10**3, 16: 10**6, 19: 10**9}  # digits of a time since 1970, and ticks a second
_FIRST, _LAST = 1900, 2199
_SPOKEN = (
    "en de fr es pt it nl fi sv da nb nn is et lv lt pl cs sk sl hr sr_Latn sr bs hu ro bg mk ru uk be el tr az "
    "ca gl eu ga cy sq mt id ms vi sw af fil ar he fa hi th ja zh ko hy ka kk uz de_AT"
)
LANGUAGES = tuple(_SPOKEN.split())
_SHORTEST = 3  # letters; a shorter beginning of a name says nothing
# What spreadsheets write and Babel doesn't know.
_MORE = {"de": {"mrz": 3, "maer": 3, "maerz": 3}, "nl": {"mrt": 3}, "es": {"sept": 9, "set": 9}}

Months = Mapping[str, int]


@dataclass(frozen=True)
class Written:
    """A date as written: three numbers in their places.

    `notation` names what is read in one order; `kind` says which orders that can be, and is empty where the
    places are year, month and day already. `short` says that the year has two digits.
    """

    notation: str
    kind: str
    places: tuple[int, int, int]
    short: bool = False


MONTHS, QUARTERS, WEEKS, DAYS_OF_YEAR, ERAS = "months", "quarters", "weeks", "days of a year", "eras"


def written_dates(texts: Sequence[str | None]) -> list[Written | None]:
    """What each text is written like; None for a gap and for what is no date."""
    found = [None if text is None else _written(text) for text in texts]
    words = Counter(one.word for one in found if isinstance(one, _Named))
    months = months_of(words) if words else {}
    eights = [one for one in found if isinstance(one, _Eight)]
    year_first = 2 * sum(one.may_be(YEAR_FIRST) for one in eights) >= len(eights)
    if _are_days_of_years(eights):
        return [
            one.day_of_year if isinstance(one, _Eight) else _settled(one, months, year_first=False)
            for one in found
        ]
    return [_settled(one, months, year_first=year_first) for one in found]


def _are_days_of_years(eights: Sequence[_Eight]) -> bool:
    """Whether seven digits, such as 2024123, are years and days of these, and can't all be a day, a month and a year."""
    return all(one.day_of_year for one in eights) and not all(one.may_be(YEAR_LAST) for one in eights)


def _settled(found: _Found, months: Mapping[str, int], *, year_first: bool) -> Written | None:
    if isinstance(found, _Named):
        return found.settled(months)
    return found.settled(YEAR_FIRST if year_first else YEAR_LAST) if isinstance(found, _Eight) else found


@dataclass(frozen=True)
class _Named:
    """A date whose month is a word of some language; without a day it is that month."""

    year: str
    word: str
    day: str

    def settled(self, months: Mapping[str, int]) -> Written | None:
        month = months.get(self.word)
        if month is None:
            return None
        notation = "words" if self.day else f"{MONTHS} in words"
        return Written(notation, "", (int(self.year), month, int(self.day or 1)), short=len(self.year) == 2)


@dataclass(frozen=True)
class _Eight:
    """Eight digits: year first, as machines write it, or last; the column decides."""

    digits: str

    def settled(self, kind: str) -> Written:
        cuts = (4, 6) if kind == YEAR_FIRST else (2, 4)
        places = (self.digits[: cuts[0]], self.digits[cuts[0] : cuts[1]], self.digits[cuts[1] :])
        return Written(kind, kind, (int(places[0]), int(places[1]), int(places[2])))

    @property
    def day_of_year(self) -> Written | None:
        """The day of a year that seven digits name."""
        match = _DAY_OF_YEAR.fullmatch(self.digits[1:])
        return _of_year(int(match[1]), int(match[2])) if match and self.digits[0] == "0" else None

    def may_be(self, kind: str) -> bool:
        year, month, day = self.settled(kind).places
        believable = _FIRST <= year <= _LAST or _FIRST <= year - 543 <= _LAST
        return believable and 1 <= min(month, day) <= 12 and max(month, day) <= 31


_Found = Written | _Named | _Eight | None


def _written(text: str) -> _Found:
    midnight = text.endswith(MIDNIGHT)
    bare = text.removesuffix(MIDNIGHT)
    found = _plain(bare) or _without_weekday(bare)
    if midnight and isinstance(found, Written):
        return replace(found, notation=f"{found.notation} 00:00")
    return found


def _plain(text: str) -> _Found:
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match[1], match[3], match[5], match[2], match[4])
    if (match := _MONTH_YEAR.fullmatch(text)) and 1 <= int(match[1]) <= 12:
        return Written(MONTHS, "", (int(match[2]), int(match[1]), 1))
    if (match := _YEAR_MONTH.fullmatch(text)) and 1 <= int(match[2]) <= 12:
        return Written(MONTHS, "", (int(match[1]), int(match[2]), 1))
    if match := _DIGITS.fullmatch(text):
        return _digits(match[1])
    if found := _part_of_year(text):
        return found
    if match := _IDEOGRAPHS.fullmatch(text):
        return _of_ideographs(match[1], match[2], int(match[3]), match[4])
    if match := _ERA.fullmatch(text):
        era = _LATIN_ERAS[match[1].upper()]
        return Written(ERAS, "", (era + int(match[2]), int(match[3]), int(match[4])))
    return _with_name(text) or _with_name(" ".join(_BESIDE.sub(" ", text).split()))


def _of_ideographs(era: str | None, year: str, month: int, day: str | None) -> Written | None:
    """A day, or without one a month; years of an era are counted from its first, which may be called so."""
    if era is None and len(year) not in (2, 4):
        return None
    number = _ERAS.get(era or "", 0) + (1 if year == "元" else int(year))
    notation = (ERAS if era else "ideographs") if day else f"{MONTHS} in ideographs"
    return Written(notation, "", (number, month, int(day or 1)), short=era is None and len(year) == 2)


def _part_of_year(text: str) -> Written | None:
    """A quarter or a week as its first day, a day of a week as itself."""
    if match := _YEAR_QUARTER.fullmatch(text):
        return Written(QUARTERS, "", (int(match[1]), 3 * int(match[2]) - 2, 1))
    if match := _QUARTER_YEAR.fullmatch(text):
        quarter = int(match[1] or match[2])
        return Written(QUARTERS, "", (int(match[3]), 3 * quarter - 2, 1), short=len(match[3]) == 2)
    if match := _YEAR_WEEK.fullmatch(text):
        return _of_week(int(match[1]), int(match[2]), int(match[3] or 0))
    if match := _WEEK_YEAR.fullmatch(text):
        return _of_week(int(match[2]), int(match[1]))
    if match := _DAY_OF_YEAR.fullmatch(text):
        return _of_year(int(match[1]), int(match[2]))
    return None


def _of_year(year: int, number: int) -> Written | None:
    """A day by its number in the year."""
    day = date(year, 1, 1) + timedelta(days=number - 1)
    return Written(DAYS_OF_YEAR, "", (year, day.month, day.day)) if day.year == year else None


def _of_week(year: int, week: int, weekday: int = 0) -> Written | None:
    try:
        day = date.fromisocalendar(year, week, weekday or 1)
    except ValueError:
        return None
    return Written("words" if weekday else WEEKS, "", (day.year, day.month, day.day))


def _with_name(text: str) -> _Named | None:
    if match := _DAY_NAME_YEAR.fullmatch(text):
        return _Named(match[3], match[2], match[1])
    if match := _NAME_DAY_YEAR.fullmatch(text):
        return _Named(match[3], match[1], match[2])
    if match := _YEAR_NAME_DAY.fullmatch(text):
        return _Named(match[1], match[2], match[3])
    if match := _YEAR_DAY_NAME.fullmatch(text):
        return _Named(match[1], match[3], match[2])
    if match := _NAME_YEAR.fullmatch(text):
        return _Named(match[2] or match[3], match[1], "")
    if match := _YEAR_NAME.fullmatch(text):
        return _Named(match[1], match[2], "")
    return None


def _without_weekday(text: str) -> _Found:
    if (match := _WEEKDAY_BEFORE.fullmatch(text)) and folded(match[1]) in weekdays():
        return _plain(match[2])
    if (match := _WEEKDAY_BEHIND.fullmatch(text)) and folded(match[2]) in weekdays():
        return _plain(match[1])
    return None


def _numeric(first: str, second: str, third: str, mark: str, again: str) -> Written | None:
    if mark != again:
        return None
    places = (int(first), int(second), int(third))
    if len(first) == 4 and len(third) <= 2:
        return Written(f"{YEAR_FIRST} {mark}", YEAR_FIRST, places)
    if len(first) <= 2 and len(third) == 4:
        return Written(f"{YEAR_LAST} {mark}", YEAR_LAST, places)
    if 2 in (len(first), len(third)) and max(len(first), len(third)) == 2:  # 2.1.1 is a version of something
        return Written(f"{OPEN} {mark}", OPEN, places, short=True)
    return None


def _digits(text: str) -> Written | _Eight | None:
    if len(text) == 5 and text[0] in "123456":
        return _counted(_SPREADSHEET_EPOCH, int(text))
    if len(text) in _TICKS:
        return _counted(_UNIX_EPOCH, int(text) // (_TICKS[len(text)] * 86_400))
    if len(text) == 6:
        return _numeric(text[:2], text[2:4], text[4:], "", "")
    if len(text) == 14 and text[:2] in ("19", "20"):  # with a time behind it
        return _Eight(text[:8])
    return _Eight(text.zfill(8)) if len(text) in (7, 8) else None


def _counted(epoch: date, days: int) -> Written | None:
    try:
        day = epoch + timedelta(days=days)
    except OverflowError:
        return None
    return Written("serial", YEAR_FIRST, (day.year, day.month, day.day))


def months_of(words: Mapping[str, int]) -> dict[str, int]:
    """The month of each word, in the language that knows most of the column.

    Parameters
    ----------
    words : dict of word to the rows that hold it

    Returns
    -------
    dict of word to 1..12
        Without the words that language doesn't know, and those of which equally good ones disagree.
    """
    wanted = {word: folded(word) for word in words}
    best, found = (0, 0), list[dict[str, int]]()
    for language in LANGUAGES:
        known = {word: number for word, name in wanted.items() if (number := _month(name, language))}
        whole = sum(words[word] for word in known if wanted[word] in _names(language))
        fits = (sum(words[word] for word in known), whole)
        if fits > best:
            best, found = fits, [known]
        elif fits == best and known:
            found.append(known)
        if language == "en" and best == (sum(words.values()),) * 2:
            break
    if not found:
        return {}
    return {
        word: number for word, number in found[0].items() if all(one.get(word) == number for one in found)
    }


@cache
def _month(name: str, language: str) -> int | None:
    """Number of the month called so, or so abbreviated; None where it is none or could be two."""
    names = _names(language)
    if name in names:
        return names[name]
    if len(name) < _SHORTEST:
        return None
    begun = {number for full, number in names.items() if full.startswith(name)}
    begun = begun or {number for full, number in names.items() if len(full) > 4 and name.startswith(full)}
    return begun.pop() if len(begun) == 1 else None


@cache
def _names(language: str) -> Months:
    locale = Locale.parse(language)
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in locale.months[context][width].items():
                if not name.isdigit():
                    names.setdefault(folded(name), number)
    if language == "he":  # which writes "in" before the month without a space
        names |= {f"ב{name}": number for name, number in names.items()}
    return {**names, **_MORE.get(language, {})}


@cache
def weekdays() -> frozenset[str]:
    """Names of weekdays and their abbreviations, folded, in all languages."""
    found: set[str] = set()
    for language in LANGUAGES:
        locale = Locale.parse(language)
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide", "short"):
                found.update(folded(name) for name in locale.days[context].get(width, {}).values())
    return frozenset(name for name in found if not name.isdigit())
