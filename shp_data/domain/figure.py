"""Figure: a table with its title, sources and caveats. Charts, maps and documents take nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from shp_data.domain.events import DatedEvent


@dataclass(frozen=True)
class Figure:
    """One answer, ready to show, after disclosure control.

    `table`: columns named as in `schema`; a figure that is not available is missing, never zero. `title`: the
    message. `subtitle`: measure, area and period. `unit`: of the counts, such as incidents. `sources`:
    attribution lines with their licence. `as_of`: the latest month loaded, such as Mar 2021. `caveats`: what
    a reader must know. `synthetic`: whether any record in it is invented. `withheld`: the number of cells
    that disclosure control removed. `events`: the events in its months, in the order in which a chart and its
    caveats number them. `not_known`: why no figure is available for the areas or wards selected, though
    records are loaded; otherwise empty.
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
    events: tuple[DatedEvent, ...] = ()
    not_known: str = ""

    @property
    def source_line(self) -> str:
        """The line under every chart and table: sources, licence, latest month, and a notice for a synthetic sample."""
        notice = ("SYNTHETIC SAMPLE: these are not real records.",) if self.synthetic else ()
        return " ".join((*notice, *self.sources, f"Data to {self.as_of}."))
