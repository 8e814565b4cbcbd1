"""The blocks of the report beside its lines: areas side by side, wards, repeat locations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from shp_data.analysis import comparison, hotspots
from shp_data.analysis.places.repeats import repeats
from shp_data.analysis.report.report_value import Compared, Line, Place, Places, Standing, Wards, WardValue
from shp_data.domain.periods import Period
from shp_data.domain.schema import UNPLACED
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import vintage_of

REPEATED = 10  # so many incidents make a place a repeat location, as the partnership publishes them


def compared(
    store: Store,
    indicator: str,
    rate: str | None,
    lines: Mapping[str, Mapping[str, Line]],
    quarter: Period,
    viewer: Viewer,
) -> Compared:
    """How do the areas stand side by side for an indicator?

    `lines`: the lines of each area by indicator, in the order in which the areas are printed. `rate`: the
    indicator that is its rate, if there is one. Raises NotAllowedError.
    """
    table = comparison.lpas(store, Selection((indicator,), quarter), viewer).table.set_index("lpa")
    printed = {area: _printed(own[rate].quarter_value) if rate else None for area, own in lines.items()}
    return Compared(
        indicator,
        tuple(
            Standing(
                area,
                own[indicator],
                own[rate] if rate else None,
                _rank(printed, area),
                _whole(table.at[area, "rank_low"]),
                _whole(table.at[area, "rank_high"]),
            )
            for area, own in lines.items()
        ),
    )


def wards(store: Store, indicator: str, area: str, quarter: Period, viewer: Viewer) -> Wards:
    """In which wards of the area were an indicator's incidents? Raises NotAllowedError."""
    chosen = Selection((indicator,), quarter, (area,))
    table = hotspots.wards(store, chosen, viewer).table
    placed = table[table["code"] != UNPLACED].sort_values(["count", "ward"], ascending=[False, True], kind="stable")
    rows = [
        WardValue(
            str(row["code"]), str(row["ward"]), _whole(row["count"]), _whole(row["last_year"]), _number(row["share"]),
            None if pd.isna(row["verdict"]) else str(row["verdict"]),
        )
        for row in placed.to_dict("records")
    ]  # fmt: skip
    unplaced = table.loc[table["code"] == UNPLACED, "count"].sum(skipna=False)
    return Wards(indicator, vintage_of(chosen), tuple(rows), _whole(unplaced))


def places(store: Store, indicator: str, area: str, quarter: Period, viewer: Viewer) -> Places:
    """Which places of the area saw an indicator's incidents again and again? Raises NotAllowedError."""
    found = repeats(store, Selection((indicator,), quarter, (area,)), viewer, REPEATED)
    rows = [
        Place(
            str(row["location"]), str(row["ward"]), float(row["longitude"]), float(row["latitude"]),
            int(row["count"]), None if pd.isna(row["state"]) else str(row["state"]),
        )
        for row in found.table.to_dict("records")
    ]  # fmt: skip
    return Places(indicator, REPEATED, tuple(rows), found.not_known)


def _printed(rate: float | None) -> int | None:
    """A rate in tenths as it is printed: rates that read alike stand alike."""
    return None if rate is None else math.floor(rate * 10 + 0.5)


def _rank(printed: Mapping[str, int | None], area: str) -> int | None:
    own = printed[area]
    return None if own is None else 1 + sum(other is not None and other > own for other in printed.values())


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
