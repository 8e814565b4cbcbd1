"""What the sample must add up to: the published figures, and the calibration for what is not published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from shp_data.domain.periods import Month, Period, parse_period

PUBLISHED: Final = Path(__file__).with_name("published_2020_21.csv")
CALIBRATION: Final = Path(__file__).with_name("calibration.csv")
WHOLE: Final = Period(Month(2018, 4), Month(2021, 3))
REPEAT_LOCATION: Final = 10  # the reports name the places with this many incidents in the quarter, or more


@dataclass(frozen=True)
class Block:
    """Months that have a known total together, and none of its parts known."""

    months: tuple[Month, ...]
    total: int


def read_figures(path: Path) -> pd.DataFrame:
    """Read the rows of published_2020_21.csv or calibration.csv, empty fields as empty text, values as numbers."""
    figures = pd.read_csv(path, keep_default_na=False)
    figures["value"] = pd.to_numeric(figures["value"])
    return figures


class Targets:
    """The figures of one indicator in one area."""

    def __init__(self, figures: pd.DataFrame) -> None:
        """`figures`: rows of both files, of that indicator and area."""
        self._figures = figures
        self._whole = figures[(figures["ward"] == "") & (figures["location"] == "")]

    def list_counts(self) -> tuple[Block, ...]:
        """List blocks of incidents that cover every month of the sample. Raises ValueError if one is not covered."""
        totals = self._measure("count")
        for period, rise in self._measure("difference_on_previous_quarter").items():
            totals[period.previous] = totals[period] - rise
        count_blocks = split_blocks(totals)
        missing = set(WHOLE.months) - {month for block in count_blocks for month in block.months}
        if missing:
            raise ValueError(f"no total covers {', '.join(str(m) for m in sorted(missing))}")
        return count_blocks

    def list_covid_related(self) -> tuple[Block, ...]:
        """List blocks of COVID-related incidents, of the months from the quarter in which the marking began."""
        counts, totals = self._measure("count"), self._measure("covid_related")
        for period, without in self._measure("count_excluding_covid").items():
            totals[period] = counts[period] - without
        return split_blocks(totals)

    def list_wards(self, quarter: Period) -> dict[str, int]:
        """List the wards whose count in a quarter is known."""
        rows = self._select_figures("count", quarter)
        rows = rows[(rows["ward"] != "") & (rows["location"] == "")]
        return {row.ward: int(row.value) for row in rows.itertuples()}

    def list_places(self, quarter: Period) -> dict[tuple[str, str], int]:
        """List the places that the reports name in a quarter, (ward, location), with their invented counts."""
        rows = self._select_figures("count", quarter)
        rows = rows[rows["location"] != ""]
        return {(row.ward, row.location): int(row.value) for row in rows.itertuples()}

    def _measure(self, measure: str) -> dict[Period, int]:
        rows = self._whole[self._whole["measure"] == measure]
        return {parse_period(row.period): int(row.value) for row in rows.itertuples()}

    def _select_figures(self, measure: str, period: Period) -> pd.DataFrame:
        figures = self._figures
        return figures[(figures["measure"] == measure) & (figures["period"] == period.name)]


def read_targets(lpa: str, indicator: str) -> Targets:
    """Read the targets of one indicator in one area, from both files."""
    figures = pd.concat([read_figures(PUBLISHED), read_figures(CALIBRATION)])
    return Targets(figures[(figures["lpa"] == lpa) & (figures["indicator"] == indicator)])


def split_blocks(totals: dict[Period, int]) -> tuple[Block, ...]:
    """Split overlapping totals into blocks that do not overlap.

    The shortest periods come first; a longer one leaves what it has over its known parts to the months that
    are not known yet. Raises ValueError where the totals contradict each other.
    """
    blocks: list[Block] = []
    for period in sorted(totals, key=lambda p: (p.length, p.first)):
        parts = [block for block in blocks if set(block.months) & set(period)]
        covered = {month for block in parts for month in block.months}
        rest = totals[period] - sum(block.total for block in parts)
        left = tuple(month for month in period if month not in covered)
        if not covered <= set(period) or rest < 0 or (rest and not left):
            raise ValueError(f"the total of {period.name}, {totals[period]}, contradicts its parts")
        if left:
            blocks.append(Block(left, rest))
    return tuple(blocks)
