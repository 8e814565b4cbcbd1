"""The quarterly performance report as a plain value: what the page, the documents and the tests all read.

Nothing here is rounded, and what is not known is None, never zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from shp_data.domain.periods import Period
from shp_data.domain.reported import Measured
from shp_data.domain.vocabulary import Polarity


@dataclass(frozen=True)
class MonthValue:
    """One month of the quarter, `2020-10`: how many, and without those marked as COVID-related."""

    month: str
    value: float | None
    excluding_covid: float | None = None


@dataclass(frozen=True)
class Covid:
    """What the supplier marked as COVID-related in the quarter, its share in per cent, and the rest.

    `excluding`: the quarter without it. `excluding_last_year`: the same quarter last year without it.
    """

    count: int
    share: float
    excluding: int
    excluding_last_year: int | None


@dataclass(frozen=True)
class Against:
    """A quarter's value beside an earlier one.

    `base`: the earlier value. `difference`: in the indicator's unit; None for percentages. `pct_difference`: in
    per cent of the base, None where that is 0; for percentages the difference in percentage points.
    """

    base: float
    difference: float | None
    pct_difference: float | None


@dataclass(frozen=True)
class Chance:
    """Whether the change on the same quarter last year is more than chance, as `significance.compare` gives it.

    `dispersion`: estimated from the months; None where they are too few, and 1 was taken.
    """

    rate_ratio: float | None
    low: float | None
    high: float | None
    p_value: float
    verdict: str
    dispersion: float | None


@dataclass(frozen=True)
class Line:
    """One indicator of one area: the row of the published table, and what stands behind it.

    `measured` says what kind of number all its values are: counts add up; levels and percentages do not; rates
    are per 1,000 residents. `unit` names what is counted. `year_to_date_as`: where the year to date comes
    from: `sum` of what is loaded, `supplied`, or "" where there is none. `year_to_date_sum`: what the sum
    would be where the supplied one differs from it. `notes`: what a reader must know, each a sentence. `not_known`: why
    there is no figure for the area though records are loaded; empty where there is one, or it is not in yet. `source`:
    those that gave what is loaded of it, else its supplier.
    """

    indicator: str
    area: str
    label: str
    short: str
    unit: str
    measured: Measured
    polarity: Polarity
    source: str
    year_to_date: float | None
    quarter_value: float | None
    last_year: Against | None
    previous_quarter: Against | None
    year_to_date_as: str = ""
    year_to_date_sum: float | None = None
    chance: Chance | None = None
    months: tuple[MonthValue, ...] = ()
    covid: Covid | None = None
    notes: tuple[str, ...] = ()
    not_known: str = ""

    @property
    def same_quarter_last_year(self) -> float | None:
        """The value of the same quarter last year, also where this quarter's is not in yet."""
        return self.last_year.base if self.last_year else None


@dataclass(frozen=True)
class Standing:
    """One area of a comparison: its count and rate lines, and where its rate stands; 1 is the highest.

    `rank`: by the rate as printed, to one decimal; areas that print alike share one. `rank_low` to `rank_high`:
    the ranks that chance leaves open.
    """

    area: str
    count: Line
    rate: Line | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None


@dataclass(frozen=True)
class Compared:
    """The areas side by side, for one indicator, in the partnership's order."""

    indicator: str
    areas: tuple[Standing, ...]


@dataclass(frozen=True)
class WardValue:
    """One ward: its count, last year's, its share of the area's in per cent, and the verdict on its change.

    `count` is None where it is withheld from the viewer, and the others with it.
    """

    code: str
    ward: str
    count: int | None
    last_year: int | None
    share: float | None
    verdict: str | None


@dataclass(frozen=True)
class Wards:
    """The wards of the area for one indicator, the most incidents first, those withheld last.

    `unplaced`: how many are in none of them; None where that is withheld.
    """

    indicator: str
    vintage: str
    wards: tuple[WardValue, ...]
    unplaced: int | None

    @property
    def withheld(self) -> int:
        """Of how many wards is the count withheld?"""
        return sum(ward.count is None for ward in self.wards)

    @property
    def none(self) -> tuple[str, ...]:
        """The wards in which there were none."""
        return tuple(ward.ward for ward in self.wards if ward.count == 0)


@dataclass(frozen=True)
class Place:
    """A repeat location: its name, its ward, its point, how many, and whether it was one in the quarter before.

    `state`: new or continuing; None where the quarter before is not loaded.
    """

    location: str
    ward: str
    longitude: float
    latitude: float
    count: int
    state: str | None


@dataclass(frozen=True)
class Places:
    """The repeat locations of one indicator: places with at least `minimum` in the quarter, most first.

    `not_known`: why it is not known whether there are any; empty where it is.
    """

    indicator: str
    minimum: int
    places: tuple[Place, ...]
    not_known: str = ""


@dataclass(frozen=True)
class Section:
    """One priority of the plan: its label, and its indicators of the report's area, each with its rate after it."""

    priority: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Report:
    """The report of one quarter and area.

    `as_of`: the latest month loaded, such as Mar 2021. `caveats` and `sources` stand under the whole report.
    `synthetic`: whether any record behind it is invented.
    """

    partnership: str
    area: str
    quarter: Period
    as_of: str
    synthetic: bool
    sections: tuple[Section, ...]
    compared: tuple[Compared, ...]
    wards: tuple[Wards, ...]
    places: tuple[Places, ...]
    sources: tuple[str, ...]
    caveats: tuple[str, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of the area, in the order of the report."""
        return tuple(line for section in self.sections for line in section.lines)

    def every_line(self) -> Iterator[Line]:
        """Every line of the area, then those of the areas that it is compared with: the rows of the CSV."""
        yield from self.lines
        for compared in self.compared:
            others = [standing for standing in compared.areas if standing.area != self.area]
            yield from (standing.count for standing in others)
            yield from (standing.rate for standing in others if standing.rate)

    def line(self, indicator: str, area: str | None = None) -> Line | None:
        """The line of an indicator, of the report's area unless another is named; None where there is none."""
        wanted = (indicator, area or self.area)
        return next((line for line in self.every_line() if (line.indicator, line.area) == wanted), None)

    def compared_of(self, indicator: str) -> Compared | None:
        """The areas side by side for an indicator, if they are compared."""
        return next((block for block in self.compared if block.indicator == indicator), None)

    def wards_of(self, indicator: str) -> Wards | None:
        """The wards for an indicator, where its incidents are loaded."""
        return next((block for block in self.wards if block.indicator == indicator), None)

    def places_of(self, indicator: str) -> Places | None:
        """The repeat locations of an indicator, where its incidents are loaded and the viewer may see places."""
        return next((block for block in self.places if block.indicator == indicator), None)

    def plain(self) -> dict[str, Any]:
        """The same as dictionaries, lists, texts and numbers, for JSON; the quarter by its name, 2020-21-Q3."""
        return asdict(self) | {"quarter": self.quarter.name, "months": [str(month) for month in self.quarter]}
