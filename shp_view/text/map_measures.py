"""What a map can colour its wards by, the legend's title for each, and an entry of a legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from shp_view.text import wording

Measure = Literal["rate_per_1000", "count", "share", "difference", "verdict"]


MEASURES: dict[Measure, str] = {
    "rate_per_1000": wording.label("rate_per_1000"),
    "count": wording.label("count"),
    "share": wording.label("share"),
    "difference": "Change",
    "verdict": wording.label("verdict"),
}


SIGNS = {"higher than expected": "▲ ", "lower than expected": "▼ "}  # so that no verdict is told by colour alone


@dataclass(frozen=True)
class LegendEntry:
    """One class of a map: what it holds, in words, and its colour."""

    label: str
    colour: str


def legend_title(measure: Measure, table: pd.DataFrame) -> str:
    """What the colours of a table of wards show, such as `Rate per 1,000`, `Change on last year`."""
    if measure == "difference":
        return f"Change on {'the other period' if 'other_period' in table else 'last year'}"
    return MEASURES[measure]
