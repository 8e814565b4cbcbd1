"""Figures in words: every rounding, sentence and title, in the style of a council paper.

Rounding is half away from zero, as in the partnership's reports, and happens only here. Words stay neutral
(rose, fell, the same): `verdict_words` says whether a change is clear.
"""

from __future__ import annotations

import calendar
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, floor

import pandas as pd

from shp_data.domain import counting
from shp_data.domain.counting import join_names as join_names
from shp_data.domain.periods import Month, Period
from shp_data.domain.schema import LABELS
from shp_data.domain.selection import Point

Number = int | float | None
NOT_AVAILABLE = "not available"
NO_FIGURE = "No figure is available to draw."  # the alternative text of an empty chart or map
SMALL_BASE = 30  # a percentage of fewer is printed, but not stressed
_MOST_NAMED = 3  # names that are listed where many share a value
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CARDINALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def is_missing(value: Number) -> bool:
    """Return whether there is no figure: None, NaN or pandas' NA."""
    return bool(pd.isna(value))


def round_number(value: float, decimals: int = 0) -> Decimal:
    """Round a number half away from zero: 0.5 is 1, -0.5 is -1. The result is never minus zero."""
    exact = Decimal(repr(float(value)))  # as it prints: 2.675 is a half, though its binary form is just under
    # Adding 0 turns minus zero into zero.
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0


def format_number(value: Number) -> str:
    """Format a whole number: `1,246`, or `not available`."""
    return _format_decimals(value, 0)


def format_rate(value: Number) -> str:
    """Format a rate per 1,000 to one decimal: `13.3`, or `not available`."""
    return _format_decimals(value, 1)


def format_percent(value: Number) -> str:
    """Format a percentage in whole numbers: `39%`, or `not available`."""
    return NOT_AVAILABLE if is_missing(value) else f"{_format_decimals(value, 0)}%"


def format_lowest(value: Number) -> str:
    """Format the lowest whole number within a lower limit: `231` for 230.4, or `not available`."""
    return NOT_AVAILABLE if value is None or is_missing(value) else format_number(ceil(value))


def format_highest(value: Number) -> str:
    """Format the highest whole number within an upper limit: `560` for 560.8, or `not available`."""
    return NOT_AVAILABLE if value is None or is_missing(value) else format_number(floor(value))


def format_range(low: float, high: float) -> str:
    """Format the whole numbers within a range: `231 to 560` for 230.4 to 560.8."""
    return f"{format_lowest(low)} to {format_highest(high)}"


def format_signed(value: Number, decimals: int = 0) -> str:
    """Format a change with its sign: `+350`, `−15`, `0`, or `not available`."""
    text = _format_decimals(value, decimals)
    return text if value is None or is_missing(value) or round_number(value, decimals) <= 0 else f"+{text}"


def format_signed_percent(value: Number) -> str:
    """Format a percentage change with its sign: `+39%`, `−4%`, `0%`, or `not available`."""
    return NOT_AVAILABLE if is_missing(value) else f"{format_signed(value)}%"


def format_exact_percent(value: Number) -> str:
    """Format a percentage, to one decimal where it has one: `34.6%`, `53%`, or `not available`."""
    return NOT_AVAILABLE if is_missing(value) else f"{_format_short(value)}%"


def format_points(value: Number) -> str:
    """Format the size of a change in a percentage: `8.1 percentage points`, or `not available`."""
    if value is None or is_missing(value):
        return NOT_AVAILABLE
    size = _format_short(abs(value))
    return f"{size} percentage point{'' if size == '1' else 's'}"


def format_signed_points(value: Number) -> str:
    """Format a change in a percentage for a table: `+8.1 points`, `−28 points`, or `not available`."""
    if is_missing(value):
        return NOT_AVAILABLE
    size = format_signed(value, 1).removesuffix(".0")
    return f"{size} point{'' if size in ('+1', '−1') else 's'}"


def _format_short(value: Number) -> str:
    return _format_decimals(value, 1).removesuffix(".0")


def format_ordinal(rank: int) -> str:
    """Format a rank: `first` to `tenth` in words, then `11th`, `22nd`."""
    if 1 <= rank <= len(_ORDINALS):
        return _ORDINALS[rank - 1]
    # 11th, 12th and 13th do not follow their last digit.
    teens = 10 < rank % 100 < 20
    return f"{rank}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th')}"


def format_cardinal(count: int) -> str:
    """Format a count: `no`, `one` to `ten` in words, then `11`."""
    return _CARDINALS[count] if 0 <= count < len(_CARDINALS) else format_number(count)


def _format_decimals(value: Number, decimals: int) -> str:
    if value is None or is_missing(value):
        return NOT_AVAILABLE
    return f"{round_number(value, decimals):,}".replace("-", "−")


def label_column(column: str) -> str:
    """Return the printed name of a column, from the schema. A column without one is spelt out."""
    return LABELS.get(column) or column.replace("_", " ").capitalize()


def format_month(month: str) -> str:
    """Format a month: `Oct 2020` for `2020-10`."""
    return Month.parse(month).label


def name_months(months: list[str]) -> str:
    """Name months in full: `October and December 2020`, `December 2020 and January 2021`."""
    parsed = [Month.parse(month) for month in months]
    if len({month.year for month in parsed}) == 1:
        return f"{join_names([calendar.month_name[month.month] for month in parsed])} {parsed[0].year}"
    return join_names([f"{calendar.month_name[month.month]} {month.year}" for month in parsed])


def name_counted_unit(short: str, unit: str) -> str:
    """Return what is counted, within a sentence: `Police ASB` of `incidents` is `police ASB incidents`."""
    name = lower_initial(short)
    return name if unit.lower() in name.lower() else f"{name} {unit}"


def lower_initial(name: str) -> str:
    """Return a name for use within a sentence: `police ASB`, but `ASB` as it is."""
    # A capital in second place marks an abbreviation, which keeps its capitals.
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def capitalise(text: str) -> str:
    """Return the text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def format_count(count: Number, plural: str) -> str:
    """Format a count within a sentence: `1,246 fires`, `1 fire`, `no fires`, or `not available fires`."""
    if count is None or is_missing(count):
        return f"{NOT_AVAILABLE} {plural}"
    return counting.format_count(int(round_number(count)), plural)


def choose_is(count: float | None) -> str:
    """Choose the verb after a count: `is` for 1, else `are`."""
    return "is" if count == 1 else "are"


def choose_was(count: float | None) -> str:
    """Choose the verb after a count: `was` for 1, else `were`."""
    return "was" if count == 1 else "were"


def name_comparison_period(period: Period, against: Period | None = None) -> str:
    """Name what a period is compared with: `the same quarter last year`, or `against` by its name."""
    if against not in (None, period.last_year):
        return against.label
    quarter = period.length == 3 and " Q" in period.label
    names = {1: "the same month last year", 12: "the year before"}
    return "the same quarter last year" if quarter else names.get(period.length, "the same months last year")


def describe_change(count: Number, last_year: Number, what: str, area: str, period: Period) -> str:
    """Describe a count and its change on last year, in one or two sentences.

    `what`: plural, as `name_counted_unit` gives it. A percentage of a base under 30 is left to the table, and
    one of zero is not available.
    """
    start = describe_count(count, what, area, period).removesuffix(".")
    if count is None or is_missing(count):
        return f"{start}."
    if last_year is None or is_missing(last_year):
        return f"{start}. The figure for {name_comparison_period(period)} is {NOT_AVAILABLE}."
    # The earlier number is printed where it is small, because the percentage is then left out.
    base = _describe_base(last_year) if count != last_year else ""
    return f"{start}, {compare_counts(count, last_year)} in {name_comparison_period(period)}{base}."


def describe_count(count: Number, what: str, area: str, period: Period) -> str:
    """Describe a count in one sentence. `what`: as in `describe_change`."""
    where = f"in {area} in {period.label}"
    if count is None or is_missing(count):
        return f"The number of {what} {where} is {NOT_AVAILABLE}."
    return f"{capitalise(format_count(count, what))} {choose_was(count)} recorded {where}."


def compare_counts(count: float, last_year: float) -> str:
    """Compare two counts: `350 more (39%) than`, `15 fewer than` (base under 30) or `the same as`."""
    if count == last_year:
        return "the same as"
    direction = "more" if count > last_year else "fewer"
    return f"{format_number(abs(count - last_year))} {direction}{_format_share(count, last_year)} than"


def _format_share(count: float, last_year: float) -> str:
    return f" ({format_percent(100 * abs(count - last_year) / last_year)})" if last_year >= SMALL_BASE else ""


def _describe_base(last_year: float) -> str:
    if last_year == 0:
        return ", when there were none (so there is no percentage)"
    return f" ({format_number(last_year)})" if last_year < SMALL_BASE else ""


def build_change_title(count: Number, last_year: Number, what: str, area: str, period: Period) -> str:
    """Build the message over a trend: `Drug offences in Anytown rose by 78 (98%) on the year before`."""
    start = f"{capitalise(what)} in {area}"
    if count is None or last_year is None or is_missing(count) or is_missing(last_year):
        return f"{start}, {period.label}"
    if count == last_year:
        return f"{start}: {format_number(count)}, the same as in {name_comparison_period(period)}"
    verb = "rose" if count > last_year else "fell"
    change = f"{format_number(abs(count - last_year))}{_format_share(count, last_year)}"
    return f"{start} {verb} by {change} on {name_comparison_period(period)}"


def build_comparison_title(table: pd.DataFrame, what: str, focus: str | None = None) -> str:
    """Name the LPA with the highest rate, and give the rate of the area in focus.

    Parameters
    ----------
    table : pd.DataFrame
        A table with the columns lpa and rate_per_1000 (per 1,000 residents).
    what : str
        What is counted, plural, as `name_counted_unit` gives it.
    focus : str or None
        The area in focus.

    Returns
    -------
    str
        The title.
    """
    return _build_highest_title(table, "lpa", what, focus)


def build_ward_title(table: pd.DataFrame, what: str) -> str:
    """Name the ward with the highest rate.

    Parameters
    ----------
    table : pd.DataFrame
        A table with the columns ward and rate_per_1000 (per 1,000 residents).
    what : str
        What is counted, plural, as `name_counted_unit` gives it.

    Returns
    -------
    str
        The title.
    """
    return _build_highest_title(table, "ward", what, None)


def _build_highest_title(table: pd.DataFrame, name: str, what: str, focus: str | None) -> str:
    rated = table.dropna(subset=["rate_per_1000"])
    if rated.empty:
        return f"{capitalise(what)}: no rate is available"
    # Of a few areas, one without a rate changes what highest means; of many wards it does not.
    partly = name == "lpa" and len(rated) < len(table)
    covered = f" the {format_number(len(rated))} areas with a rate" if partly else ""
    highest_rate = rated["rate_per_1000"].max()
    if highest_rate == 0:
        return f"{capitalise(what)}: none were recorded{' in' if covered else ''}{covered}"
    rates, top = rated["rate_per_1000"].map(format_rate), format_rate(highest_rate)
    if top == format_rate(0):
        return f"{capitalise(what)}: under 0.1 per 1,000 residents everywhere"
    # Rates are compared as printed: those that read alike are alike.
    highest = rated.loc[rates == top, name].tolist()
    if len(rated) == 1:
        return f"{highest[0]} had a rate of {what} of {top} per 1,000 residents"
    among = f", of{covered}" if covered else ""
    start = f"{shorten_names(highest)} had the highest rate of {what}{among}: {top} per 1,000 residents"
    focus_rates = rates[rated[name] == focus]
    is_focus_named = focus is None or focus in highest or focus_rates.empty
    return start if is_focus_named else f"{start}; {focus} had {focus_rates.iloc[0]}"


def shorten_names(names: list[str]) -> str:
    """List all the names, or the first three of more than four: `A, B, C and 2 others`."""
    rest = len(names) - _MOST_NAMED
    # "and 1 other" would take as much room as the name itself.
    return join_names(names) if rest <= 1 else f"{', '.join(names[:_MOST_NAMED])} and {format_number(rest)} others"


def format_point(point: Point) -> str:
    """Format a point for a link, to the last decimal, so that `parse_point` reads the same point."""
    return ",".join(map(repr, point))
