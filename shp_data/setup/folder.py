"""The folder of a partnership: partnership.toml, and beside it boundaries/ with its layers and populations."""

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

from shp_data.domain.areas import WardVintage
from shp_data.domain.boundaries import LPAS, ward_layer
from shp_data.domain.errors import InputError, UserError
from shp_data.domain.partnership import Partnership, read_partnership
from shp_data.setup.boundary_files import Boundaries, Zone
from shp_data.setup.outlines import Generalisation, dissolved, generalised
from shp_data.setup.partnership_text import Names, partnership_text
from shp_data.setup.population_files import Residents
from shp_data.setup.residents import COLUMNS, populations

SOURCE = "Office for National Statistics, Open Geography Portal: boundaries of {vintage}"
LICENCE = "Open Government Licence v3.0"
ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right 2026."
)
_GENERALISED = Generalisation()


@dataclass(frozen=True)
class Founding:
    """All that a partnership's folder is made from: its names, its ward vintages (oldest first), its residents."""

    names: Names
    vintages: tuple[tuple[WardVintage, Boundaries], ...]
    residents: Residents

    def areas(self) -> tuple[Zone, ...]:
        """The areas, made of the wards of the newest vintage: outlines in British National Grid, by code."""
        newest = self.vintages[-1][1]
        codes = newest.areas()
        outlines = dissolved(newest.outlines(), [zone.area for zone in newest.zones], list(codes))
        return tuple(Zone(code, name, name, code, o) for (name, code), o in zip(codes.items(), outlines, strict=True))


def found(what: Founding, folder: Path) -> Partnership:
    """Write a partnership's folder, whole or not at all. Raises UserError where it exists, or anything does not fit.

    What is written is read back as the dashboard reads it, before the folder takes its name.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} exists, and nothing in it was changed: name another folder with --output")
    _check_vintages(what.vintages)
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.absolute().parent) as part:
            made = Path(part) / folder.name
            _write(what, made)
            read = read_partnership(made / "partnership.toml")
            if folder.exists():
                folder.rmdir()
            shutil.move(made, folder)
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror or error}") from error
    return read


def layer_text(zones: Iterable[tuple[str, str, str, Any]], layer: str, vintage: str, how: Generalisation) -> str:
    """A boundary layer in our own compact GeoJSON: where it comes from, then one feature a line.

    `zones`: the code, name, area and outline (WGS84) of each.
    """
    head = {
        "type": "FeatureCollection",
        "name": layer,
        "vintage": vintage,
        "source": SOURCE.format(vintage=vintage),
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "generalised": asdict(how),
    }
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name, "lpa": area},
            "geometry": shapely.geometry.mapping(_plain(outline)),
        }
        for code, name, area, outline in zones
    ]
    return _json(head)[:-1] + ',"features":[\n' + ",\n".join(map(_json, features)) + "\n]}\n"


def _write(what: Founding, folder: Path) -> None:
    areas = what.areas()
    rows = populations(what.residents, what.vintages, areas)
    boundaries = folder / "boundaries"
    boundaries.mkdir(parents=True)
    for vintage, wards in what.vintages:
        outlines = generalised(wards.outlines(), [zone.name for zone in wards.zones], _GENERALISED)
        words = [(zone.code, zone.name, zone.area) for zone in wards.zones]
        _layer(boundaries, ward_layer(vintage.id), vintage.id, words, outlines)
        if wards is what.vintages[-1][1]:
            whole = dissolved(outlines, [zone.area for zone in wards.zones], [area.name for area in areas])
            _layer(boundaries, LPAS, vintage.id, [(area.code, area.name, area.name) for area in areas], whole)
    with (boundaries / "populations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    text = partnership_text(what.names, areas, what.vintages)
    (folder / "partnership.toml").write_text(text, encoding="utf-8", newline="\n")


def _layer(folder: Path, layer: str, vintage: str, words: Sequence[tuple[str, str, str]], outlines: Any) -> None:
    zones = [(*known, outline) for known, outline in zip(words, outlines, strict=True)]
    text = layer_text(zones, layer, vintage, _GENERALISED)
    (folder / f"{layer}.geojson").write_text(text, encoding="utf-8", newline="\n")


def _check_vintages(vintages: Sequence[tuple[WardVintage, Boundaries]]) -> None:
    """Oldest first, each but the first in force from a later day, and all of them of the same areas."""
    for (earlier, before), (later, after) in pairwise(vintages):
        if later.in_force_from is None:
            raise InputError(
                f"wards of {later.id}: from which day are they in force? Say so with --in-force {later.id}=YYYY-MM-DD "
                "(most often the day of the council's election)."
            )
        if earlier.in_force_from is not None and later.in_force_from <= earlier.in_force_from:
            raise InputError(f"wards of {later.id} are in force no later than those of {earlier.id}; oldest first.")
        old, new = (", ".join(wards.areas()) for wards in (before, after))
        if old != new:
            raise InputError(
                f"{before.file} has the areas {old}, and {after.file} {new}; "
                "expected the same. Give the boundaries of the areas as they are now with --lpas FILE."
            )


def _plain(outline: Any) -> Any:
    parts = shapely.get_parts(outline)
    return parts[0] if len(parts) == 1 else outline


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
