"""The text of the maps of wards and LSOAs: what they can show, their legends, titles, table columns and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from shp_data.analysis.lsoas import DECILE, MOST_DEPRIVED, DeprivedShares
from shp_data.domain.periods import Period
from shp_view.text import wording
from shp_view.text.comparison_words import build_change_title
from shp_view.text.wording import capitalise, format_count, format_number, shorten_names

Measure = Literal["rate_per_1000", "count", "share", "difference", "verdict", "imd2025_decile"]
LSOA_MEASURES: dict[Measure, str] = {name: wording.label_column(name) for name in get_args(Measure)}
LSOA_MEASURES["difference"] = "Change"
MEASURES = {name: label for name, label in LSOA_MEASURES.items() if name != DECILE}  # of wards
Zone = Literal["ward", "LSOA"]  # what a map shows, in its texts
NAME_COLUMNS: dict[Zone, str] = {"ward": "ward", "LSOA": "lsoa_name"}
SIGNS = {  # so that colour is never the only sign
    "clear increase": "▲ ",
    "possible increase": "△ ",
    "possible decrease": "▽ ",
    "clear decrease": "▼ ",
}


@dataclass(frozen=True)
class LegendEntry:
    """One class of a map: its label and its colour."""

    label: str
    colour: str


def write_legend_title(measure: Measure, table: pd.DataFrame) -> str:
    """Write the title of the legend, such as `Rate per 1,000` or `Change on last year`.

    Parameters
    ----------
    measure : Measure
        The column that the map shows.
    table : pandas.DataFrame
        The table of wards; it has the column `other_period` if another period is compared.

    Returns
    -------
    str
        The title.
    """
    if measure == "difference":
        return f"Change on {'the other period' if 'other_period' in table else 'last year'}"
    return LSOA_MEASURES[measure]


WARDS = ("ward", "rate_per_1000", "count", "difference", "verdict")
_HALF = 50  # per cent
_MOST_NAMED = 3  # wards that together had half are named, if there are no more


def write_map_title(
    table: pd.DataFrame,
    measure: Measure,
    what: str,
    period: Period,
    against: Period | None = None,
    zone: Zone = "ward",
) -> str:
    """Write the title of the map of a measure, in one line.

    Parameters
    ----------
    table : pandas.DataFrame
        The columns ward (or lsoa_name), lpa (empty for records near no ward), count, share (%), difference,
        rate_per_1000 and verdict, as `hotspots.compare_wards` or `lsoas.compare_lsoas` gives them.
    measure : Measure
        The column that the map shows.
    what : str
        What is counted, in the plural, as `wording.name_counted_unit` gives it.
    period : Period
        The period of the figures.
    against : Period or None
        The period compared with, if it is not the same period last year.
    zone : Zone
        What the rows of the table are.

    Returns
    -------
    str
        The title.
    """
    wards = table[table["lpa"] != ""].rename(columns={NAME_COLUMNS[zone]: "ward"})
    if measure == DECILE:
        deprived = int((wards[DECILE] == MOST_DEPRIVED).sum())
        verb = "is" if deprived == 1 else "are"
        number = f"{format_number(deprived)} of {format_count(len(wards), 'LSOAs')}"
        return f"{number} {verb} in the most deprived tenth of England"
    if measure == "rate_per_1000":
        return wording.build_ward_title(wards, what)
    if measure == "verdict":
        return build_change_title(table[table["lpa"] != ""], NAME_COLUMNS[zone], what, period, against)
    if measure == "difference":
        return _write_change_title(wards, what, wording.name_comparison_period(period, against), zone)
    if wards["count"].isna().all():
        return f"{capitalise(what)} by {zone}: {wording.NOT_AVAILABLE}"
    if not wards["count"].max():
        return f"{capitalise(what)}: none were recorded in any {zone}"
    return (
        _write_half_title(wards, what, zone)
        if measure == "share"
        else _write_most_title(wards, what, int(table["count"].sum()))
    )


def list_columns(measure: Measure, against: Period | None = None, zone: Zone = "ward") -> tuple[str, ...]:
    """List the columns of the table next to the map.

    They always include the measure on the map, and the other period if there is one.
    """
    first = measure if measure not in WARDS else "rate_per_1000"
    before = ("last_year", "other_period") if against else ()  # the table has one of them
    return (NAME_COLUMNS[zone], first, "count", *before, "difference", "verdict")


def explain_grey_map(table: pd.DataFrame, measure: Measure, zone: Zone = "ward") -> str:
    """Explain why no ward or LSOA on the map has a colour.

    The months that are missing are listed above the map.

    Parameters
    ----------
    table : pandas.DataFrame
        The table of wards, with a column for the measure.
    measure : Measure
        The column that the map shows.

    Returns
    -------
    str
        The note; empty if any ward has a colour.
    """
    if table[measure].notna().any():
        return ""
    return f"No {zone} is coloured: “{write_legend_title(measure, table)}” is not available in this period."


def explain_deprivation(shares: DeprivedShares, what: str, area: str) -> str:
    """Explain how incidents spread over deprivation: the most deprived tenth's share of them and of residents.

    Empty where the counts are not available. `what`: what is counted, in the plural.
    """
    if shares.incidents is None or shares.residents is None:
        return ""
    incidents, residents = map(wording.format_percent, shares)
    return (
        f"The LSOAs of {area} in the most deprived tenth of England have {residents} of the residents and {incidents} "
        f"of the {what} that are placed in an LSOA."
    )


def _write_most_title(wards: pd.DataFrame, what: str, total: int) -> str:
    most = wards["count"].max()
    names = wards.loc[wards["count"] == most, "ward"].tolist()
    if len(wards) == 1:
        return f"{names[0]} had {format_count(most, what)}, of {format_number(total)}"
    each = " each" if len(names) > 1 else ""
    return f"{shorten_names(names)} had the most {what}: {format_number(most)}{each}, of {format_number(total)}"


def _write_half_title(wards: pd.DataFrame, what: str, zone: Zone) -> str:
    """Write which wards, as few as possible, had half of all incidents."""
    # Rounded, because shares that add up to exactly half may miss it by the last binary digit.
    largest = wards.sort_values(["share", "ward"], ascending=[False, True], na_position="last")
    # A ward belongs to the first half while the wards before it have less than half.
    before = largest["share"].cumsum().shift(fill_value=0.0).round(6)
    few = largest[before < _HALF]
    names = few["ward"].tolist()
    number = f"{format_number(len(names))} of {format_number(len(wards))} {zone}s"
    holders = wording.join_names(names) if len(names) <= _MOST_NAMED else number
    return f"{holders} had {wording.format_percent(few['share'].sum())} of the {what}"


def _write_change_title(wards: pd.DataFrame, what: str, before: str, zone: Zone) -> str:
    comparable = wards.dropna(subset=["difference"])
    if comparable.empty:
        return f"{capitalise(what)} by {zone}: no comparison with {before}"
    # The rise is named first, because the page is read for what needs attention.
    rise, fall = int(comparable["difference"].max()), int(comparable["difference"].min())
    if rise <= 0 and not fall:
        return f"{capitalise(what)}: the same number in every {zone} as in {before}"
    size, word, more = (rise, "rise", "more") if rise > 0 else (fall, "fall", "fewer")
    names = comparable.loc[comparable["difference"] == size, "ward"].tolist()
    each = " each" if len(names) > 1 else ""
    change = f"{format_number(abs(size))} {more}{each} than in {before}"
    return f"{shorten_names(names)} had the largest {word} in {what}: {change}"
