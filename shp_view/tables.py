"""A figure's table as a screen shows it: printed column names, numbers aligned, small percentages muted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from shp_data.figure import Figure
from shp_view import wording

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

_MUTED = "color: #8a8f98"
_WHOLE = ("count", "last_year", "difference", "population", "excluding_covid")
_DECIMALS = {"rate_per_1000": 1, "rate_last_year": 1, "pct_difference": 0, "share": 0}


def printed(figure: Figure, columns: Sequence[str]) -> pd.DataFrame | Styler:
    """Some columns of a figure, called as on screen and rounded for it; missing stays missing.

    A % difference on fewer than 30 incidents is muted: it says less than it seems to.
    """
    shown = figure.table[list(columns)].copy()
    for column, decimals in _DECIMALS.items():
        if column in shown:
            shown[column] = [
                None if pd.isna(v) else float(wording.rounded(v, decimals)) for v in shown[column]
            ]
    small = figure.table["last_year"].fillna(0) < wording.SMALL_BASE if "last_year" in figure.table else None
    shown = shown.rename(columns={column: wording.label(column) for column in columns})
    if small is None or "pct_difference" not in columns or not small.any():
        return shown
    name = wording.label("pct_difference")
    return shown.style.apply(lambda _: [_MUTED if muted else "" for muted in small], subset=[name])


def formats(columns: Sequence[str]) -> dict[str, str]:
    """How the numbers of some columns are written: printed name -> format of the screen's table."""
    decimals = {c: f"%.{_DECIMALS[c]}f{'%%' if _unit(c) else ''}" for c in columns if c in _DECIMALS}
    return {wording.label(c): decimals.get(c, "localized") for c in columns if c in (*_DECIMALS, *_WHOLE)}


def _unit(column: str) -> bool:
    return column in ("pct_difference", "share")
