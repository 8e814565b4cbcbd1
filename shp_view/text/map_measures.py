"""What a map can colour its wards by, the legend's title for each, and an entry of a legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from shp_view.text import wording

Measure = Literal["rate_per_1000", "count", "share", "difference", "verdict"]


MEASURES: dict[Measure, str] = {
    "rate_per_1000": wording.label_column("rate_per_1000"),
    "count": wording.label_column("count"),
    "share": wording.label_column("share"),
    "difference": "Change",
    "verdict": wording.label_column("verdict"),
}


SIGNS = {"higher than expected": "▲ ", "lower than expected": "▼ "}  # so that no verdict is told by colour alone


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
    return MEASURES[measure]
