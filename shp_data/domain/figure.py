"""Figure: a table with its title, sources and caveats. Charts, maps and documents take nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from shp_data.domain.events import DatedEvent
from shp_data.domain.periods import Month

CoverageState = Literal[
    "complete", "months missing", "areas missing", "unplaced", "in no ward", "in no LSOA", "partly unplaced",
    "at no place", "in no hexagon", "partial supplier", "other supplier", "other areas",
    "possibly incomplete", "possibly too large", "unusually placed", "left out",
]  # fmt: skip
DOUBTS: tuple[CoverageState, ...] = ("possibly incomplete", "possibly too large", "unusually placed")


@dataclass(frozen=True)
class Coverage:
    """What part of a selection the loaded records leave without a figure. `shp_view.text` puts it into words.

    `state`: `complete` where every loaded month has its figure. `months missing`: not loaded. `areas missing`:
    the suppliers do not cover them. `unplaced`, `in no ward`, `in no LSOA`: too few records of the months have a
    location, a ward of `ward_year`, or coordinates. `partly unplaced`: `share` of the records is in no area. `at no
    place`, `in no hexagon`: no record has coordinates. `partial supplier`: one that covers only some areas. `other
    supplier`: `records` of it are in areas that it is not responsible for, and counted apart. `other areas`: one
    whose records were loaded when it was responsible for others. `possibly incomplete`, `possibly too large`,
    `unusually placed`: a month in question, with the `count` of its records (of those without a place) and the
    number `expected`, None where the viewer may not see them. `left out`: by an analyst. `indicators`, `months`,
    `areas`: those without a figure. `suppliers`: those that cover only some areas, each with its
    areas. `together`: the areas selected that have no figure as a whole either.
    """

    state: CoverageState = "complete"
    indicators: tuple[str, ...] = ()
    months: tuple[Month, ...] = ()
    suppliers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    areas: tuple[str, ...] = ()
    together: str = ""
    ward_year: str = ""
    share: float = 0.0
    records: int = 0
    count: int | None = None
    expected: int | None = None

    @property
    def is_doubt(self) -> bool:
        """Whether a month is in question, so that what depends on it has no verdict."""
        return self.state in DOUBTS

    @property
    def is_complete(self) -> bool:
        """Whether every loaded month has its figure."""
        return self.state == "complete"


COMPLETE = Coverage()
Caveat = str | Coverage


@dataclass(frozen=True)
class Figure:
    """One answer, ready to show, after disclosure control.

    `table`: columns named as in `schema`; a figure that is not available is missing, never zero. `title`: the
    message. `subtitle`: measure, area and period. `unit`: of the counts, such as incidents. `sources`:
    attribution lines with their licence. `as_of`: the latest month loaded, such as Mar 2021. `caveats`: what
    a reader must know, as sentences or as what is not covered. `synthetic`: whether any record in it is
    invented. `withheld`: the number of cells that disclosure control removed. `events`: the events in its
    months, in the order in which a chart and its caveats number them. `coverage`: whether the areas or wards
    selected have the figure of what is loaded.
    """

    table: pd.DataFrame
    title: str
    subtitle: str
    unit: str
    sources: tuple[str, ...]
    as_of: str
    caveats: tuple[Caveat, ...] = ()
    synthetic: bool = False
    withheld: int = 0
    events: tuple[DatedEvent, ...] = ()
    coverage: Coverage = COMPLETE

    @property
    def doubts(self) -> tuple[Coverage, ...]:
        """The months in question on which the figure depends."""
        return tuple(note for note in self.caveats if isinstance(note, Coverage) and note.is_doubt)

    @property
    def source_line(self) -> str:
        """The line under every chart and table: sources, licence, latest month, and a notice for a synthetic sample."""
        notice = ("SYNTHETIC SAMPLE: these are not real records.",) if self.synthetic else ()
        return " ".join((*notice, *self.sources, f"Data to {self.as_of}."))
