"""The selection of a figure: indicators, area, period, COVID mark and ward year, in one value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from shp_data.domain.areas import WardYears
from shp_data.domain.periods import Period, parse_period

Covid = Literal["include", "exclude", "only"]
Role = Literal["analyst", "partner", "public"]
Point = tuple[float, float]  # longitude and latitude, in degrees (WGS84)


@dataclass(frozen=True)
class Location:
    """One location: its name (empty if it has none), LPA, ward code and map points.

    The first point identifies it. A geocoded location may have several points. `cell`: the H3 index or code if
    the location is a hexagon or an LSOA, with all the points in it, which may be in several wards; otherwise empty.
    A hotspot is identified by its busiest hexagon, and has the points of all its hexagons.
    """

    name: str
    lpa: str
    code: str
    points: tuple[Point, ...]
    cell: str = ""
    is_hotspot: bool = False


@dataclass(frozen=True)
class Selection:
    """The incidents that a figure counts, made by `Partnership.select`. Frozen, so that it can be a cache key.

    `indicators`: ids, at least one. `areas`: printed names of LPAs, empty for all. `ward`: a ward code of the
    ward year, None for all. `vintage`: the ward year, None for the one in force on the last day of the
    period. `location`: only the records at its points, None for all. `ward_years`: those of the partnership.
    """

    indicators: tuple[str, ...]
    period: Period
    areas: tuple[str, ...] = ()
    covid: Covid = "include"
    vintage: str | None = None
    ward: str | None = None
    location: Location | None = None
    # Not printed: answers are cached by the printed form, and this follows from the partnership.
    ward_years: WardYears = field(repr=False, kw_only=True)

    @property
    def ward_year(self) -> str:
        """The ward year: the one selected, else the one in force on the last day of the period.

        Raises SelectionError, which lists the valid ones.
        """
        if self.vintage:
            return self.ward_years.check(self.vintage)
        return self.ward_years.find(self.period.last.last_day)

    @property
    def lpas(self) -> tuple[str, ...]:
        """The LPAs: that of the location or ward, else the areas. Empty means everywhere."""
        if self.location and self.location.lpa:
            return (self.location.lpa,)
        lpa = self.ward_years.lpas.get((self.ward_year, self.ward)) if self.ward else None
        return (lpa,) if lpa else self.areas

    def select_month(self, month: str) -> Selection:
        """Return the selection for one month, such as `2020-10`."""
        return replace(self, period=parse_period(month))

    def select_area(self, lpa: str) -> Selection:
        """Return the selection for one LPA."""
        return replace(self, areas=(lpa,), ward=None, location=None)

    def select_ward(self, code: str, ward_year: str) -> Selection:
        """Return the selection for one ward, by its code in a ward year."""
        return replace(self, ward=code, vintage=ward_year, location=None)

    def select_location(self, location: Location, ward_year: str) -> Selection:
        """Return the selection for one location, with its LPA and its ward in a ward year.

        A hexagon or an LSOA keeps the areas and ward of the selection, and a hotspot its areas.
        """
        # They may reach into several areas and wards, so they cannot narrow them.
        if location.is_hotspot:
            return replace(self, ward=None, vintage=ward_year, location=location)
        if location.cell:
            return replace(self, vintage=ward_year, location=location)
        return replace(self, areas=(location.lpa,), ward=location.code, vintage=ward_year, location=location)

    def select_indicator(self, indicator: str) -> Selection:
        """Return the selection for one indicator."""
        return replace(self, indicators=(indicator,))


@dataclass(frozen=True)
class Viewer:
    """The user who asks for a figure. The role decides what every query of the store may return."""

    role: Role = "analyst"
