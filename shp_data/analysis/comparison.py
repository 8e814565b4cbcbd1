"""Comparison of Local Policing Areas or wards: counts, change, rates and how certain their order is."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from shp_data.analysis import hotspots
from shp_data.analysis.change import CHANGE, compare_periods, find_doubtful_rows
from shp_data.analysis.context import build_figure, name_indicators
from shp_data.analysis.measures import compute_rates, find_population, list_residents
from shp_data.analysis.protect import note_withheld
from shp_data.analysis.statistics.standing import STANDING, add_standing
from shp_data.analysis.verdicts import VERDICT, add_verdicts, hides_months
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader

_SHOWN_ONLY = "The rate of all together and the ranks are those of the wards whose counts are shown."


def compare_lpas(reader: Reader, selection: Selection) -> Figure:
    """Compare the LPAs in the period.

    Returns
    -------
    Figure
        A table with one row for each LPA, in the partnership's order: lpa, count, last_year, difference,
        pct_difference (%), population (residents), rate_per_1000, rate_last_year (per 1,000 residents of
        its own year), VERDICT and STANDING.
    """
    areas = reader.partnership.areas
    # Whatever area is selected: ranks and the funnel need all of them.
    all_areas = replace(selection, areas=(), ward=None)
    keys = pd.DataFrame({"lpa": list(areas.lpa_names)})
    table = compare_periods(reader, all_areas, keys, ("lpa",))
    # Each year's rate is over its own residents, of one edition.
    now_and_before = (selection.period, selection.period.last_year)
    edition = areas.choose_edition(now_and_before)
    people, before = (
        [find_population(areas, name, period, edition) for name in areas.lpa_names] for period in now_and_before
    )
    table["population"] = list_residents(people)
    table["rate_per_1000"] = compute_rates(table["count"], people)
    table["rate_last_year"] = compute_rates(table["last_year"], before)
    table = _rank_areas(reader, all_areas, add_verdicts(reader, all_areas, table, ("lpa",)))
    ordered = table[["lpa", *CHANGE, "population", "rate_per_1000", "rate_last_year", *VERDICT, *STANDING]]
    measure = f"{name_indicators(selection.indicators)} by LPA"
    # The notes name last year's estimates only where there is a rate of last year.
    used = [*(before if table["rate_last_year"].notna().any() else ()), *people]
    result = build_figure(reader, all_areas, ordered, measure=measure, people=used)
    return note_withheld(result, reader, all_areas)


def compare_wards(reader: Reader, selection: Selection) -> Figure:
    """Compare the wards of the selection's areas in the period.

    Returns
    -------
    Figure
        The ward table of `hotspots.compare_wards` with STANDING added. Wards whose count is withheld have
        no standing; the others are ranked among themselves.
    """
    result = hotspots.compare_wards(reader, replace(selection, ward=None))
    # A rate of all that included withheld wards would give their sum away.
    note = (_SHOWN_ONLY,) if result.withheld else ()
    spreads = _find_lpa_dispersions(reader, selection) if hides_months(reader, selection, ("ward",)) else None
    own = result.table["dispersion"]
    ranked = result.table if spreads is None else result.table.assign(dispersion=result.table["lpa"].map(spreads))
    table = _rank_areas(reader, replace(selection, ward=None), ranked).assign(dispersion=own)
    return replace(result, table=table, caveats=(*result.caveats, *note))


def _find_lpa_dispersions(reader: Reader, selection: Selection) -> pd.Series[float]:
    """Find how much the months of each LPA vary, for viewers who may not see those of its wards."""
    all_areas = replace(selection, areas=(), ward=None)
    keys = pd.DataFrame({"lpa": list(reader.partnership.areas.lpa_names)})
    table = add_verdicts(reader, all_areas, compare_periods(reader, all_areas, keys, ("lpa",)), ("lpa",))
    return table.set_index("lpa")["dispersion"]


def _rank_areas(reader: Reader, selection: Selection, table: pd.DataFrame) -> pd.DataFrame:
    """Add STANDING to a table of LPAs or wards. Rows with a month in question have none, and rank nobody else."""
    doubtful = find_doubtful_rows(reader, selection, table[["lpa"]], (selection.period,))
    certain = table.assign(count=table["count"].mask(pd.Series(doubtful, table.index)))
    return add_standing(certain).assign(count=table["count"].to_numpy())
