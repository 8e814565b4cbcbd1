"""What a figure is asked for: indicators, area, period, COVID mark and ward vintage, in one value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from shp_data.domain.periods import Period, parse_period

Covid = Literal["include", "exclude", "only"]
Role = Literal["analyst", "partner", "public"]
Point = tuple[float, float]  # longitude and latitude, in degrees (WGS84)


@dataclass(frozen=True)
class Place:
    """One place: its name (empty where it has none), LPA, the code of its ward, and its points.

    It is known by the first of its points; geocoded places may have several. `cell`: the H3 index of the hexagon that
    it is, with all the points in it, which may lie in several wards; empty for a place of its own.
    """

    name: str
    lpa: str
    code: str
    points: tuple[Point, ...]
    cell: str = ""


@dataclass(frozen=True)
class Selection:
    """Which incidents a figure counts. Frozen, so that it can key a cache.

    `indicators`: ids, at least one. `areas`: printed names of LPAs, none for all.
    `ward`: a ward code of the vintage, None for all. `vintage`: None for the one in force on the period's last day.
    `place`: only what lies at its points, None for all.
    """

    indicators: tuple[str, ...]
    period: Period
    areas: tuple[str, ...] = ()
    covid: Covid = "include"
    vintage: str | None = None
    ward: str | None = None
    place: Place | None = None

    def of_month(self, month: str) -> Selection:
        """The same of one month, `2020-10`."""
        return replace(self, period=parse_period(month))

    def of_area(self, lpa: str) -> Selection:
        """The same of one LPA."""
        return replace(self, areas=(lpa,), ward=None, place=None)

    def of_ward(self, code: str, vintage: str) -> Selection:
        """The same of one ward, by its code in a vintage."""
        return replace(self, ward=code, vintage=vintage, place=None)

    def of_place(self, place: Place, vintage: str) -> Selection:
        """The same of one place, with the LPA and the ward of a vintage that it lies in; of a hexagon, where it is."""
        if place.cell:
            return replace(self, vintage=vintage, place=place)
        return replace(self, areas=(place.lpa,), ward=place.code, vintage=vintage, place=place)

    def of_indicator(self, indicator: str) -> Selection:
        """The same of one indicator."""
        return replace(self, indicators=(indicator,))


@dataclass(frozen=True)
class Viewer:
    """Who asks: the role decides what every query of the store may return."""

    role: Role = "analyst"
