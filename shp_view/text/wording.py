"""Figures in words: every rounding, sentence and title, in the register of a council paper.

Rounding is half away from zero, as the partnership's reports do, and happens here alone. Words stay neutral
(rose, fell, the same): whether a change is more than chance is not for this module to say.
"""

from __future__ import annotations

import calendar
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, floor

import pandas as pd

from shp_data.domain import counting
from shp_data.domain.counting import listed as listed
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.schema import LABELS
from shp_data.domain.selection import Point

Number = int | float | None
NOT_AVAILABLE = "not available"
VERDICTS = {
    "higher than expected": "The rise is more than chance and the usual variation between months explain.",
    "lower than expected": "The fall is more than chance and the usual variation between months explain.",
    "within usual variation": "A change of this size is within usual variation.",
}
SMALL_BASE = 30  # a percentage of fewer is shown, but not stressed
_NAMED = 3  # so many are named where many share a value
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CARDINALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def is_missing(value: Number) -> bool:
    """Is there no figure? None, NaN and pandas' NA are all that."""
    return bool(pd.isna(value))


def rounded(value: float, decimals: int = 0) -> Decimal:
    """A number rounded half away from zero: 0.5 is 1, -0.5 is -1, and nothing is ever minus zero."""
    exact = Decimal(repr(float(value)))  # as it prints: 2.675 is a half, though its binary form is just under
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0


def number(value: Number) -> str:
    """`1,246`, or `not available`."""
    return _written(value, 0)


def rate(value: Number) -> str:
    """A rate per 1,000 to one decimal: `13.3`, or `not available`."""
    return _written(value, 1)


def percent(value: Number) -> str:
    """A percentage in whole numbers: `39%`, or `not available`."""
    return NOT_AVAILABLE if is_missing(value) else f"{_written(value, 0)}%"


def lowest(value: Number) -> str:
    """The lowest whole number that a lower limit lets in: `231` for 230.4, or `not available`."""
    return NOT_AVAILABLE if value is None or is_missing(value) else number(ceil(value))


def highest(value: Number) -> str:
    """The highest whole number that an upper limit lets in: `560` for 560.8, or `not available`."""
    return NOT_AVAILABLE if value is None or is_missing(value) else number(floor(value))


def range_words(low: float, high: float) -> str:
    """The whole numbers within a range: `231 to 560` for 230.4 to 560.8."""
    return f"{lowest(low)} to {highest(high)}"


def signed(value: Number, decimals: int = 0) -> str:
    """A change with its sign: `+350`, `−15`, `0`, or `not available`."""
    text = _written(value, decimals)
    return text if value is None or is_missing(value) or rounded(value, decimals) <= 0 else f"+{text}"


def signed_percent(value: Number) -> str:
    """A percentage change with its sign: `+39%`, `−4%`, `0%`, or `not available`."""
    return NOT_AVAILABLE if is_missing(value) else f"{signed(value)}%"


def exact_percent(value: Number) -> str:
    """An indicator that is a percentage, to one decimal where it has one: `34.6%`, `53%`, or `not available`."""
    return NOT_AVAILABLE if is_missing(value) else f"{_short(value)}%"


def points(value: Number) -> str:
    """The size of a change in a percentage: `8.1 percentage points`, `1 percentage point`, or `not available`."""
    if value is None or is_missing(value):
        return NOT_AVAILABLE
    size = _short(abs(value))
    return f"{size} percentage point{'' if size == '1' else 's'}"


def signed_points(value: Number) -> str:
    """The same in a table, with its sign: `+8.1 points`, `−28 points`, `0 points`, or `not available`."""
    if is_missing(value):
        return NOT_AVAILABLE
    size = signed(value, 1).removesuffix(".0")
    return f"{size} point{'' if size in ('+1', '−1') else 's'}"


def _short(value: Number) -> str:
    return _written(value, 1).removesuffix(".0")


def ordinal(rank: int) -> str:
    """`first` to `tenth` in words, then `11th`, `22nd`."""
    if 1 <= rank <= len(_ORDINALS):
        return _ORDINALS[rank - 1]
    teens = 10 < rank % 100 < 20
    return f"{rank}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th')}"


def cardinal(count: int) -> str:
    """`no`, `one` to `ten` in words, then `11`."""
    return _CARDINALS[count] if 0 <= count < len(_CARDINALS) else number(count)


def _written(value: Number, decimals: int) -> str:
    if value is None or is_missing(value):
        return NOT_AVAILABLE
    return f"{rounded(value, decimals):,}".replace("-", "−")


def label(column: str) -> str:
    """The printed name of a column, from the schema; a column it does not name is spelt out."""
    return LABELS.get(column) or column.replace("_", " ").capitalize()


def indicator(id_: str) -> str:
    """The short printed name of an indicator: `Police ASB`. Raises SelectionError for an unknown id."""
    return partnership().vocabulary.indicator(id_).short


def month_label(month: str) -> str:
    """`Oct 2020` for `2020-10`."""
    return Month.parse(month).label


def months_named(months: list[str]) -> str:
    """`October 2020`, `October and December 2020`, `December 2020 and January 2021`, for `2020-10` and so on."""
    found = [Month.parse(month) for month in months]
    if len({month.year for month in found}) == 1:
        return f"{listed([calendar.month_name[month.month] for month in found])} {found[0].year}"
    return listed([f"{calendar.month_name[month.month]} {month.year}" for month in found])


def things(short: str, unit: str) -> str:
    """What is counted, within a sentence: `Police ASB` of `incidents` is `police ASB incidents`."""
    name = within(short)
    return name if unit.lower() in name.lower() else f"{name} {unit}"


def within(name: str) -> str:
    """A name as it stands within a sentence: `police ASB`, but `ASB` as it is."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def capital(text: str) -> str:
    """The text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def counted(count: Number, plural: str) -> str:
    """`1,246 fires`, `1 fire`, `no fires`, or `not available fires`, to stand within a sentence."""
    if count is None or is_missing(count):
        return f"{NOT_AVAILABLE} {plural}"
    return counting.counted(int(rounded(count)), plural)


def same_period(period: Period, against: Period | None = None) -> str:
    """What a period is compared with: `the same quarter last year`, or `against` by its name."""
    if against not in (None, period.last_year):
        return against.label
    quarter = period.length == 3 and " Q" in period.label
    names = {1: "the same month last year", 12: "the year before"}
    return "the same quarter last year" if quarter else names.get(period.length, "the same months last year")


def change_sentence(count: Number, last_year: Number, what: str, area: str, period: Period) -> str:
    """What happened, and how does it compare with last year? One or two sentences.

    `what`: plural, as `things` gives it. A percentage of a base under 30 is left to the table, and one of
    zero is not available.
    """
    where = f"in {area} in {period.label}"
    if count is None or is_missing(count):
        return f"The number of {what} {where} is {NOT_AVAILABLE}."
    start = f"{capital(counted(count, what))} {'was' if count == 1 else 'were'} recorded {where}"
    if last_year is None or is_missing(last_year):
        return f"{start}. The figure for {same_period(period)} is {NOT_AVAILABLE}."
    base = _base_words(last_year) if count != last_year else ""
    return f"{start}, {change_words(count, last_year)} in {same_period(period)}{base}."


def change_words(count: float, last_year: float) -> str:
    """`350 more (39%) than`, `15 fewer than` (base under 30) or `the same as`."""
    if count == last_year:
        return "the same as"
    direction = "more" if count > last_year else "fewer"
    return f"{number(abs(count - last_year))} {direction}{_share_words(count, last_year)} than"


def _share_words(count: float, last_year: float) -> str:
    return f" ({percent(100 * abs(count - last_year) / last_year)})" if last_year >= SMALL_BASE else ""


def _base_words(last_year: float) -> str:
    if last_year == 0:
        return ", when there were none (% of zero is not available)"
    return f" ({number(last_year)})" if last_year < SMALL_BASE else ""


def change_title(count: Number, last_year: Number, what: str, area: str, period: Period) -> str:
    """The message over a trend: `Drug offences in Anytown rose by 78 (98%) on the year before`."""
    start = f"{capital(what)} in {area}"
    if count is None or last_year is None or is_missing(count) or is_missing(last_year):
        return f"{start}, {period.label}"
    if count == last_year:
        return f"{start}: {number(count)}, the same as in {same_period(period)}"
    verb = "rose" if count > last_year else "fell"
    change = f"{number(abs(count - last_year))}{_share_words(count, last_year)}"
    return f"{start} {verb} by {change} on {same_period(period)}"


def comparison_title(table: pd.DataFrame, what: str, focus: str | None = None) -> str:
    """Which LPA has the highest rate, and what is that of the area in focus?"""
    return _highest_title(table, "lpa", what, focus)


def ward_title(table: pd.DataFrame, what: str) -> str:
    """Which ward has the highest rate?"""
    return _highest_title(table, "ward", what, None)


def _highest_title(table: pd.DataFrame, name: str, what: str, focus: str | None) -> str:
    known = table.dropna(subset=["rate_per_1000"])
    if known.empty or known["rate_per_1000"].max() == 0:
        said = "no rate is available" if known.empty else f"none were recorded{_of_known(table, name, ' in')}"
        return f"{capital(what)}: {said}"
    rates, top = known["rate_per_1000"].map(rate), rate(known["rate_per_1000"].max())
    if top == rate(0):
        return f"{capital(what)}: under 0.1 per 1,000 residents everywhere"
    highest = known.loc[rates == top, name].tolist()  # as printed: rates that read alike are alike
    if len(known) == 1:  # nothing to be higher than
        return f"{highest[0]} had a rate of {what} of {top} per 1,000 residents"
    start = f"{some(highest)} had the highest rate of {what}{_of_known(table, name)}: {top} per 1,000 residents"
    own = rates[known[name] == focus]
    told = focus is None or focus in highest or own.empty
    return start if told else f"{start}; {focus} had {own.iloc[0]}"


def _of_known(table: pd.DataFrame, name: str, among: str = ", of") -> str:
    """Of how many LPAs alone is the rate known? Empty where it is known of all; wards that lack one are not counted."""
    known = int(table["rate_per_1000"].notna().sum())
    return f"{among} the {number(known)} areas whose rate is known" if name == "lpa" and known < len(table) else ""


def some(names: list[str]) -> str:
    """All the names, or the first three of more than four: `A, B, C and 2 others`."""
    more = len(names) - _NAMED
    return listed(names) if more <= 1 else f"{', '.join(names[:_NAMED])} and {number(more)} others"


def point_words(place: Point) -> str:
    """A point as a link writes it: to the last decimal, so that the very point is read back."""
    return ",".join(map(repr, place))
