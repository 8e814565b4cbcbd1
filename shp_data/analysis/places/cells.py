"""Cells of equal size over the selected areas: where do incidents cluster more, or less, than chance would have it?

The cells are hexagons of the H3 grid (https://h3geo.org), the same ones in every period. Half of the wards
of a force of four authorities touch 12 cells or fewer of resolution 8 (0.6 km² each), too few to tell one part of a
ward from another, and 50 or fewer of resolution 9 (0.09 km²). So one LPA or ward is shown in cells of 9; several LPAs,
of which it is asked where in the region, in cells of 8: in those of 9 most would be empty and few counts could differ
by more than chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import h3
import numpy as np
import pandas as pd
import shapely

from shp_data.analysis.context import figure, name_of
from shp_data.analysis.places.places import known_places
from shp_data.analysis.statistics.discovery import discoveries
from shp_data.analysis.statistics.gi_star import gi_star
from shp_data.domain import boundaries
from shp_data.domain.areas import Ward
from shp_data.domain.errors import SelectionError, unknown
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Place, Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.places import areas_within, at_points
from shp_data.store.reading import is_known, vintage_of

HOT, COLD, NEITHER = "hot", "cold", "not significant"
COLUMNS = (
    *("cell", "code", "ward", "lpa", "longitude", "latitude"),
    *("count", "last_year", "z", "p_value", "cluster"),
)
COARSE, FINE = 8, 9  # H3 resolutions
_FEW = 30  # cells under which a comparison among them says little


@dataclass(frozen=True)
class Grid:
    """The cells that touch some areas, the positions of the neighbours of each, and the centre of each in degrees."""

    resolution: int
    cells: tuple[str, ...]
    neighbours: tuple[tuple[int, ...], ...]
    longitudes: tuple[float, ...]
    latitudes: tuple[float, ...]

    @property
    def size(self) -> str:
        """How large is a cell? H3's vary a little over the globe; these are near one another."""
        return f"{h3.cell_area(self.cells[0], unit='km^2'):.1g} km²"


def cells(store: Store, selection: Selection, viewer: Viewer, resolution: int | None = None) -> Figure:
    """Which cells of the selection's areas are hot or cold in the period?

    One row for each cell that touches the areas, with incidents or without: cell (its H3 index), code, ward and lpa
    (of the areas' ward that its centre lies in or is nearest to), longitude and latitude of its centre, count,
    last_year, z and p_value of Getis-Ord Gi* of the count, cluster (HOT, COLD or NEITHER, at most 5 % of the hot and
    cold ones false on average). What rests on a month that is not loaded is missing. `resolution`: COARSE or FINE;
    None for the one that suits the areas. Raises SelectionError for areas that have no boundary, NotAllowedError.
    """
    grid = _grid_of(selection, resolution or (FINE if selection.ward or len(_lpa_codes(selection)) == 1 else COARSE))
    table = pd.DataFrame({"cell": grid.cells, "longitude": grid.longitudes, "latitude": grid.latitudes})
    edition = vintage_of(selection)
    wards = _wards_at(grid, edition, selection.areas or partnership().areas.lpa_names)
    table["code"], table["ward"], table["lpa"] = zip(*((w.code, w.name, w.lpa) for w in wards), strict=True)
    before = replace(selection, period=selection.period.last_year, vintage=edition)
    table["count"], beyond = _counted(store, selection, viewer, grid)
    table["last_year"], _ = _counted(store, before, viewer, grid)
    table = pd.concat([table, _tested(table["count"], grid)], axis=1)
    measure = f"{name_of(selection.indicators)} by hexagon of {grid.size}"
    shown = figure(store, selection, table[list(COLUMNS)], measure=measure, mapped=True)
    nowhere = f"None of the records of {name_of(selection.indicators)} has coordinates, so no hexagon counts them."
    why = shown.not_known or (nowhere if beyond and is_known(store, selection) and table["count"].isna().all() else "")
    return replace(shown, caveats=shown.caveats + _caveats(len(table), beyond), not_known=why)


def cell_at(store: Store, cell: str, vintage: str, viewer: Viewer) -> Place | None:
    """Which points does a hexagon hold? As one place, named by the ward of its busiest; None where it holds none.

    `cell`: any text; what is no H3 index of COARSE or FINE names none. Raises NotAllowedError.
    """
    if not (h3.is_valid_cell(cell) and h3.get_resolution(cell) in (COARSE, FINE)):
        return None
    latitudes, longitudes = zip(*h3.cell_to_boundary(cell), strict=True)
    box = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
    areas = areas_within(store, *box, viewer)
    if not areas:
        return None
    places = known_places(store, vintage, areas, viewer)
    known = places.points
    size = h3.get_resolution(cell)
    inside = [h3.latlng_to_cell(*at, size) == cell for at in zip(known["latitude"], known["longitude"], strict=True)]
    if not any(inside):
        return None
    held = known[inside]
    first = places.table.loc[held["place"].iloc[0]]
    wards = partnership().areas.wards[vintage]
    name = f"a hexagon in {wards[first['code']].name} ward" if first["code"] in wards else "a hexagon"
    points = zip(held["longitude"].tolist(), held["latitude"].tolist(), strict=True)
    return Place(name, first["lpa"], first["code"], tuple(points), cell)


def _grid_of(selection: Selection, resolution: int) -> Grid:
    if selection.ward:
        return _grid(boundaries.ward_layer(vintage_of(selection)), (selection.ward,), resolution)
    return _grid(boundaries.LPAS, _lpa_codes(selection), resolution)


def _lpa_codes(selection: Selection) -> tuple[str, ...]:
    areas = partnership().areas
    return tuple(area.code for area in areas.lpas if not selection.areas or area.name in selection.areas)


@cache
def _grid(layer: str, codes: tuple[str, ...], resolution: int) -> Grid:
    """The cells that touch these areas of a boundary layer: ever the same, so worked out once."""
    if resolution not in (COARSE, FINE):
        raise SelectionError(unknown("resolution", resolution, map(str, (COARSE, FINE))))
    shapes = [f["geometry"] for f in boundaries.layer(layer)["features"] if f["properties"]["code"] in codes]
    if not shapes:
        raise SelectionError("the area chosen has no boundary, so no cells: choose a Local Policing Area or a ward")
    covers = [h3.polygon_to_cells_experimental(h3.geo_to_h3shape(s), resolution, contain="overlap") for s in shapes]
    names = sorted({name for cover in covers for name in cover})
    places = {name: place for place, name in enumerate(names)}
    beside = [tuple(places[other] for other in h3.grid_ring(name, 1) if other in places) for name in names]
    centres = [h3.cell_to_latlng(name) for name in names]
    return Grid(
        resolution,
        tuple(names),
        tuple(beside),
        tuple(round(longitude, 6) for _, longitude in centres),
        tuple(round(latitude, 6) for latitude, _ in centres),
    )


@cache
def _wards_at(grid: Grid, vintage: str, lpas: tuple[str, ...]) -> tuple[Ward, ...]:
    """The ward of some LPAs that the centre of each cell lies in, or is nearest to: ever the same, as the cells are."""
    known = {ward.code: ward for ward in partnership().areas.wards_of(vintage) if ward.lpa in lpas}
    shapes = {
        feature["properties"]["code"]: shapely.geometry.shape(feature["geometry"])
        for feature in boundaries.layer(boundaries.ward_layer(vintage))["features"]
        if feature["properties"]["code"] in known
    }
    nearest = shapely.STRtree(list(shapes.values())).nearest(shapely.points(grid.longitudes, grid.latitudes))
    codes = list(shapes)
    return tuple(known[codes[at]] for at in nearest)


def _counted(store: Store, selection: Selection, viewer: Viewer, grid: Grid) -> tuple[pd.Series[int], int]:
    """How many incidents in each cell, missing where they are not known; and how many are in none of them."""
    points = at_points(store, selection, (), viewer)
    placed = points.dropna(subset=["longitude", "latitude"])
    at = zip(placed["latitude"], placed["longitude"], strict=True)
    names = pd.Series([h3.latlng_to_cell(*place, grid.resolution) for place in at], placed.index, dtype=str)
    sums = placed["count"].groupby(names).sum().reindex(list(grid.cells), fill_value=0)
    counts = sums.reset_index(drop=True).astype("Int64")
    lost = placed.empty and not points.empty  # wherever they were, it was in some of the cells
    beyond = int(points["count"].sum() - sums.sum())
    return counts.mask(counts.notna()) if lost or not is_known(store, selection) else counts, beyond


def _tested(counts: pd.Series[int], grid: Grid) -> pd.DataFrame:
    """z, p_value and cluster of each cell; missing where the counts are."""
    if counts.isna().any():
        missing = pd.DataFrame(index=counts.index, columns=["z", "p_value", "cluster"])
        return missing.astype({"z": "Float64", "p_value": "Float64", "cluster": str})
    z, p = gi_star(counts.tolist(), grid.neighbours)
    signals = np.array(discoveries(p.tolist()))
    cluster = np.select([signals & (z > 0), signals & (z < 0)], [HOT, COLD], NEITHER)
    return pd.DataFrame({"z": pd.array(z, "Float64"), "p_value": pd.array(p, "Float64"), "cluster": cluster})


def _caveats(number: int, beyond: int) -> tuple[str, ...]:
    """What the method does, and what it cannot."""
    said = [
        "A hexagon is hot where it and its neighbours hold more incidents than if the counts had fallen among the "
        "hexagons by chance, and cold where they hold fewer (Getis-Ord Gi*).",
        "Of the hexagons marked hot or cold at most 5 % on average are so by chance alone (false discovery control).",
        "These are counts, not risks: where many people live or go, such as a town centre, more is recorded.",
        "Where most hexagons are empty none can be cold, as no count is lower than what is usual there.",
        "Hexagons on the edge of the area have fewer neighbours, as incidents beyond it are left out.",
        "Where one hexagon ends and the next begins is arbitrary: other cells would move the edges of what is hot.",
    ]
    if number < _FEW:
        said.append(f"The area has only {number} hexagons: too few to find any but the plainest cluster.")
    if beyond:
        said.append(
            f"{beyond:,} of the incidents {'has' if beyond == 1 else 'have'} no coordinates or "
            f"{'lies' if beyond == 1 else 'lie'} outside the area, and {'is' if beyond == 1 else 'are'} in no hexagon."
        )
    return tuple(said)
