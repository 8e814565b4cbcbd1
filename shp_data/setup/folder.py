"""The folder of a partnership: partnership.toml, and boundaries/ with its layers and populations."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely

from shp_data.domain.areas import WardBoundaries
from shp_data.domain.boundaries import LPAS, name_ward_layer
from shp_data.domain.errors import InputError, UserError
from shp_data.domain.partnership import Partnership, read_partnership
from shp_data.setup.boundary_files import Boundaries, Zone
from shp_data.setup.outlines import Generalisation, generalise_outlines, merge_outlines
from shp_data.setup.partnership_text import Names, format_partnership
from shp_data.setup.populations import COLUMNS, Residents, build_populations

SOURCE = "Office for National Statistics, Open Geography Portal: boundaries of {vintage}"
LICENCE = "Open Government Licence v3.0"
ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right 2026."
)
_GENERALISED = Generalisation()


@dataclass(frozen=True)
class PartnershipContent:
    """The content of a partnership's folder: its names, its ward boundaries (oldest first), its residents."""

    names: Names
    vintages: tuple[tuple[WardBoundaries, Boundaries], ...]
    residents: Residents

    def build_areas(self) -> tuple[Zone, ...]:
        """Build the areas from the newest wards: outlines in British National Grid, by code."""
        newest = self.vintages[-1][1]
        codes = newest.list_areas()
        outlines = merge_outlines(newest.list_outlines(), [zone.area for zone in newest.zones], list(codes))
        return tuple(
            Zone(code, name, name, code, outline) for (name, code), outline in zip(codes.items(), outlines, strict=True)
        )


def create_folder(content: PartnershipContent, folder: Path) -> Partnership:
    """Write the folder of a partnership in full, or not at all.

    The dashboard reads what is written before the folder takes its name. Raises UserError where the folder
    exists, or anything does not fit.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} exists and was not changed: give another folder with --output")
    _check_vintages(content.vintages)
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.absolute().parent) as temporary:
            draft = Path(temporary) / folder.name
            _write_folder(content, draft)
            # Read as the dashboard reads it, so that a fault shows now and not when the dashboard starts.
            partnership = read_partnership(draft / "partnership.toml")
            # Only an empty folder gets here, and `move` would put the draft into it.
            if folder.exists():
                folder.rmdir()
            shutil.move(draft, folder)
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror or error}") from error
    return partnership


def format_layer(
    zones: Iterable[tuple[str, str, str, Any]], layer: str, ward_year: str, generalisation: Generalisation
) -> str:
    """Format a boundary layer as compact GeoJSON: its source first, then one feature in each line.

    `zones`: the code, name, area and outline (WGS84) of each.
    """
    head = {
        "type": "FeatureCollection",
        "name": layer,
        "vintage": ward_year,
        "source": SOURCE.format(vintage=ward_year),
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "generalised": asdict(generalisation),
    }
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name, "lpa": area},
            "geometry": shapely.geometry.mapping(_unwrap_single(outline)),
        }
        for code, name, area, outline in zones
    ]
    return _format_json(head)[:-1] + ',"features":[\n' + ",\n".join(map(_format_json, features)) + "\n]}\n"


def _write_folder(content: PartnershipContent, folder: Path) -> None:
    areas = content.build_areas()
    rows = build_populations(content.residents, content.vintages, areas)
    boundaries = folder / "boundaries"
    boundaries.mkdir(parents=True)
    for vintage, wards in content.vintages:
        outlines = generalise_outlines(wards.list_outlines(), [zone.name for zone in wards.zones], _GENERALISED)
        names = [(zone.code, zone.name, zone.area) for zone in wards.zones]
        _write_layer(boundaries, name_ward_layer(vintage.id), vintage.id, names, outlines)
        if wards is content.vintages[-1][1]:
            area_outlines = merge_outlines(outlines, [zone.area for zone in wards.zones], [area.name for area in areas])
            _write_layer(
                boundaries, LPAS, vintage.id, [(area.code, area.name, area.name) for area in areas], area_outlines
            )
    with (boundaries / "populations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    text = format_partnership(content.names, areas, content.vintages)
    (folder / "partnership.toml").write_text(text, encoding="utf-8", newline="\n")


def _write_layer(
    folder: Path, layer: str, ward_year: str, names: Sequence[tuple[str, str, str]], outlines: Any
) -> None:
    zones = [(*zone_names, outline) for zone_names, outline in zip(names, outlines, strict=True)]
    text = format_layer(zones, layer, ward_year, _GENERALISED)
    (folder / f"{layer}.geojson").write_text(text, encoding="utf-8", newline="\n")


def _check_vintages(vintages: Sequence[tuple[WardBoundaries, Boundaries]]) -> None:
    """Check that wards are oldest first, with later dates in force each time, and have the same areas."""
    for (earlier, before), (later, after) in pairwise(vintages):
        if later.in_force_from is None:
            raise InputError(
                f"ward boundaries of {later.id}: give the day from which they are in force with --in-force "
                f"{later.id}=YYYY-MM-DD (most often the day of the council's election)."
            )
        if earlier.in_force_from is not None and later.in_force_from <= earlier.in_force_from:
            raise InputError(
                f"ward boundaries of {later.id} are not in force after those of {earlier.id}. Give the oldest first."
            )
        old, new = (", ".join(wards.list_areas()) for wards in (before, after))
        if old != new:
            raise InputError(
                f"{before.file} has the areas {old}, and {after.file} {new}; "
                "expected the same. Give the current boundaries of the areas with --lpas FILE."
            )


def _unwrap_single(outline: Any) -> Any:
    parts = shapely.get_parts(outline)
    return parts[0] if len(parts) == 1 else outline


def _format_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
