"""Which Local Policing Areas does a supplier's file show? Offered to a person, who decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.intake.mapping.guessing import BOUNDS, PAIRS, Sample, number
from shp_data.intake.rows.placed import BRITISH_NATIONAL_GRID
from shp_data.intake.rows.placing import place_points
from shp_data.intake.rows.ward_names import WardNames

_FEWEST = 100  # of so many records that have a place, one may lie in an area that is not meant


def shown_areas(sample: Sample, chosen: Mapping[str, str]) -> tuple[str, ...]:
    """In which LPAs do the sampled records lie, by coordinates or by ward? Those of one in a hundred at the least.

    `chosen`: our column -> header. Empty where nothing tells it.
    """
    found = _by_coordinates(sample, chosen) or _by_ward(sample, chosen)
    return tuple(
        name
        for name in partnership().areas.lpa_names
        if found.count(name) and found.count(name) * _FEWEST >= len(found)
    )


def _by_coordinates(sample: Sample, chosen: Mapping[str, str]) -> list[str]:
    """The LPA of each record with coordinates, those beyond every LPA left out."""
    for pair in PAIRS:
        if not all(ours in chosen for ours in pair):
            continue
        columns = [_numbers(ours, sample[chosen[ours]]) for ours in pair]
        points = [point for point in zip(*columns, strict=True) if None not in point]
        if points:
            return _lpas_of(points, grid="easting" in pair)
    return []


def _numbers(ours: str, values: Sequence[str]) -> list[float | None]:
    """The coordinates in a column; None for what is none, as 0 is."""
    low, high = BOUNDS[ours]
    return [value if value and low <= value <= high else None for value in map(number, values)]


def _lpas_of(points: Sequence[Sequence[float | None]], *, grid: bool) -> list[str]:
    east, north = np.array(points, dtype=float).T
    if grid:
        from pyproj import Transformer  # only where a file needs it

        east, north = Transformer.from_crs(BRITISH_NATIONAL_GRID, "EPSG:4326", always_xy=True).transform(east, north)
    return [lpa for lpa in place_points(east, north, ()).lpa if lpa in partnership().areas.lpa_names]


def _by_ward(sample: Sample, chosen: Mapping[str, str]) -> list[str]:
    """The LPA of each record whose ward is known and lies in one LPA."""
    names, found = WardNames(partnership().areas), dict[str, list[str]]()
    values = sample.get(chosen.get("ward", ""), ())
    for text in set(values):
        try:
            found[text] = list({meaning.lpa for meaning in names.meanings(text, (), suggest=False)})
        except InputError:
            found[text] = []
    return [lpa for text in values for lpa in found[text][:1]]
