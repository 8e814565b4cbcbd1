"""Guess which Local Policing Areas a supplier's file covers, for a person to confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.intake.mapping.guessing import BOUNDS, PAIRS, ColumnValues, parse_number
from shp_data.intake.rows.placed import BRITISH_NATIONAL_GRID
from shp_data.intake.rows.placing import place_points
from shp_data.intake.rows.ward_names import WardNames

_FEWEST = 100  # of so many records that have a place, one may lie in an area that is not meant


def guess_areas(sample: ColumnValues, selection: Mapping[str, str]) -> tuple[str, ...]:
    """Guess the LPAs of the sampled records: those with at least one in a hundred, by coordinates or by ward.

    `selection`: our column -> header. Empty if nothing indicates an area.
    """
    record_lpas = _locate_by_coordinates(sample, selection) or _locate_by_ward(sample, selection)
    return tuple(
        name
        for name in partnership().areas.lpa_names
        if record_lpas.count(name) and record_lpas.count(name) * _FEWEST >= len(record_lpas)
    )


def _locate_by_coordinates(sample: ColumnValues, selection: Mapping[str, str]) -> list[str]:
    """Return the LPA of each record with coordinates, without those outside every LPA."""
    for pair in PAIRS:
        if not all(column in selection for column in pair):
            continue
        columns = [_parse_coordinates(column, sample[selection[column]]) for column in pair]
        points = [point for point in zip(*columns, strict=True) if None not in point]
        if points:
            return _find_lpas(points, grid="easting" in pair)
    return []


def _parse_coordinates(column: str, values: Sequence[str]) -> list[float | None]:
    """Return the coordinates in a column; None for a value that is not one, such as 0."""
    low, high = BOUNDS[column]
    return [value if value and low <= value <= high else None for value in map(parse_number, values)]


def _find_lpas(points: Sequence[Sequence[float | None]], *, grid: bool) -> list[str]:
    east, north = np.array(points, dtype=float).T
    if grid:
        from pyproj import Transformer  # only where a file needs it

        east, north = Transformer.from_crs(BRITISH_NATIONAL_GRID, "EPSG:4326", always_xy=True).transform(east, north)
    return [lpa for lpa in place_points(east, north, ()).lpa if lpa in partnership().areas.lpa_names]


def _locate_by_ward(sample: ColumnValues, selection: Mapping[str, str]) -> list[str]:
    """Return the LPA of each record whose ward is recognised and is in one LPA."""
    names, lpas_by_text = WardNames(partnership().areas), dict[str, list[str]]()
    values = sample.get(selection.get("ward", ""), ())
    for text in set(values):
        try:
            lpas_by_text[text] = list({meaning.lpa for meaning in names.find_meanings(text, (), suggest=False)})
        except InputError:
            lpas_by_text[text] = []
    return [lpa for text in values for lpa in lpas_by_text[text][:1]]
