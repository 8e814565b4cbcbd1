"""The blocks of the report that follow its lines: area comparisons, wards, hotspots and repeat locations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from shp_data.analysis import comparison, hotspots
from shp_data.analysis.places.named_hotspots import find_hotspots
from shp_data.analysis.places.repeats import find_repeat_locations
from shp_data.analysis.report.report_value import (
    AreaComparison,
    AreaStanding,
    HotspotValue,
    Line,
    RepeatLocation,
    RepeatLocations,
    ReportHotspots,
    ReportWards,
    WardValue,
)
from shp_data.domain.periods import Period
from shp_data.domain.schema import UNPLACED
from shp_data.store.reading import Reader

REPEAT_MINIMUM = 10  # so many incidents make a place a repeat location, as the partnership publishes them


def build_comparison(
    reader: Reader, indicator: str, rate: str | None, lines: Mapping[str, Mapping[str, Line]], quarter: Period
) -> AreaComparison:
    """Build the comparison of the areas for an indicator.

    `lines`: the lines of each area by indicator, in the order in which the areas are printed. `rate`: the
    indicator that is its rate, if there is one. Raises NotAllowedError.
    """
    table = comparison.compare_lpas(reader, reader.partnership.select((indicator,), quarter)).table.set_index("lpa")
    # Ranked as printed: two areas with 4.2 each share a rank, whatever the decimals behind it. An area with a month of
    # the quarter in question has no rank.
    printed = {
        area: None if rate is None or _is_doubtful(area_lines[rate], quarter)
        else _round_to_tenths(area_lines[rate].quarter_value)
        for area, area_lines in lines.items()
    }  # fmt: skip
    return AreaComparison(
        indicator,
        tuple(
            AreaStanding(
                area,
                area_lines[indicator],
                area_lines[rate] if rate else None,
                _rank_area(printed, area),
                _to_int(table.at[area, "rank_low"]),
                _to_int(table.at[area, "rank_high"]),
            )
            for area, area_lines in lines.items()
        ),
    )


def build_wards(reader: Reader, indicator: str, area: str, quarter: Period) -> ReportWards:
    """Build the table of an area's wards for an indicator. Raises NotAllowedError."""
    selection = reader.partnership.select((indicator,), quarter, (area,))
    table = hotspots.compare_wards(reader, selection).table
    placed = table[table["code"] != UNPLACED].sort_values(["count", "ward"], ascending=[False, True], kind="stable")
    rows = [
        WardValue(
            str(row["code"]),
            str(row["ward"]),
            _to_int(row["count"]),
            _to_int(row["last_year"]),
            _to_float(row["share"]),
            None if pd.isna(row["verdict"]) else str(row["verdict"]),
        )
        for row in placed.to_dict("records")
    ]  # fmt: skip
    unplaced = table.loc[table["code"] == UNPLACED, "count"].sum(skipna=False)
    return ReportWards(indicator, selection.ward_year, tuple(rows), _to_int(unplaced))


def build_hotspots(reader: Reader, indicator: str, area: str, quarter: Period) -> ReportHotspots:
    """Build the list of an area's hotspots for an indicator. Raises NotAllowedError."""
    hotspots = find_hotspots(reader, reader.partnership.select((indicator,), quarter, (area,)))
    rows = [
        HotspotValue(
            str(row["hotspot"]), str(row["ward"]), int(row["count"]), _to_int(row["last_year"]), float(row["share"]),
            None if pd.isna(row["verdict"]) else str(row["verdict"]), int(row["hot_months"]),
            int(row["judged_months"]), None if pd.isna(row["pattern"]) else str(row["pattern"]),
        )
        for row in hotspots.joined.table.to_dict("records")
    ]  # fmt: skip
    return ReportHotspots(indicator, tuple(rows), bool(hotspots.cells.table["cluster"].notna().all()))


def build_repeat_locations(reader: Reader, indicator: str, area: str, quarter: Period) -> RepeatLocations:
    """Build the table of an area's repeat locations for an indicator. Raises NotAllowedError."""
    figure = find_repeat_locations(reader, reader.partnership.select((indicator,), quarter, (area,)), REPEAT_MINIMUM)
    rows = [
        RepeatLocation(
            str(row["location"]), str(row["ward"]), float(row["longitude"]), float(row["latitude"]),
            int(row["count"]), None if pd.isna(row["state"]) else str(row["state"]),
        )
        for row in figure.table.to_dict("records")
    ]  # fmt: skip
    return RepeatLocations(indicator, REPEAT_MINIMUM, tuple(rows), figure.coverage)


def _is_doubtful(line: Line, quarter: Period) -> bool:
    return any(month in doubt.months for doubt in line.doubts for month in quarter)


def _round_to_tenths(rate: float | None) -> int | None:
    """Round a rate to tenths, as it is printed, so that rates that print alike rank alike."""
    return None if rate is None else math.floor(rate * 10 + 0.5)


def _rank_area(printed: Mapping[str, int | None], area: str) -> int | None:
    tenths = printed[area]
    return None if tenths is None else 1 + sum(other is not None and other > tenths for other in printed.values())


def _to_int(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _to_float(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
