"""Hexagons of equal size over the selected areas, and where incidents cluster more or less than by chance.

The cells are hexagons of the H3 grid (https://h3geo.org), the same in every period. Half of the wards
of a force of four authorities touch 12 cells or fewer of resolution 8 (0.6 km² each), too few to tell
one part of a ward from another, and 50 or fewer of resolution 9 (0.09 km²). So cells have resolution 9
unless another is selected. Of resolution 10 (0.01 km²) most have no incident, and few are hot or cold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import h3
import numpy as np
import pandas as pd
import shapely

from shp_data.analysis.context import build_figure, find_doubts, name_indicators
from shp_data.analysis.places.places import list_locations
from shp_data.analysis.statistics.discovery import find_discoveries
from shp_data.analysis.statistics.gi_star import compute_gi_star
from shp_data.domain import boundaries
from shp_data.domain.areas import Ward
from shp_data.domain.errors import SelectionError, describe_unknown
from shp_data.domain.figure import Coverage, Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Location, Selection
from shp_data.store.places import count_by_point, find_areas_within
from shp_data.store.reading import Reader, is_covered

HOT, COLD, NEITHER = "hot", "cold", "not significant"
COLUMNS = (
    *("cell", "code", "ward", "lpa", "longitude", "latitude"),
    *("count", "last_year", "z", "p_value", "cluster"),
)
COARSE, FINE, FINEST = RESOLUTIONS = (8, 9, 10)  # of H3
_FEW = 30  # cells under which a comparison among them says little


@dataclass(frozen=True)
class Grid:
    """The cells that touch some areas, the positions of the neighbours of each, and their centres in degrees."""

    resolution: int
    cells: tuple[str, ...]
    neighbours: tuple[tuple[int, ...], ...]
    longitudes: tuple[float, ...]
    latitudes: tuple[float, ...]

    @property
    def size(self) -> str:
        """The area of a cell in words. H3 cells vary a little over the globe; these are close to each other."""
        return f"{h3.cell_area(self.cells[0], unit='km^2'):.1g} km²"


def find_clusters(reader: Reader, selection: Selection, resolution: int = FINE) -> Figure:
    """Find the hot and cold cells of the areas of a selection in its period.

    Parameters
    ----------
    resolution : int
        One of RESOLUTIONS.

    Returns
    -------
    Figure
        A table with one row for each cell that touches the areas, with or without incidents. Columns: cell
        (its H3 index), code, ward and lpa (of the ward of the areas that holds its centre or is nearest to
        it), longitude and latitude of its centre (degrees), count, last_year, z and p_value of Getis-Ord
        Gi* of the count, cluster (HOT, COLD or NEITHER; on average at most 5 % of the hot and cold cells
        are false). What depends on a month that is not loaded is missing.

    Raises
    ------
    SelectionError
        If the areas have no boundary.
    NotAllowedError
        If the viewer may not see the points.
    """
    grid = find_grid(reader, selection, resolution)
    table = pd.DataFrame({"cell": grid.cells, "longitude": grid.longitudes, "latitude": grid.latitudes})
    ward_year = selection.ward_year
    wards = _find_wards(grid, ward_year, selection.areas or reader.partnership.areas.lpa_names)
    table["code"], table["ward"], table["lpa"] = zip(*((ward.code, ward.name, ward.lpa) for ward in wards), strict=True)
    # With the wards of this period, so that both years are counted in the same area.
    before = replace(selection, period=selection.period.last_year, vintage=ward_year)
    table["count"], outside = _count_by_cell(reader, selection, grid)
    table["last_year"], _ = _count_by_cell(reader, before, grid)
    # Where a month of an area is in question, its hexagons would look cold or hot for that alone.
    is_doubtful = bool(find_doubts(reader, selection, selection.period))
    tested_counts = table["count"].mask(table["count"].notna() & is_doubtful)
    table = pd.concat([table, judge_cells(tested_counts, grid)], axis=1)
    measure = f"{name_indicators(selection.indicators)} by hexagon of {grid.size}"
    result = build_figure(reader, selection, table[list(COLUMNS)], measure=measure, mapped=True)
    coverage = result.coverage
    if coverage.is_complete and outside and is_covered(reader, selection) and table["count"].isna().all():
        coverage = Coverage("in no hexagon", selection.indicators)
    return replace(result, caveats=result.caveats + _list_caveats(len(table), outside), coverage=coverage)


def find_cell(reader: Reader, cell: str, ward_year: str) -> Location | None:
    """Find the map points in a hexagon, as one location named by the ward of its busiest point.

    Returns None where the hexagon holds no point.

    Parameters
    ----------
    cell : str
        Any text; a text that is no H3 index of one of RESOLUTIONS names no hexagon.
    ward_year : str
        The year of the ward boundaries that name the location.

    Raises
    ------
    NotAllowedError
        If the viewer may not see the points.
    """
    if not (h3.is_valid_cell(cell) and h3.get_resolution(cell) in RESOLUTIONS):
        return None
    latitudes, longitudes = zip(*h3.cell_to_boundary(cell), strict=True)
    # The box of the hexagon narrows the areas to read; only then is each point tried.
    box = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
    areas = find_areas_within(reader, *box)
    if not areas:
        return None
    locations = list_locations(reader, ward_year, areas)
    map_points = locations.points
    size = h3.get_resolution(cell)
    points = zip(map_points["latitude"], map_points["longitude"], strict=True)
    inside = [h3.latlng_to_cell(*point, size) == cell for point in points]
    if not any(inside):
        return None
    cell_points = map_points[inside]
    # The points come busiest first, and the busiest one names the hexagon.
    first = locations.table.loc[cell_points["place"].iloc[0]]
    wards = reader.partnership.areas.wards[ward_year]
    name = f"a hexagon in {wards[first['code']].name} ward" if first["code"] in wards else "a hexagon"
    coordinates = zip(cell_points["longitude"].tolist(), cell_points["latitude"].tolist(), strict=True)
    return Location(name, first["lpa"], first["code"], tuple(coordinates), cell)


def find_grid(reader: Reader, selection: Selection, resolution: int) -> Grid:
    """Find the cells that touch the ward or the areas of a selection. Raises SelectionError."""
    if selection.ward:
        return _build_grid(boundaries.name_ward_layer(selection.ward_year), (selection.ward,), resolution)
    return _build_grid(boundaries.LPAS, _list_lpa_codes(reader, selection), resolution)


def _list_lpa_codes(reader: Reader, selection: Selection) -> tuple[str, ...]:
    areas = reader.partnership.areas
    return tuple(area.code for area in areas.lpas if not selection.areas or area.name in selection.areas)


@cache
def _build_grid(layer: str, codes: tuple[str, ...], resolution: int) -> Grid:
    """Build the cells that touch these areas of a boundary layer. They never change, so they are cached."""
    if resolution not in RESOLUTIONS:
        raise SelectionError(describe_unknown("resolution", resolution, map(str, RESOLUTIONS)))
    features = boundaries.read_layer(layer)["features"]
    shapes = [h3.geo_to_h3shape(area["geometry"]) for area in features if area["properties"]["code"] in codes]
    if not shapes:
        raise SelectionError("the area chosen has no boundary, so no cells: choose a Local Policing Area or a ward")
    # Every cell that touches the area: by its centre alone, the edge of an area would have no cell.
    covering_cells = [h3.polygon_to_cells_experimental(shape, resolution, contain="overlap") for shape in shapes]
    names = sorted({name for shape_cells in covering_cells for name in shape_cells})
    positions = {name: position for position, name in enumerate(names)}
    # A neighbour outside the area has no count, so it is no neighbour here.
    neighbours = [tuple(positions[other] for other in h3.grid_ring(name, 1) if other in positions) for name in names]
    centres = [h3.cell_to_latlng(name) for name in names]
    latitudes, longitudes = (tuple(round(degrees, 6) for degrees in values) for values in zip(*centres, strict=True))
    return Grid(resolution, tuple(names), tuple(neighbours), longitudes, latitudes)


@cache
def _find_wards(grid: Grid, ward_year: str, lpas: tuple[str, ...]) -> tuple[Ward, ...]:
    """Find the ward of some LPAs that holds the centre of each cell, or is nearest to it. Cached, as cells are."""
    wards = {ward.code: ward for ward in partnership().areas.list_wards(ward_year) if ward.lpa in lpas}
    features = boundaries.read_layer(boundaries.name_ward_layer(ward_year))["features"]
    geometries = {feature["properties"]["code"]: feature["geometry"] for feature in features}
    shapes = {code: shapely.geometry.shape(geometry) for code, geometry in geometries.items() if code in wards}
    # Nearest and not within: the centre of a cell on the coast may be in the sea.
    nearest = shapely.STRtree(list(shapes.values())).nearest(shapely.points(grid.longitudes, grid.latitudes))
    codes = list(shapes)
    return tuple(wards[codes[position]] for position in nearest)


def _count_by_cell(reader: Reader, selection: Selection, grid: Grid) -> tuple[pd.Series[int], int]:
    """Count the incidents in each cell, missing where not available; and the incidents that are in no cell."""
    points = count_by_point(reader, selection, ())
    placed = points.dropna(subset=["longitude", "latitude"])
    coordinates = zip(placed["latitude"], placed["longitude"], strict=True)
    cells = [h3.latlng_to_cell(*coordinate, grid.resolution) for coordinate in coordinates]
    names = pd.Series(cells, placed.index, dtype=str)
    # Cells without an incident count 0, for the test needs them all.
    sums = placed["count"].groupby(names).sum().reindex(list(grid.cells), fill_value=0)
    counts = sums.reset_index(drop=True).astype("Int64")
    unplaced = placed.empty and not points.empty  # wherever they were, it was in some of the cells
    outside = int(points["count"].sum() - sums.sum())
    return counts.mask(counts.notna()) if unplaced or not is_covered(reader, selection) else counts, outside


def judge_cells(counts: pd.Series[int], grid: Grid) -> pd.DataFrame:
    """Compute z, p_value and cluster of each cell; missing where the counts are."""
    if counts.isna().any():
        missing = pd.DataFrame(index=counts.index, columns=["z", "p_value", "cluster"])
        return missing.astype({"z": "Float64", "p_value": "Float64", "cluster": str})
    # Hundreds of cells are tested at once, so p-values alone would call one in twenty a cluster.
    z, p = compute_gi_star(counts.tolist(), grid.neighbours)
    signals = np.array(find_discoveries(p.tolist()))
    cluster = np.select([signals & (z > 0), signals & (z < 0)], [HOT, COLD], NEITHER)
    return pd.DataFrame({"z": pd.array(z, "Float64"), "p_value": pd.array(p, "Float64"), "cluster": cluster})


def _list_caveats(number: int, outside: int) -> tuple[str, ...]:
    """List what the method shows and what it cannot show."""
    notes = [
        "A hotspot has, with the hexagons around it, far more incidents than expected by chance (Getis-Ord Gi*).",
        "On average, at most 1 in 20 of the hexagons marked is a false alarm.",
        "These are counts, not risks: where many people live or go, such as a town centre, more is recorded.",
        "The edges of a hotspot depend on where the hexagons are.",
    ]
    if number < _FEW:
        notes.append(f"The area has only {number} hexagons: too few to find any but the plainest cluster.")
    if outside:
        have, lie, are = ("has", "lies", "is") if outside == 1 else ("have", "lie", "are")
        notes.append(
            f"{outside:,} of the incidents {have} no coordinates or {lie} outside the area, and {are} in no hexagon."
        )
    return tuple(notes)
