"""Figure: a table with all that must travel with it, the only thing that charts, maps and documents take."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from shp_data.domain.events import Event


@dataclass(frozen=True)
class Figure:
    """One answer, ready to be shown, after disclosure control.

    `table`: columns named as in `schema`; a figure that is not available is missing, never zero.
    `title`: the message. `subtitle`: measure, area and period. `unit`: of the counts, such as incidents.
    `sources`: attribution lines with their licence. `as_of`: the latest month loaded, such as Mar 2021.
    `caveats`: what a reader must know. `synthetic`: whether any record of it is invented.
    `withheld`: how many cells disclosure control took out. `events`: what happened in its months, in the
    order in which a chart and its caveats number them. `not_known`: why there is no figure for the areas or wards
    asked for, though records are loaded; empty where that is not so.
    """

    table: pd.DataFrame
    title: str
    subtitle: str
    unit: str
    sources: tuple[str, ...]
    as_of: str
    caveats: tuple[str, ...] = ()
    synthetic: bool = False
    withheld: int = 0
    events: tuple[Event, ...] = ()
    not_known: str = ""

    @property
    def source_line(self) -> str:
        """The line under every chart and table: sources, licence, as-of month, and that a sample is invented."""
        notice = ("SYNTHETIC SAMPLE: these are not real records.",) if self.synthetic else ()
        return " ".join((*notice, *self.sources, f"Data to {self.as_of}."))
