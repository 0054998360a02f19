"""How numbers are written for people: thousands, decimals, currency, percent, in one locale."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache, partial
from typing import TypeGuard

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import (
    NumberFormatError,
    NumberPattern,
    format_compact_decimal,
    format_decimal,
    parse_decimal,
    parse_pattern,
)

from core.errors import SettingsError
from core.schema.fields import MOST_DECIMALS, Field, Kind

UNKNOWN = "not known"
MINUS = "\N{MINUS SIGN}"
_HUNDREDTH, _THOUSANDTH = map(Decimal, ("0.01", "0.001"))
_NOISE = 1e-9  # magnitude up to which a number is what rounding left of nothing
WRITTEN = 8192  # numbers whose text is remembered
_ARTICLES = ("a", "an", "the", "our")
_COLLECTIVE = (
    "group",
    "club",
    "segment",
    "tier",
    "core",
    "base",
    "crowd",
    "class",
    "cluster",
    "tail",
    "rest",
    "middle",
)
_MARK = "\N{INVISIBLE SEPARATOR}"
_KEPT = re.compile(rf"{_MARK}([0-9.,e%+-]+){_MARK}")
_SPACES = re.compile(r"[\s'’]")
# Of whole numbers without signs only those with groups: others may be years, or parts of words.
_ENGLISH = re.compile(r"(?<![\w.,-])(?:-?\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|-?\d+\.\d+%?|-?\d+%|-\d+)")
_MONEY = r"\s*(?:[$€£¥₹]|[A-Z]{3})?\s*"
_TYPED = re.compile(_MONEY + r"(?P<number>[+\u2212-]?[0-9][0-9\s.,'’]*+|[+\u2212-]?[.,][0-9]+)" + _MONEY)


@dataclass(frozen=True)
class Numbers:
    """Writes and reads numbers as the people of `locale` do; money in `currency`, or plain without one."""

    locale: str = "en_US"
    currency: str = ""

    def __post_init__(self) -> None:
        try:
            Locale.parse(self.locale)
        except (UnknownLocaleError, ValueError) as error:
            raise SettingsError(
                f"PARTERRE_LOCALE: found {self.locale!r}. Expected a locale such as en_US or de_DE."
            ) from error
        if self.currency and self.currency not in get_global("all_currencies"):
            raise SettingsError(
                f"PARTERRE_CURRENCY: found {self.currency!r}. Expected an ISO code such as EUR, or nothing."
            )

    @cached_property
    def separators(self) -> str:
        """Decimal and thousands separator, as Plotly's `layout.separators` wants them."""
        symbols = Locale.parse(self.locale).number_symbols["latn"]
        return str(symbols["decimal"] + symbols["group"])

    def whole(self, value: float | None) -> str:
        """1234.5 as 1,234; <1, or >−1, for what rounds to nothing, but is not."""
        if not _known(value):
            return UNKNOWN
        return _least(value, self.whole) or _decimal(round(value), "", self.locale)

    def many(self, count: int, one: str, more: str) -> str:
        """So many of something, or that so many do something: 1 customer, 1,234 customers."""
        return f"{self.whole(count)} {one if count == 1 else more}"

    def decimal(self, value: float | None, decimals: int = 1) -> str:
        """One decimal at most: 4.25 as 4.2, 4.0 as 4; or as many as there are; <0.1, or >−0.1, for what rounds to nothing, but is not."""
        if not _known(value):
            return UNKNOWN
        if least := _least(value, partial(self.decimal, decimals=decimals), decimals):
            return least
        return _decimal(_fine(value, decimals), ".#" if decimals == 1 else _places(decimals), self.locale)

    def money(self, value: float | None, decimals: int = 0) -> str:
        """An amount in the currency if one is set; without cents, unless they are told as `decimals`."""
        if not _known(value):
            return UNKNOWN
        if least := _least(value, partial(self.money, decimals=decimals), decimals):
            return least
        cut = _fine(value, decimals) if decimals else round(value)
        if not self.currency:
            return _decimal(cut, _places(decimals), self.locale)
        return _amount(cut, decimals, self.locale, self.currency)

    def compact(self, value: float) -> str:
        """Short, for axes: 40,000 as 40K, 2,500,000 as 2.5M."""
        if abs(value) < 10000:
            return _decimal(Decimal(f"{value:.9g}"), ".#########", self.locale)
        short = str(format_compact_decimal(value, fraction_digits=1, locale=self.locale))
        return (
            self.decimal(value) if short.lstrip("-").isdecimal() else _signed(short)
        )  # some have no word for K

    def rate(self, value: float | None) -> str:
        """A fraction to the tenth of a percent: 0.1491 as 14.9%; neither none nor all unless it is."""
        if not _known(value):
            return UNKNOWN
        if 0 < value < 0.0005:
            return f"<{self.rate(0.001)}"
        if 0.9995 <= value < 1:
            return f">{self.rate(0.999)}"
        return _percent(_cut(value, _THOUSANDTH), ".0", self.locale)

    def percent(self, value: float | None, decimals: int = 0) -> str:
        """A fraction: 0.154 as 15%; one decimal below ten percent, or as many as are told; <0.1% or >99% for what is not
        none or all."""
        if not _known(value):
            return UNKNOWN
        if decimals:
            write, unit = partial(self.percent, decimals=decimals), float(_unit(decimals + 2))
            if _NOISE < 1 - value <= unit / 2:
                return f">{write(1 - unit)}"
            return _least(value, write, decimals + 2) or _percent(
                _fine(value, decimals + 2), _places(decimals), self.locale
            )
        if 0 < value < 0.0005:
            return f"<{self.percent(0.001)}"
        if 0.995 <= value < 1:
            return f">{self.percent(0.99)}"
        if abs(value) < 0.0995:
            return _percent(_cut(value, _THOUSANDTH), ".#", self.locale)
        return _percent(_cut(value, _HUNDREDTH), "", self.locale)

    def chance(self, value: float | None) -> str:
        """A chance that a model gives: in whole percent, cut towards even odds, and never none nor all, but <1% or >99%.

        It hangs on parameters of some hundreds of customers: no check on what happened later could tell it finer. Cut,
        it is nowhere told surer than it is, on either side of 5% and 95% as the verdict that hangs on these is.
        """
        if not _known(value):
            return UNKNOWN
        if value < 0.01:
            return f"<{self.percent(0.01)}"
        whole = round(100 * value, 7)
        cut = math.ceil(whole) if whole < 50 else math.floor(whole)
        return f">{self.percent(0.99)}" if whole > 99 else _percent(Decimal(cut) / 100, "", self.locale)

    def span(self, low: float, high: float, write: Callable[[float], str], *, percent: bool = False) -> str:
        """The ends of an interval: 0.2 to 0.4; in more decimals where those would be the same and are not: 0.18 to 0.21."""
        ends = write(low), write(high)
        if ends[0] == ends[1] and low < high:
            scale = 100 if percent else 1
            digits = min(max(1, -math.floor(math.log10(scale * (high - low)))), MOST_DECIMALS)
            ends = self.fixed(scale * low, digits), self.fixed(scale * high, digits)
            ends = (self.with_percent(ends[0]), self.with_percent(ends[1])) if percent else ends
        return " to ".join(ends)

    def between(self, field: Field, low: float, high: float) -> str:
        """The ends of an interval of values of `field`; of chances that a model gives one word where both ends are it."""
        write = partial(self.of, field)
        if field.is_chance and write(low) == write(high):
            return write(low)
        return self.span(low, high, write, percent=field.in_percent)

    def rates(self, low: float, high: float) -> str:
        """The ends of an interval of rates: 10.0% to 11.9%, 14.92% to 14.94%."""
        return self.span(low, high, self.rate, percent=True)

    def with_percent(self, written: str) -> str:
        """A number that a browser writes, with the percent sign on the side, and as far from it, as the locale has it."""
        pattern = Locale.parse(self.locale).percent_formats[None].pattern
        return re.sub(r"[#,0.]+", lambda _: written, pattern, count=1)

    def of(self, field: Field, value: float | None) -> str:
        """`value` of `field` in the form of its kind and the decimals of its spread, without its unit."""
        if field.kind is Kind.AMOUNT:
            return self.money(value, field.decimals)
        if field.is_chance:
            return self.chance(value)
        if field.kind is Kind.FLAG:
            return self.rate(value)
        if field.in_percent:
            return self.percent(value, field.decimals)
        return self.decimal(value, field.decimals or 1)

    def fixed(self, value: float, digits: int = 2) -> str:
        """So many decimals: a coefficient of -0.504 as −0.50, what rounds to nothing as 0.00."""
        return _again(str(Decimal(f"{value:.{digits}f}") + 0), self.locale)  # no negative zero

    def signed(self, value: float | None) -> str:
        """A difference with one decimal and its sign: +1.4, −0.8; what rounds to nothing as 0, a gap as a dash."""
        if not _known(value):
            return "\N{EN DASH}"
        return f"{'+' if value > 0 else ''}{self.fixed(value, 1)}" if abs(value) >= 0.05 else "0"

    def times(self, value: float, average: float) -> str:
        """The difference in words: 2.1x the average, a third below average."""
        if value == average:
            return "the average"
        if average < 0:  # a multiple of a loss says nothing
            return f"{'above' if value > average else 'below'} average"
        if not average > 0:
            return "no average to compare with"
        ratio = value / average
        if ratio >= 1.95:
            return f"{self.fixed(ratio, 1)}x the average"
        if abs(ratio - 1) < 0.005:
            return "the average"
        if ratio < 0:
            return "below average"
        if 0 < ratio < 0.005:
            return f"{self.percent(0.999)} below average"
        return f"{_percent(abs(ratio - 1), '', self.locale)} {'above' if ratio > 1 else 'below'} average"

    def typed(self, value: float | None, decimals: int = 2) -> str:
        """As a person would type it: no thousands, up to so many decimals; a gap as nothing."""
        if not _known(value):
            return ""
        return str(format_decimal(value, f"0.{'#' * decimals}", self.locale))

    def anew(self, english: str) -> str:
        """Words of ours in which numbers are written in English, such as 1,000 to 1,249.5; written for the reader."""
        return _anew(english, self.locale)

    def told(self, words: str) -> str:
        """Words that were kept or raised, with the numbers in them (see `to_tell`) written for the reader."""
        return _KEPT.sub(lambda found: self.anew(found[1]), words)

    def read(self, text: str) -> float:
        """The number in `text`, as typed by a person: spaces, currency signs and thousands are allowed.

        Raises ValueError if there is no one number in it.
        """
        found = _TYPED.fullmatch(text.strip())
        if not found:
            raise ValueError(text)
        try:
            plain = _SPACES.sub("", found["number"]).replace(MINUS, "-")
            return float(parse_decimal(plain, locale=self.locale, strict=True))
        except (NumberFormatError, InvalidOperation) as error:  # the latter of more digits than Babel writes
            raise ValueError(text) from error


def _fine(value: float, decimals: int) -> Decimal:
    """Rounded to so many decimals, two or more without what adding up leaves behind: a sum halfway between two goes by it."""
    return _cut(float(f"{value:.12g}") if decimals > 1 else value, _unit(decimals))


def _cut(value: float, to: Decimal) -> Decimal:
    """Rounded as it is written, so that what is written alike is looked up as one."""
    written = Decimal(str(float(value)))
    return written.quantize(to) + 0 if written.is_finite() else written  # no negative zero


# A page writes hundreds of numbers, each for its chart and for its table.
@lru_cache(maxsize=WRITTEN)
def _decimal(value: float | Decimal, decimals: str, locale: str) -> str:
    return _signed(_pattern(decimals, locale, percent=False).apply(value, _locale(locale)))


@lru_cache(maxsize=WRITTEN)
def _anew(english: str, locale: str) -> str:
    return _ENGLISH.sub(lambda found: _again(found[0].replace(",", ""), locale), english)


def _again(number: str, locale: str) -> str:
    """As many decimals as there are."""
    digits = number.removesuffix("%")
    value, decimals = Decimal(digits), re.sub(r"\d", "0", digits.lstrip("-0123456789"))
    return _decimal(value, decimals, locale) if digits == number else _percent(value / 100, decimals, locale)


@lru_cache(maxsize=WRITTEN)
def _percent(value: float | Decimal, decimals: str, locale: str) -> str:
    return _signed(_pattern(decimals, locale, percent=True).apply(value, _locale(locale)))


@lru_cache(maxsize=WRITTEN)
def _amount(value: float | Decimal, decimals: int, locale: str, currency: str) -> str:
    pattern = copy(_locale(locale).currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    return _signed(pattern.apply(value, _locale(locale), currency=currency, currency_digits=False))


@lru_cache(maxsize=256)  # Babel reads it anew for each number, which takes three times as long as to write it
def _pattern(decimals: str, locale: str, *, percent: bool) -> NumberPattern:
    """The locale's own, which groups digits and places the percent sign, with such decimals as `.0#`."""
    known = _locale(locale).percent_formats if percent else _locale(locale).decimal_formats
    return parse_pattern(re.sub(r"0(\.[0#]+)?", f"0{decimals}", known[None].pattern))


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def _signed(text: str) -> str:
    """A minus is as wide as a figure; a hyphen is not, and may end a line."""
    return text.replace("-", MINUS)


def _least(value: float, write: Callable[[float], str], decimals: int = 0) -> str:
    """What is said of a gain, or loss, that rounds to nothing; no word of any other value."""
    unit = float(_unit(decimals))
    if not _NOISE < abs(value) <= unit / 2:
        return ""
    return f"<{write(unit)}" if value > 0 else f">{write(-unit)}"


def _unit(decimals: int) -> Decimal:
    """The least that is written in so many decimals."""
    return Decimal(1).scaleb(-decimals)


def _places(decimals: int) -> str:
    return f".{'0' * decimals}" if decimals else ""


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and not math.isnan(value)


@lru_cache(maxsize=64)
def written_in(locale: str, currency: str) -> Numbers:
    """Numbers of a locale, made once."""
    return Numbers(locale, currency)


@lru_cache(maxsize=64)
def locale_of(tag: str) -> str:
    """The locale that a browser calls `tag`, such as de-CH; nothing if it is none that we know and can read."""
    try:
        found = Numbers(str(Locale.parse(tag, sep="-")))
    except (SettingsError, UnknownLocaleError, ValueError, TypeError):
        return ""
    return found.locale if _TYPED.fullmatch(found.decimal(1234.5)) else ""


def to_tell(number: float, form: str = ",.0f") -> str:
    """A number in words that are kept or raised, where nobody knows who will read them: English between two marks
    that nobody sees, until `Numbers.told` writes it for the reader."""
    text = f"{number:{form}}"
    return f"{_MARK}{text}{_MARK}" if _ENGLISH.search(text) else text


def in_marks(english: str) -> str:
    """Words of ours with English numbers, which are written for the reader once there is one."""
    return _ENGLISH.sub(lambda found: f"{_MARK}{found[0]}{_MARK}", english)


def plain(words: str) -> str:
    """Words that were kept or raised, in English, for programs and logs."""
    return words.replace(_MARK, "")


_WORDS = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def listed(words: Sequence[str]) -> str:
    """Words as a list within a sentence: one, two and three."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def agreed(name: str, one: str, many: str) -> str:
    """The verb for a segment's name: those that are computed are of several, and of people's own some are of one."""
    head = re.split(r" (?:with|of|who|in|from|and|for) ", name.casefold())[0]
    words = re.findall(r"[^\W\d_]+", head)
    is_one = bool(words) and (words[0] in _ARTICLES or words[-1] in _COLLECTIVE)
    return one if is_one and not (words[0] == "the" and words[-1].endswith("s")) else many


def every(number: int) -> str:
    """So many of so many within a sentence: both, all three."""
    return "both" if number == 2 else f"all {spell(number).lower()}"


def spell(number: int) -> str:
    """A small number as a word, to begin a sentence with."""
    return _WORDS[number - 1] if number <= len(_WORDS) else str(number)
