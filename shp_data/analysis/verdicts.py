"""The verdict of every row of a table that compares a period with the same period last year."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shp_data.analysis.change import row_areas
from shp_data.analysis.statistics.discovery import discovery_level
from shp_data.analysis.statistics.dispersion import Dispersion, dispersions
from shp_data.analysis.statistics.significance import Comparison, comparisons, p_values
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import is_protected, summary, vintage_of

VERDICT = ("rate_ratio", "low", "high", "p_value", "verdict", "dispersion")
EXPOSURES = ("population", "population_last_year")


@dataclass(frozen=True)
class Pair:
    """A row's two counts, what they are out of, and how much its months vary."""

    current: int
    previous: int
    exposure: float
    previous_exposure: float
    spread: Dispersion


def verdicts(
    store: Store, selection: Selection, table: pd.DataFrame, by: Sequence[str], viewer: Viewer
) -> pd.DataFrame:
    """Which rows changed by more than chance, against the same period last year?

    `table`: a row for each combination of the columns `by` (of source, indicator, lpa, ward as its code; none
    for one row), with count and last_year as `change.compared` gives them; where it has both columns of
    EXPOSURES, rates are compared. Out: the table with VERDICT added: rate_ratio of this period to last
    year's and its interval low to high (missing where nothing bounds them), p_value, verdict, and the
    dispersion estimated from the row's months (missing where they are too few, and 1 was taken). All are
    missing where a count is. Among several rows the share of false signals is held at 5 %, and the intervals
    are as wide as that needs: see `discovery`. Raises NotAllowedError.
    """
    tested = pairs(store, selection, table.reset_index(drop=True), by, viewer)
    found = judged(tested)
    numbers = {
        name: [_finite(getattr(one, name)) if one else None for one in found]
        for name in ("rate_ratio", "low", "high", "p_value")
    }
    numbers["dispersion"] = [pair.spread.phi if pair and pair.spread.estimated else None for pair in tested]
    columns = {name: pd.array(values, dtype="Float64") for name, values in numbers.items()}
    words = pd.array([one.verdict if one else None for one in found], dtype="str")
    return table.assign(**columns, verdict=words)[[*table.columns, *VERDICT]]


def judged(tested: Sequence[Pair | None]) -> list[Comparison | None]:
    """Which of some changes are more than chance, few of those named being false? None where there is no pair."""
    known = [pair for pair in tested if pair]
    counts = [pair.current for pair in known], [pair.previous for pair in known]
    equal = [pair.exposure / pair.previous_exposure for pair in known]
    spreads = [pair.spread.phi for pair in known], [pair.spread.df for pair in known]
    level = discovery_level(p_values(*counts, equal, *spreads))
    found = iter(comparisons(*counts, equal, *spreads, level))
    return [next(found) if pair else None for pair in tested]


def pairs(
    store: Store, selection: Selection, rows: pd.DataFrame, by: Sequence[str], viewer: Viewer
) -> list[Pair | None]:
    """What is to be tested of each row of a table as `verdicts` takes it; None where a count is missing.

    Its months vary as those do that are neither exceptional nor of the period itself. To one who may not see the
    months of wards, a ward's vary as its LPA's do, which is to be on the safe side; to one who may see no months
    nothing is tested. Raises NotAllowedError.
    """
    every = _every_month(store, selection)
    coarse = is_protected(store, every, viewer)
    if coarse and viewer.role == "public":
        return [None] * len(rows)
    if coarse:
        every, rows, by = _of_lpas(every, rows, by)
    counted = summary(store, every, [*by, "month"], viewer)
    areas = row_areas(every, rows)
    leave_out = partnership().exceptional_months | set(selection.period)
    told = rows.to_dict("records")
    alike: dict[tuple[Month, ...], list[int]] = defaultdict(list)  # rows that are counted in the same months
    for place, row in enumerate(told):
        if not (pd.isna(row["count"]) or pd.isna(row["last_year"])):
            lpas, wards = areas[place]
            own = (row["indicator"],) if "indicator" in by else selection.indicators
            alike[store.months(own, lpas, wards=wards)].append(place)
    found: list[Pair | None] = [None] * len(told)
    for months, places in alike.items():
        series = _series(counted, rows.iloc[places], by, months)
        for place, spread in zip(places, dispersions(months, series, leave_out), strict=True):
            row = told[place]
            found[place] = Pair(int(row["count"]), int(row["last_year"]), *_exposures(row), spread)
    return found


def _exposures(row: Mapping[Hashable, Any]) -> tuple[float, float]:
    """The residents of this year and of last where both are given and known, else 1 and 1."""
    now, before = (row.get(column) for column in EXPOSURES)
    return (1.0, 1.0) if pd.isna(now) or pd.isna(before) else (float(now), float(before))


def _every_month(store: Store, selection: Selection) -> Selection:
    loaded = store.months() or selection.period.months
    return replace(selection, period=Period(loaded[0], loaded[-1]), vintage=vintage_of(selection))


def _of_lpas(
    selection: Selection, rows: pd.DataFrame, by: Sequence[str]
) -> tuple[Selection, pd.DataFrame, Sequence[str]]:
    """The same with LPAs in the place of wards; records in no ward have none, and no months."""
    lpas = {code: ward.lpa for code, ward in partnership().areas.wards[vintage_of(selection)].items()}
    if selection.ward is not None:
        selection = selection.of_area(lpas.get(selection.ward, ""))
    if "ward" in by:
        rows = rows.assign(lpa=[lpas.get(code, "") for code in rows["ward"]])
    return selection, rows, tuple("lpa" if column == "ward" else column for column in by)


def _series(counted: pd.DataFrame, rows: pd.DataFrame, by: Sequence[str], months: Sequence[Month]) -> NDArray[np.int64]:
    """The counts of some rows, each in some months, 0 where there are none; `counted`: as the summary tells them."""
    places = rows[list(by)].assign(place=range(len(rows)))
    joined = counted.merge(places, on=list(by)) if by else counted.merge(places, how="cross")
    at = joined["month"].map({str(month): n for n, month in enumerate(months)})
    series = np.zeros((len(rows), len(months)), dtype=np.int64)
    known = at.notna()
    series[joined.loc[known, "place"], at[known].astype(int)] = joined.loc[known, "count"].astype(int)
    return series


def _finite(value: float | None) -> float | None:
    """Infinity has no place in a table: the formats that it is downloaded in write it each in its own way."""
    return value if value is not None and math.isfinite(value) else None
